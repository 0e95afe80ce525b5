"""Rows for the matrix of who may what: a call on a reader, what somebody asked about their data, a report."""

from sqlalchemy import insert

from registry import identity
from registry.edit import editing
from registry.people import requests
from registry.people.requests import Wish
from registry.reports import kept
from registry.reports.periods import named
from registry.tables import core as t
from tests.support.centres import NINE_MS, Centre

REPORTED = "2025"


def called(centre: Centre, site: str, who: str) -> str:
    """A call for somebody that was given up."""
    ident = identity.new_id()
    row: dict[str, object] = {
        "site": site,
        "reader": "front",
        "purpose": "enrol",
        "person": who,
        "badge": None,
        "author": "",
    }
    row |= {"state": "cancelled", "asked_ms": 1, "until_ms": 2, "revision": 1}
    with centre.registry.database.write() as connection:
        connection.execute(insert(t.badge_call).values(id=ident, **row))
    return ident


def asked_for(centre: Centre, who: str) -> str:
    """A request of theirs that waits."""
    with editing(centre.registry.database, NINE_MS) as edit:
        return requests.ask(edit, who, Wish.CORRECT, "x")


def reported(centre: Centre) -> None:
    """The report of a year is published."""
    with editing(centre.registry.database, NINE_MS) as edit:
        kept.publish(edit, kept.draft(edit.connection, named(REPORTED), NINE_MS))
