"""All that is under ``/enrol``, and the list of badges."""

from registry.web.badges import enrol_calls, enrol_live, enrol_pages, pages

PARTS = (enrol_pages, enrol_calls, enrol_live, pages)
"""Modules of pages; each has ``routes()``."""
