"""Where new names come from: opaque ids, tokens and keys. The store takes them as arguments and never makes its own."""

import secrets

from access.credential import KEY_BYTES

TOKEN_LENGTH = 43
"""Characters of a token: 32 random bytes in URL-safe base64."""


def new_id() -> str:
    """An opaque id that matches ``access.site.ID_PATTERN`` and says nothing of whom it names."""
    return secrets.token_hex(10)


def new_token() -> str:
    """A bearer token of 256 bits."""
    return secrets.token_urlsafe(32)


def new_key() -> bytes:
    """A site's credential key."""
    return secrets.token_bytes(KEY_BYTES)
