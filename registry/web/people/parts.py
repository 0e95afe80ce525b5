"""People and what they hold."""

from registry.web.people import chosen, edit, held_pages, own_rights, pages

PARTS = (pages, held_pages, edit, chosen, own_rights)
"""Modules of pages; each has ``routes()``."""
