"""Programmes, cohorts, teams and sessions."""

from registry.web.programmes import cohorts, cohorts_people, edit, modules, pages, sessions_edit, sessions_pages, teams

PARTS = (pages, edit, modules, cohorts, cohorts_people, teams, sessions_pages, sessions_edit)
"""Modules of pages; each has ``routes()``."""
