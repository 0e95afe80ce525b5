"""Signing in, one's own account, and the accounts of others."""

from registry.web.accounts import own, second, sign_in, staff, tokens

PARTS = (sign_in, second, own, tokens, staff)
"""Modules of pages; each has ``routes()``."""
