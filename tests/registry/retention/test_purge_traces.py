"""After the purge nothing of what went is left on the registry's disk: in no free page and no write-ahead log (P4)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from access.clock import DAY_MS, HOUR_MS
from access.facts import Entered, Judged, Left
from access.facts_people import VisitBegan, VisitEnded
from access.hours import unix_ms
from registry.bookings import bookings
from registry.edit import editing
from registry.retention.purge import purge
from tests.support.centres import Centre, centre
from tests.support.fixed_day import wall_ms
from tests.support.log_rows import START_MS, rows_of, sent

SITE = "matera"
MORNING = datetime(2026, 11, 30, 9, tzinfo=UTC)
CANARIES = (b"canary-person", b"Canary Host", b"canary note", b"canary-badge")


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Centre]:
    """A registry on an SQLite file that nobody else has open."""
    with centre(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as made:
        made.add_site(SITE)
        yield made


def traces(folder: Path) -> set[bytes]:
    held = [path.read_bytes() for path in folder.iterdir() if path.is_file()]
    return {canary for canary in CANARIES for raw in held if canary in raw}


def test_no_byte_of_what_was_purged_is_left_in_the_file_or_beside_it(alone: Centre, tmp_path: Path) -> None:
    tap = Judged(
        "front", "front-in", "in", True, "by-hand", "by-hand", "canary-person", "canary-badge", note="canary note"
    )
    steps = (tap, Entered("canary-person", "front", "hall", "1-1"), Left("front", "hall", "", "canary-person"))
    visit = (VisitBegan("v-1", "hall", "Canary Host", "un consiglio"), VisitEnded("v-1", "Canary Host"))
    rows = rows_of(*(steps + visit) * 40, site=SITE)
    for begin in range(0, len(rows), 50):
        answer = alone.as_gateway(SITE, "POST", "/events", sent(rows[begin : begin + 50], SITE))
        assert answer.status_code == 200, answer.text
    assert traces(tmp_path) == set(CANARIES), "the search finds what is there"
    gone = purge(alone.database, START_MS + 31 * DAY_MS, "test")
    assert gone["event"] == len(rows)
    assert traces(tmp_path) == set()


def test_no_byte_of_who_had_which_desk_is_left(alone: Centre, tmp_path: Path) -> None:
    desk, first, many = "canary-desk", unix_ms(MORNING), 60
    alone.made(f"/sites/{SITE}/resources", {"id": desk, "kind": "desk", "name": "Canary", "zone": "hall"})
    person = alone.admit(SITE)
    for number in range(many):
        with editing(alone.database, first) as edit:
            begins = first + number * HOUR_MS
            bookings.book(edit, SITE, f"b-{number}", bookings.Wanted(desk, person, begins, begins + HOUR_MS))

    def links() -> int:
        """How many rows, entries of indexes and records that sites are told have a booking and that desk beside it."""
        said = [f'"resource": "{desk}"'.encode()]
        for number in range(many):
            said.append(f"{SITE}b-{number}{desk}".encode())
            said.append(desk.encode() + (first + number * HOUR_MS).to_bytes(6, "big"))
        held = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
        return sum(any(one in raw for raw in held) for one in said)

    assert links() == 1 + 2 * many, "the search finds what is there"
    assert purge(alone.database, first + many * HOUR_MS + DAY_MS + 1, "test")["booking"] == many
    assert links() == 0


def test_who_is_erased_leaves_no_byte_though_nothing_else_was_over(alone: Centre, tmp_path: Path) -> None:
    who = alone.admit(SITE, "Canary Host")
    assert traces(tmp_path) == {b"Canary Host"}
    assert alone.ask("DELETE", f"/people/{who}").status_code == 204
    assert purge(alone.database, wall_ms(), "test") == {}
    assert traces(tmp_path) == set()
