"""What may be said next of a register, by whom: correcting, closing, and the edition after a sealed one.

Each gives what is to be appended, or why it is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from access.attendance import SessionState
from access.register import Closed, Correction, Enrolled, Entry, Head, Held, Opened, Part, Said, Sealed
from access.register_fold import Register, stated


class Why(StrEnum):
    """Why it cannot be said."""

    SEALED = "sealed"
    PLANNED = "planned"
    NOT_OVER = "not-over"
    EMPTY = "empty"
    DONE = "done"
    SAME_PERSON = "same-person"
    NO_ROW = "no-row"
    NOT_EXPECTED = "not-expected"
    NOT_HELD = "not-held"
    NO_REASON = "no-reason"
    NO_SPAN = "no-span"
    ABSENT_ALREADY = "absent-already"


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be said."""

    why: Why


def closing(register: Register, by: Closed) -> tuple[Said, ...] | Refused:
    """Somebody closes it; the second of the two seals it. Whoever closes states the minutes as they are."""
    why = _unclosable(register, by)
    if why is not None:
        return Refused(why)
    ends = (Sealed(by.at_ms),) if register.closed else ()
    return (*stated(register), by, *ends)


def _unclosable(register: Register, by: Closed) -> Why | None:
    sessions = register.sessions.values()
    if register.sealed is not None:
        return Why.SEALED
    if not sessions:
        return Why.EMPTY
    if any(one.state == SessionState.PLANNED for one in sessions):
        return Why.PLANNED
    if any(one.state == SessionState.DELIVERED and one.end_ms > register.opened.at_ms for one in sessions):
        return Why.NOT_OVER
    if any(one.part == by.part for one in register.closed):
        return Why.DONE
    if any(by.person == one.person or by.account == one.account for one in register.closed):
        return Why.SAME_PERSON
    return None


def correcting(register: Register, said: Correction) -> Refused | None:
    """Why a correction cannot be said of this edition or, where it is sealed, of the next; None: it can."""
    why = _incorrigible(register, said)
    return None if why is None else Refused(why)


def _incorrigible(register: Register, said: Correction) -> Why | None:
    held = register.sessions.get(said.session)
    if not said.reason:
        return Why.NO_REASON
    if held is None or said.person not in held.persons.split():
        return Why.NOT_EXPECTED
    if held.state != SessionState.DELIVERED:
        return Why.NOT_HELD
    at = {line.n: line for line in register.of(said.session, said.person)}.get(said.of)
    if said.of and (at is None or at.by):
        return Why.NO_ROW
    if not said.there and (at is None or not at.counts):
        return Why.ABSENT_ALREADY
    if (said.from_ms, said.to_ms) == (0, 0):
        return None
    within = said.from_ms < said.to_ms and said.from_ms < held.end_ms and said.to_ms > held.start_ms
    return None if within else Why.NO_SPAN


def next_edition(said: Sequence[Said], opened: Opened, more: Correction) -> tuple[Said, ...]:
    """What another edition says: all that a sealed one did but who closed it, and a correction of one of its rows."""
    numbers, carried = dict[int, int](), list[Said]([opened])
    for n, one in enumerate(said, 1):
        if isinstance(one, Head | Held | Enrolled | Entry | Correction):
            carried.append(replace(one, of=numbers.get(one.of, 0)) if isinstance(one, Correction) else one)
            numbers[n] = len(carried)
    return (*carried, replace(more, of=numbers.get(more.of, 0)))


def part_left(register: Register) -> tuple[Part, ...]:
    """As what it has yet to be closed."""
    done = {one.part for one in register.closed}
    return () if register.sealed is not None else tuple(part for part in Part if part not in done)


def evidence_of(said: Sequence[Said]) -> tuple[Said, ...]:
    """What of an edition was read from the logs, without when: equal where they say the same."""
    return tuple(one for one in said if isinstance(one, Held | Enrolled | Entry))
