"""What is recorded of people."""

from registry.web.privacy import audit_pages, consents_pages, consents_texts, holds, papers, requests

PARTS = (papers, consents_pages, consents_texts, audit_pages, requests, holds)
"""Modules of pages; each has ``routes()``."""
