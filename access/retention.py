"""How long what is known of people is kept, why, and on which ground: one table (guarantee P4).

The purge at the registry and at each gateway goes by it, and the record of processing (art. 30) is written from it;
what lies where is in ``access.retention_places``, the words are in ``access.retention_words``. A period is our reading
of the law's "no longer than is needed", chosen here and nowhere else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from access.clock import DAY_MS, HOUR_MS


class Since(StrEnum):
    """From when a period counts."""

    HAPPENED = "happened"
    ENDED = "ended"
    CLOSED = "closed"
    """From its end, and not before the accounts of each programme that it is evidence for are closed."""
    NEEDED = "needed"
    """As long as the person may come in, or signs in: until staff forget them, or take it away."""


class Basis(StrEnum):
    """The ground of the regulation (EU) 2016/679 on which it is lawful."""

    TASK = "6-1-e"
    DUTY = "6-1-c"
    SECURITY = "6-1-e-32"
    LAW = "6-1-c-12"
    CONSENT = "6-1-a"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data that is kept for ``period_ms`` counted from ``since``, on the ground of ``basis``."""

    id: str
    since: Since
    period_ms: int
    basis: Basis


ACCESS = Kind("access", Since.HAPPENED, 30 * DAY_MS, Basis.TASK)
REFUSAL = Kind("refusal", Since.HAPPENED, 90 * DAY_MS, Basis.SECURITY)
DESK = Kind("desk", Since.ENDED, 24 * HOUR_MS, Basis.TASK)
ATTENDANCE = Kind("attendance", Since.CLOSED, 30 * DAY_MS, Basis.DUTY)
REGISTER = Kind("register", Since.CLOSED, 30 * DAY_MS, Basis.DUTY)
SERVICE = Kind("service", Since.CLOSED, 30 * DAY_MS, Basis.DUTY)
BOOKING = Kind("booking", Since.CLOSED, 30 * DAY_MS, Basis.DUTY)
WAITING = Kind("waiting", Since.ENDED, 30 * DAY_MS, Basis.TASK)
PERSON = Kind("person", Since.NEEDED, 0, Basis.TASK)
ACCOUNT = Kind("account", Since.NEEDED, 0, Basis.SECURITY)
SESSION = Kind("session", Since.ENDED, 0, Basis.SECURITY)
REQUEST = Kind("data-request", Since.ENDED, 730 * DAY_MS, Basis.LAW)
CONSENT = Kind("consent", Since.ENDED, 730 * DAY_MS, Basis.CONSENT)
CALL = Kind("badge-call", Since.HAPPENED, 30 * DAY_MS, Basis.SECURITY)
TOKEN = Kind("token", Since.ENDED, 730 * DAY_MS, Basis.SECURITY)
ANSWER = Kind("answer", Since.HAPPENED, 24 * HOUR_MS, Basis.SECURITY)
LOOK = Kind("look", Since.HAPPENED, 730 * DAY_MS, Basis.SECURITY)
ACT = Kind("act", Since.HAPPENED, 730 * DAY_MS, Basis.SECURITY)
DAMAGED = Kind("damaged-log", Since.HAPPENED, 30 * DAY_MS, Basis.SECURITY)
SIGN_IN = Kind("failed-sign-in", Since.HAPPENED, 90 * DAY_MS, Basis.SECURITY)

KINDS = (
    ACCESS,
    REFUSAL,
    DESK,
    ATTENDANCE,
    REGISTER,
    SERVICE,
    BOOKING,
    WAITING,
    PERSON,
    ACCOUNT,
    SESSION,
    REQUEST,
    CONSENT,
    CALL,
    TOKEN,
    ANSWER,
    LOOK,
    ACT,
    DAMAGED,
    SIGN_IN,
)

OF_FACTS: dict[str, Kind] = {
    "verdict": REFUSAL,
    "grant-lapsed": ACCESS,
    "entered": ACCESS,
    "left": ACCESS,
    "checked-in": ACCESS,
    "no-show": ACCESS,
    "staff-came": ACCESS,
    "minors-alone": ACCESS,
    "visit": ACCESS,
    "visit-ended": ACCESS,
    "went-elsewhere": ACCESS,
    "day-closed": ACCESS,
    "badge-read": ACCESS,
    "checkpoint": ACCESS,
    "walk-in": DESK,
    "denied": ACT,
    "denial-lifted": ACT,
    "revocations-read": ACT,
    "lockdown": ACT,
    "fire": ACT,
    "evacuation": ACT,
    "clock-set": ACT,
    "staff-did": ACT,
}
"""What the rows of a log say of people, by their kind: a verdict that granted is an access."""

OF_NOBODY = frozenset(
    {
        "started",
        "door",
        "held-open",
        "line",
        "presence",
        "desk",
        "count",
        "device",
        "battery",
        "device-gap",
        "refused-messages",
        "replica",
        "epoch-began",
        "gap",
        "keeper",
        "zone-full",
        "free-passage",
        "witnessed",
    }
)
"""The kinds of rows that say nothing of anybody: their bodies stay."""
PERIODS_OF_LOGS = tuple(sorted({kind.period_ms for kind in OF_FACTS.values()}))
"""The periods after which something of a log goes, shortest first."""


def of_row(kind: str, body: bytes) -> Kind | None:
    """What the body of a log's row is; None where it says nothing of anybody. A row of which nobody knows what it says
    is kept no longer than a refusal.
    """
    if kind in OF_NOBODY:
        return None
    return ACCESS if kind == "verdict" and _granted(body) else OF_FACTS.get(kind, REFUSAL)


def _granted(body: bytes) -> bool:
    try:
        fact = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(fact, dict) and fact.get("granted") is True


def old_rows(rows: Sequence[tuple[int, bool]], before_ms: int) -> int:
    """How many of the rows of a log that follow one another, each the time of its clock and whether that was trusted,
    are from before a moment. A row whose clock was not is no younger than the trusted rows behind it.
    """
    old = 0
    for number, (at_ms, trusted) in enumerate(rows, 1):
        if trusted and at_ms >= before_ms:
            break
        old = number if trusted else old
    return old


def is_over(kind: str, body: bytes, at_ms: int, now_ms: int) -> bool:
    """Whether the body of a row of ``at_ms`` is to be kept no longer."""
    found = of_row(kind, body)
    return found is not None and at_ms < now_ms - found.period_ms
