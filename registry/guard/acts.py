"""The audit trail: what was done, by whom, to whom; never a secret, and of an address only what kind it is (P3, P6)."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from sqlalchemy import Connection, delete, insert

from access.clock import DAY_MS
from registry import identity
from registry.tables.accounts import act

FAILURES_KEPT_MS = 90 * DAY_MS
"""What strangers can write into the trail goes after this, so that they fill nothing."""

COMMAND_LINE = "command-line"
"""The author of what is done without the pages: whoever may run commands on the registry's machine."""


class Did(StrEnum):
    """What is done with accounts; other parts have words of their own."""

    SIGNED_IN = "sign-in"
    FAILED = "sign-in-failed"
    SIGNED_OUT = "sign-out"
    SESSION_ENDED = "session-ended"
    ACCOUNT_MADE = "account-made"
    ACCOUNT_CHANGED = "account-changed"
    CODE_MADE = "reset-made"
    CODE_FAILED = "reset-failed"
    PASSWORD_SET = "password-set"  # noqa: S105 -- a word of the trail
    SECOND_ON = "second-factor-on"
    SECOND_OFF = "second-factor-off"
    LINKED = "identity-linked"


class From(StrEnum):
    """The kind of an address that a request came from."""

    HERE = "here"
    LOCAL = "local"
    OUTSIDE = "outside"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One row: ``author`` is an account or a credential, "" where nobody is known; the others are whom it concerns."""

    kind: str
    author: str = ""
    account: str | None = None
    person: str | None = None
    site: str | None = None
    address: From = From.UNKNOWN
    what: str = ""


def note(connection: Connection, done: Act, at_ms: int) -> None:
    """Write a row, in the transaction that does what it says."""
    if done.kind in {Did.FAILED, Did.CODE_FAILED}:
        old = act.c.kind.in_([Did.FAILED, Did.CODE_FAILED]) & (act.c.at_ms < at_ms - FAILURES_KEPT_MS)
        connection.execute(delete(act).where(old))
    connection.execute(
        insert(act).values(
            id=identity.new_id(),
            at_ms=at_ms,
            author=done.author,
            kind=str(done.kind),
            account=done.account,
            person=done.person,
            site=done.site,
            address=str(done.address),
            what=done.what,
        )
    )


def kind_of(address: str) -> From:
    """What kind of address this is."""
    try:
        found = ip_address(address)
    except ValueError:
        return From.UNKNOWN
    if found.is_loopback:
        return From.HERE
    return From.LOCAL if found.is_private else From.OUTSIDE
