"""Files that are taken in."""

from registry.web.imports import calendar, pages

PARTS = (pages, calendar)
"""Modules of pages; each has ``routes()``."""
