"""All that is under ``/me``."""

from registry.web.participant import book, bookings, calendar, hours, record, refusals, series, today, waiting

PARTS = (today, book, bookings, waiting, refusals, series, hours, calendar, record)
"""Modules of pages; each has ``routes()``."""
