"""Calls on readers end by themselves, and what a card shows is not kept for longer than it may be confirmed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from registry.people import calls
from registry.tables import core as t
from tests.support.called import CARD, call, confirm, lay_readers, listed, now, shows
from tests.support.centres import NINE_MS, Centre, centre, problem


@dataclass
class Hands:
    """A clock that a test moves."""

    at_ms: int = NINE_MS

    def __call__(self) -> int:
        return self.at_ms


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def desk(laid_url: str, tmp_path: Path, clock: Hands) -> Iterator[Centre]:
    with centre(laid_url, tmp_path / "keys", wall_ms=clock) as made:
        made.add_site("matera")
        lay_readers(made, "matera")
        yield made


def test_a_minute_later_nobody_waits_and_the_reader_is_free(desk: Centre, clock: Hands) -> None:
    anna = desk.admit("matera")
    asked = call(desk, person=anna)["id"]
    clock.at_ms += calls.WAITS_MS - 1
    assert listed(desk) == [(asked, "front-in")]
    clock.at_ms += 1
    assert listed(desk) == []
    again = call(desk, person=anna)["id"]
    assert again != asked


def test_a_card_that_was_shown_in_time_may_be_told_a_little_later_and_no_more(desk: Centre, clock: Hands) -> None:
    anna = desk.admit("matera")
    told, late = call(desk, person=anna)["id"], call(desk, "desk-in", person=anna)["id"]
    clock.at_ms += calls.WAITS_MS + calls.LATE_MS - 1
    shows(desk, told)
    etag = desk.ask("GET", f"/badge-calls/{late}").headers["ETag"]
    clock.at_ms += 1
    shows(desk, late)
    assert [now(desk, each)["state"] for each in (told, late)] == ["read", "expired"]
    # Time alone changed it: an ETag from before holds no more.
    assert desk.ask("GET", f"/badge-calls/{late}", If_None_Match=etag).status_code == 200


def test_what_nobody_confirms_expires_and_is_forgotten(desk: Centre, clock: Hands) -> None:
    asked = call(desk, person=desk.admit("matera"))["id"]
    shows(desk, asked, CARD)
    clock.at_ms += calls.CONFIRM_WITHIN_MS
    assert now(desk, asked)["state"] == "expired"
    assert problem(confirm(desk, asked)) == (409, "out-of-turn")
    assert desk.as_gateway("matera", "GET", "/changes?since=1").status_code in {200, 409}
    with desk.database.read() as connection:
        assert connection.execute(select(t.badge_call.c.seen)).scalars().all() == [None]
