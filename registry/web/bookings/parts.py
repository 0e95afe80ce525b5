"""Staff's pages of bookings."""

from registry.web.bookings import cancel, edit, new, pages, pending

PARTS = (new, cancel, edit, pages, pending)
"""Modules of pages; each has ``routes()``."""
