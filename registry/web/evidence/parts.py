"""What accounts for public money."""

from registry.web.evidence import (
    certificates,
    hours,
    registers_edit,
    registers_new,
    registers_pages,
    reports_new,
    reports_pages,
    service_correct,
    service_pages,
    service_write,
    use,
)

PARTS = (
    registers_pages,
    registers_edit,
    registers_new,
    hours,
    certificates,
    service_pages,
    service_write,
    service_correct,
    reports_pages,
    reports_new,
    use,
)
"""Modules of pages; each has ``routes()``."""
