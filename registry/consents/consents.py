"""Giving a consent and taking it back, always of one version of one text; a minor's guardian does it before their age.

Whoever is asked reads a version, and it is that version they answer: another one that came meanwhile is shown first.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select, update

from access.hours import local
from registry import identity, store
from registry.consents.kinds import NEEDS, OF_ID, Needs
from registry.edit import Edit
from registry.people.enrolments import HOME_ZONE
from registry.people.people import check_not_erased
from registry.problems import Kind, Problem
from registry.tables import core as t
from registry.tables.consents import consent, consent_text

_C, _T = consent.c, consent_text.c


class By(StrEnum):
    """Whose word a consent is."""

    PERSON = "person"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in force: its version, from when (None: from the beginning), in both languages."""

    version: int
    since_ms: int | None
    italian: str
    english: str

    def __call__(self, language: str) -> str:
        """The text in a language."""
        return self.italian if language == "it" else self.english


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a person stands with one thing that needs a consent: its text, what they gave (None: nothing that holds),
    and whether they may give it themselves.
    """

    needs: Needs
    text: Text
    given: Row[Any] | None
    own: bool

    @property
    def is_old(self) -> bool:
        """Whether what was given is of a text that has changed since."""
        return self.given is not None and self.given.version != self.text.version


def texts(connection: Connection) -> dict[str, Text]:
    """The text in force of each kind."""
    found = {one.id: Text(1, None, one.text.it, one.text.en) for one in NEEDS}
    for row in connection.execute(select(consent_text).order_by(_T.kind, _T.version)):
        found[row.kind] = Text(row.version, row.since_ms, row.italian, row.english)
    return found


def publish(edit: Edit, kind: str, text: Text, author: str) -> None:
    """Make a new text of a kind, of the version after the one that was read. Raises Problem."""
    _known(kind)
    if texts(edit.connection)[kind].version != text.version - 1:
        raise Problem(Kind.OUT_OF_TURN, "somebody changed this text meanwhile; read it again.")
    said = {"italian": text.italian, "english": text.english, "since_ms": edit.at_ms, "made_by": author}
    edit.connection.execute(insert(consent_text).values(kind=kind, version=text.version, **said))


def standing(connection: Connection, person: str, at_ms: int) -> list[Stand]:
    """Where a person stands with everything that needs a consent."""
    row = store.one(connection, t.person, t.person.c.id == person, "person")
    held = {one.kind: one for one in connection.execute(select(consent).where(_C.person == person, _holds()))}
    age, now = _age(row, at_ms), texts(connection)
    return [Stand(one, now[one.id], held.get(one.id), age >= one.own_from) for one in NEEDS]


@dataclass(frozen=True, slots=True)
class Word:
    """Who consents to which ``version`` of a text; a ``guardian`` by their name (the person: "")."""

    version: int
    by: By = By.PERSON
    guardian: str = ""


def give(edit: Edit, person: str, kind: str, word: Word, author: str) -> None:
    """Note that a person, or their guardian, consents to a version of a text. Raises Problem."""
    needs = _known(kind)
    check_not_erased(edit.connection, person)
    stand = next(one for one in standing(edit.connection, person, edit.at_ms) if one.needs is needs)
    if stand.text.version != word.version:
        raise Problem(Kind.OUT_OF_TURN, "this text has changed meanwhile; read it again.")
    if word.by is By.GUARDIAN and not word.guardian:
        raise Problem(Kind.INVALID, "a guardian's consent says who gave it; write the name of who signed.")
    if word.by is By.PERSON and not stand.own:
        raise Problem(Kind.OUT_OF_TURN, f"before the age of {needs.own_from} a guardian gives this; staff note it.")
    if stand.given is not None and not stand.is_old:
        return
    withdraw(edit, person, kind, author)
    said = {"person": person, "kind": kind, "version": word.version, "given_ms": edit.at_ms}
    said |= {"given_by": str(word.by), "guardian": word.guardian if word.by is By.GUARDIAN else ""}
    edit.connection.execute(insert(consent).values(id=identity.new_id(), **said, noted_by=author, withdrawn_by=""))


def withdraw(edit: Edit, person: str, kind: str, author: str) -> bool:
    """Note that it holds no more; whether it did."""
    held = (_C.person == person) & (_C.kind == kind) & _holds()
    ended = update(consent).where(held).values(withdrawn_ms=edit.at_ms, withdrawn_by=author)
    return edit.connection.execute(ended).rowcount > 0


def _holds() -> Any:  # noqa: ANN401 -- SQLAlchemy's own
    return _C.withdrawn_ms.is_(None)


def _known(kind: str) -> Needs:
    if kind not in OF_ID:
        raise Problem(Kind.NOT_FOUND, f"there is no such consent; those that there are: {', '.join(OF_ID)}.")
    return OF_ID[kind]


def _age(row: Any, at_ms: int) -> int:  # noqa: ANN401 -- a row of the person table
    """Full years; where no birth date is known, what staff have said: 0 for a minor."""
    if row.birth_date is None:
        return 0 if row.minor else 200
    born, today = date.fromisoformat(row.birth_date), local(at_ms, ZoneInfo(HOME_ZONE)).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
