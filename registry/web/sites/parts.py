"""Sites, their settings, their hours and closures."""

from registry.web.sites import (
    branches,
    closures_edit,
    closures_pages,
    conflicts,
    gateways,
    live,
    opening_pages,
    pages,
    rekeying,
    settings,
)

PARTS = (live, pages, branches, conflicts, gateways, rekeying, settings, closures_pages, closures_edit, opening_pages)
"""Modules of pages; each has ``routes()``."""
