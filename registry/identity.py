"""Where new names come from: opaque ids, tokens and keys. The store takes them as arguments and never makes its own."""

import secrets

from access.credential import KEY_BYTES

TOKEN_LENGTH = 43
"""Characters of a token: 32 random bytes in URL-safe base64."""
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_GROUPS, CODE_GROUP_CHARACTERS = 4, 4


def new_id() -> str:
    """An opaque id that matches ``access.site.ID_PATTERN`` and says nothing of whom it names."""
    return secrets.token_hex(10)


def new_token() -> str:
    """A bearer token of 256 bits."""
    return secrets.token_urlsafe(32)


def new_key() -> bytes:
    """A site's credential key."""
    return secrets.token_bytes(KEY_BYTES)


def new_salt(length: int) -> bytes:
    """Bytes that make the hash of a short text one that nobody can guess it from."""
    return secrets.token_bytes(length)


def new_code() -> str:
    """A code that people read out and type: 78 bits, without letters that are taken for one another."""
    signs = [secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUPS * CODE_GROUP_CHARACTERS)]
    starts = range(0, len(signs), CODE_GROUP_CHARACTERS)
    return "-".join("".join(signs[start : start + CODE_GROUP_CHARACTERS]) for start in starts)


def bare_code(code: str) -> str:
    """A code whatever case, spaces and hyphens it was typed with."""
    return "".join(code[:100].split()).replace("-", "").upper()
