"""The staff's code: a file that only its owner can read, made with a random code where there is none yet."""

import hmac
import os
import secrets
from pathlib import Path

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP_CHARACTERS = 3, 4
CODE_BYTES = 200
FEWEST_CHARACTERS = 6


class BadCodeFile(ValueError):
    """The file holds no code; the message says what to do."""


def read_or_make(path: Path) -> str:
    """The code in the file at ``path``, which is made (mode 0600) where it is missing.

    Raises BadCodeFile for a file without a usable code, OSError where it cannot be read or made.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_CHARACTERS)) for _ in range(GROUPS))
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{code}\n")
    return code


def _read(path: Path) -> str:
    code = path.read_bytes()[: CODE_BYTES + 1].decode("utf-8", "replace").strip()
    if not FEWEST_CHARACTERS <= len(_bare(code)) <= CODE_BYTES:
        raise BadCodeFile(f"{path} holds no code of {FEWEST_CHARACTERS} characters or more: write one, or remove it")
    return code


def matches(code: str, guess: str) -> bool:
    """Whether a guess is the code, in constant time; case, spaces and hyphens do not matter."""
    return hmac.compare_digest(_bare(code).encode(), _bare(guess[:CODE_BYTES]).encode("utf-8", "replace"))


def _bare(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()
