"""Past days read out of a real log: bounded steps, the same after a restart and after the log is another one."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.facts import DeskMoved, Entered
from access.records import Booking
from gateway.database import StoreBroken
from gateway.days import following
from gateway.days.fold import Piece
from gateway.days.following import Days
from tests.support.live_site import NINE_MS
from tests.support.log_of_days import LogOfDays, booked
from tests.support.logs import let_go, lost

ROME, MONDAY, TUESDAY = ZoneInfo("Europe/Rome"), "2026-11-23", "2026-11-24"
USED = Piece(MONDAY, "desk:d01", "occupied", NINE_MS, NINE_MS + HOUR_MS)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LogOfDays]:
    made = LogOfDays(tmp_path)
    yield made
    made.close()


def days_of(folder: Path) -> Days:
    return Days(folder / "log.db", folder / "link.db", folder / "days.db", ROME)


def caught_up(days: Days) -> Days:
    while days.look():
        pass
    return days


def an_hour(log: LogOfDays, desk: str, from_ms: int) -> None:
    log.write(from_ms, DeskMoved(desk, "occupied"))
    log.write(from_ms + HOUR_MS, DeskMoved(desk, "vacant"))


def test_what_the_log_says_of_a_day_is_found_and_another_day_is_empty(log: LogOfDays, tmp_path: Path) -> None:
    an_hour(log, "d01", NINE_MS)
    days = caught_up(days_of(tmp_path))
    assert days.day(MONDAY, 0) == [USED]
    assert days.day(TUESDAY, 0) == []
    assert [(day, hour, one.watched_ms) for day, hour, one in days.hours(MONDAY, TUESDAY)] == [(MONDAY, 9, HOUR_MS)]


def test_what_lasts_reaches_to_now(log: LogOfDays, tmp_path: Path) -> None:
    log.write(NINE_MS, DeskMoved("d01", "occupied"))
    days = caught_up(days_of(tmp_path))
    assert days.day(MONDAY, NINE_MS + MINUTE_MS) == [
        Piece(MONDAY, "desk:d01", "occupied", NINE_MS, NINE_MS + MINUTE_MS)
    ]


def test_small_steps_and_restarts_between_give_the_same(
    log: LogOfDays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(3):
        an_hour(log, "d01", NINE_MS + day * DAY_MS)
        log.write(NINE_MS + day * DAY_MS + HOUR_MS, Entered(f"p{day}", "ingresso", "sala", "1-1"))
    whole = caught_up(Days(log.path, tmp_path / "link.db", tmp_path / "whole.db", ROME))
    monkeypatch.setattr(following, "STEP_ROWS", 1)
    steps = 0
    while days_of(tmp_path).look():
        steps += 1
    assert steps == len(log.rows)
    again = days_of(tmp_path)
    again.look()
    assert again.hours("0000", "9999") == whole.hours("0000", "9999")
    assert again.day(MONDAY, 0) == whole.day(MONDAY, 0)


def test_a_log_that_is_another_one_is_counted_anew_and_older_days_stay(log: LogOfDays, tmp_path: Path) -> None:
    an_hour(log, "d01", NINE_MS)
    an_hour(log, "d01", NINE_MS + DAY_MS)
    days = caught_up(days_of(tmp_path))
    other = tmp_path / "other"
    other.mkdir()
    fresh = LogOfDays(other)
    fresh.write(NINE_MS + DAY_MS, DeskMoved("d07", "occupied"))
    fresh.write(NINE_MS + DAY_MS + MINUTE_MS, DeskMoved("d07", "vacant"))
    fresh.close()
    log.close()
    for ending in ("-wal", "-shm"):
        Path(f"{log.path}{ending}").unlink(missing_ok=True)
    (other / "log.db").replace(log.path)
    caught_up(days)
    assert days.day(MONDAY, 0) == [USED]
    assert [one.resource for one in days.day(TUESDAY, 0)] == ["desk:d07"]


def test_a_log_whose_beginning_was_let_go_goes_on(log: LogOfDays, tmp_path: Path) -> None:
    an_hour(log, "d01", NINE_MS)
    caught_up(days_of(tmp_path))
    an_hour(log, "d02", NINE_MS + 2 * HOUR_MS)
    let_go(log.path, 1)
    days = caught_up(days_of(tmp_path))
    assert [one.resource for one in days.day(MONDAY, 0)] == ["desk:d01", "desk:d02"]


def test_a_hole_in_the_log_claims_nothing(log: LogOfDays, tmp_path: Path) -> None:
    log.write(NINE_MS, DeskMoved("d01", "occupied"))
    log.write(NINE_MS + HOUR_MS, DeskMoved("d01", "vacant"), DeskMoved("d02", "occupied"))
    log.write(NINE_MS + 2 * HOUR_MS, DeskMoved("d02", "vacant"))
    lost(log.path, 2, 2)
    days = caught_up(days_of(tmp_path))
    assert [one.resource for one in days.day(MONDAY, 0)] == ["desk:d02"]


@pytest.mark.parametrize("held", [b"", b"no database at all, and long enough to be read" * 50])
def test_a_damaged_file_of_days_is_counted_anew(log: LogOfDays, tmp_path: Path, held: bytes) -> None:
    an_hour(log, "d01", NINE_MS)
    (tmp_path / "days.db").write_bytes(held)
    assert caught_up(days_of(tmp_path)).day(MONDAY, 0) == [USED]


def test_a_log_that_is_not_there_is_said_and_looked_for_again(tmp_path: Path) -> None:
    days = days_of(tmp_path)
    assert not days.look()
    assert days.trouble
    with pytest.raises(StoreBroken):
        days.day(MONDAY, 0)
    with pytest.raises(StoreBroken):
        days.hours(MONDAY, MONDAY)
    log = LogOfDays(tmp_path)
    an_hour(log, "d01", NINE_MS)
    log.close()
    assert caught_up(days).day(MONDAY, 0) == [USED]
    assert days.trouble == ""


def test_bookings_are_kept_without_whose_they_are_and_a_past_day_keeps_them(log: LogOfDays, tmp_path: Path) -> None:
    log.write(NINE_MS, DeskMoved("d01", "occupied"))
    booked(tmp_path, Booking("b1", "anna-rossi", "sala", "d01", NINE_MS, NINE_MS + HOUR_MS))
    days = caught_up(days_of(tmp_path))
    days.look_at_bookings(NINE_MS)
    held = Piece(MONDAY, "d01", "booked", NINE_MS, NINE_MS + HOUR_MS)
    assert held in days.day(MONDAY, 0)
    booked(tmp_path, Booking("b2", "anna-rossi", "sala", "d02", NINE_MS + DAY_MS, NINE_MS + DAY_MS + HOUR_MS))
    days.look_at_bookings(NINE_MS + DAY_MS)
    assert held in days.day(MONDAY, 0)
    assert [one.resource for one in days.day(TUESDAY, 0) if one.what == "booked"] == ["d02"]
    booked(tmp_path)
    days.look_at_bookings(NINE_MS + DAY_MS)
    assert [one for one in days.day(TUESDAY, 0) if one.what == "booked"] == []
    days._close()
    assert b"anna-rossi" not in b"".join(file.read_bytes() for file in tmp_path.glob("days.db*"))
