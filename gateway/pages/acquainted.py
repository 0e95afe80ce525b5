"""The people whom a site knows, found by a part of their name: read from the link's database beside its writer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from access.codec import BadBody, record_from_json
from access.records import Person
from gateway.database import connect_reading, speaking_of
from gateway.link.tables import RecordRow
from gateway.log.tables import table_of

MOST_PEOPLE, SHOWN = 20_000, 12


@dataclass(frozen=True, slots=True)
class Found:
    """The first people found, by name, and whether there are more."""

    people: tuple[Person, ...]
    more: bool


def find_people(path: Path, part: str) -> Found:
    """Everybody whose name holds these words, each somewhere. Raises StoreBroken."""
    words = part.casefold().split()
    found = sorted((one for one in _people(path) if _holds(one.name, words)), key=lambda one: one.name.casefold())
    return Found(tuple(found[:SHOWN]), len(found) > SHOWN)


def person_of(path: Path, ident: str) -> Person | None:
    """One person by their id. Raises StoreBroken."""
    return next((one for one in _people(path, ident) if one.id == ident), None)


def _holds(name: str, words: list[str]) -> bool:
    return bool(words) and all(word in name.casefold() for word in words)


def _people(path: Path, ident: str | None = None) -> Iterator[Person]:
    table = table_of(RecordRow)
    asked = select(table.c.id, table.c.record).where(table.c.kind == "person")
    if ident is not None:
        asked = asked.where(table.c.id == ident)
    with speaking_of(path):
        connection = connect_reading(path)
        try:
            rows = connection.execute(asked.limit(MOST_PEOPLE)).all()
        finally:
            connection.close()
    for known, record in rows:
        try:
            person = record_from_json("person", json.dumps({"id": known, **json.loads(record)}))
        except (BadBody, ValueError):
            continue
        if isinstance(person, Person):
            yield person
