"""Somebody of a site's staff as its own pages know them, whom they sign in with the registry and the internet gone.

Nothing at a door is judged by it; it is told to the gateways of the sites where the role holds, and to nobody else.
"""

from dataclasses import dataclass

HASHED = "$argon2id$"
"""How a password's hash begins: the only thing that a site is ever told of one."""


@dataclass(frozen=True, slots=True)
class Staff:
    """An account of the registry that signs in at a site's pages as ``login``, shown as ``name``, by the ``role`` that
    holds there until ``until_ms`` (None: without end). ``password`` is argon2id's whole hash.
    """

    id: str
    login: str
    name: str
    role: str
    password: str
    until_ms: int | None = None


def mistake_in_staff(staff: Staff) -> str:
    """What no site could use, "" where nothing is wrong."""
    return "" if staff.password.startswith(HASHED) and staff.login else "staff have a login and an argon2id hash"
