"""Passwords: which may be chosen, and argon2id, in amounts of work that a small server bears.

A guess costs the same where there is no such account, and no more than a few are worked on at once: a flood of guesses
waits in line instead of taking all memory.
"""

import unicodedata
from enum import StrEnum
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB, PASSES, LANES = 32 * 1024, 3, 1
"""About a tenth of a second on a small board; RFC 9106 leaves the measure to the machine."""
AT_ONCE = 2
FEWEST_CHARACTERS, MOST_CHARACTERS = 12, 128
FEWEST_DIFFERENT = 5
LOGIN_CHARACTERS = 120
_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
_turns = BoundedSemaphore(AT_ONCE)


class Weak(StrEnum):
    """Why a password may not be chosen."""

    SHORT = "short"
    LONG = "long"
    PLAIN = "plain"
    KNOWN = "known"


def weakness(password: str, *known: str) -> Weak | None:
    """Why this may not be chosen; ``known`` are words that others know of its holder. None: it may be."""
    folded = _same(password).casefold()
    if len(password) > MOST_CHARACTERS:
        return Weak.LONG
    if len(password) < FEWEST_CHARACTERS:
        return Weak.SHORT
    if len(set(folded)) < FEWEST_DIFFERENT:
        return Weak.PLAIN
    told = {word for one in known for word in one.casefold().replace("@", " ").split() if len(word) > 3}
    return Weak.KNOWN if len(folded) - max((len(word) for word in told if word in folded), default=0) < 8 else None


def hashed(password: str) -> str:
    """A password as it is kept: argon2id with its parameters and a salt of its own."""
    with _turns:
        return _hasher.hash(_same(password))


def matches(kept: str | None, guess: str) -> bool:
    """Whether a guess is the password kept; the same work where none is (None). One too long is none, at once."""
    if len(guess) > MOST_CHARACTERS:
        return False
    with _turns:
        try:
            right = _hasher.verify(_nobodys() if kept is None else kept, _same(guess))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


def is_old(kept: str) -> bool:
    """Whether a password was hashed with other parameters than those of today."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


def folded_login(login: str) -> str:
    """A login as it is kept and looked up: whoever types it, in capitals or not, on whatever machine."""
    return _same(login).casefold().strip()[:LOGIN_CHARACTERS]


def _same(text: str) -> str:
    """What the same keys give on every machine."""
    return unicodedata.normalize("NFKC", text)
