"""What registers that were corrected say of people at sessions: it counts instead of their stays and roll calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from access.attendance import ClosedStay, Closing, RollCall
from registry.attendance import training_told
from registry.edit import Edit
from registry.programmes.sittings import AT_ONCE
from registry.tables import core as t

_C = t.corrected.c
_SYSTEM = str(Closing.SYSTEM)


@dataclass(frozen=True, slots=True)
class Word:
    """When somebody was at a session, by its register."""

    stays: tuple[ClosedStay, ...]

    def calls(self, session: str) -> list[RollCall]:
        """The same of a session elsewhere."""
        return [RollCall(session, stay.start_ms, stay.end_ms) for stay in self.stays]


Words = dict[tuple[str, str], Word]
"""By person and session, as attendance calls it (``site/id``)."""


def of_persons(connection: Connection, persons: Sequence[str]) -> Words:
    """What is said of these people."""
    found = Words()
    for start in range(0, len(persons), AT_ONCE):
        asked = select(_C.site, _C.session, _C.person, _C.spans).where(_C.person.in_(persons[start : start + AT_ONCE]))
        for site, session, person, spans in connection.execute(asked):
            found[person, f"{site}/{session}"] = Word(tuple(map(_read, spans.split())))
    return found


def say(edit: Edit, site: str, register: str, session: str, person: str, stays: Sequence[ClosedStay]) -> None:
    """From now on this counts of somebody at a session."""
    here = (_C.site == site) & (_C.session == session) & (_C.person == person)
    edit.connection.execute(delete(t.corrected).where(here))
    values = {"site": site, "session": session, "person": person, "register_id": register, "at_ms": edit.at_ms}
    edit.connection.execute(insert(t.corrected).values(**values, spans=" ".join(map(_written, stays))))
    training_told.tell_session(edit, site, session)


def forget(edit: Edit, site: str, register: str) -> list[tuple[str, str]]:
    """A register is read anew from the logs: what it said before counts no more; of which sessions and people."""
    mine = (_C.site == site) & (_C.register_id == register)
    said = [(row.session, row.person) for row in edit.connection.execute(select(_C.session, _C.person).where(mine))]
    edit.connection.execute(delete(t.corrected).where(mine))
    for session in sorted({session for session, _ in said}):
        training_told.tell_session(edit, site, session)
    return said


def _read(text: str) -> ClosedStay:
    start, _, rest = text.partition("-")
    end, _, how = rest.partition("-")
    return ClosedStay(int(start), int(end), Closing.SYSTEM if how == _SYSTEM else Closing.EXIT)


def _written(stay: ClosedStay) -> str:
    ends = f"-{_SYSTEM}" if stay.closed is Closing.SYSTEM else ""
    return f"{stay.start_ms}-{stay.end_ms}{ends}"
