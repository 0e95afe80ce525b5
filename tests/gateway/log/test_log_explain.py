import json
import sqlite3
from pathlib import Path

import pytest

from access.reasons import Reason
from gateway.log.explaining import WHY, explained
from hubout.cli import run
from tests.support.judged_logs import ASKED, LEAVING, NOON, OVERRIDE, ROME, judged_log, verdict

WORDS = {
    Reason.BOOKING: "Why: their own booking k1 holds, to 2026-11-23 13:00:00 (reason booking, rule own-booking).",
    Reason.TOO_EARLY: "Why: their booking k2 lets them in only from 2026-11-23 13:45:00",
    Reason.BOOKING_ENDED: "Why: their booking k3 had ended",
    Reason.NO_BOOKING: "Why: they had no booking behind this door",
    Reason.STANDING: "Why: by their role this person may be here at any time",
    Reason.BADGE_REVOKED: "Why: the badge b6 was revoked",
    Reason.DENIED: "Why: the badge b1 or its person was barred, ahead of the change that says so",
    Reason.BADGE_NOT_YET: "Why: the badge b7 is in force only from 2026-11-24 12:00:00",
    Reason.BADGE_EXPIRED: "Why: the badge b8 had expired",
    Reason.PERSON_SUSPENDED: "Why: the person is suspended",
    Reason.PERSON_NOT_YET: "Why: the person is in force only from 2026-11-24 12:00:00",
    Reason.PERSON_ENDED: "Why: the person's time here had ended",
    Reason.ZONE_NOT_ALLOWED: "Why: neither the zone behind this door nor one beyond it is allowed",
    Reason.UNKNOWN_BADGE: "Why: no badge that this site knows has this card",
    Reason.STALE: "Why: the tap was old, or its age could not be shown",
    Reason.AGE_UNPROVED: "Why: this reader proves no age of a tap",
    Reason.LOCKDOWN: "Why: the site was locked down",
    Reason.SITE_CLOSED: "Why: the site was closed, to 2026-11-23 13:00:00",
    Reason.DUTY: "Why: they are on duty here, to 2026-11-23 13:00:00",
    Reason.TEAM_BOOKING: "Why: their team's or cohort's booking k13 holds, to 2026-11-23 13:00:00",
    Reason.SESSION: "Why: the session k14 is theirs and holds, to 2026-11-23 13:00:00",
    Reason.PASS: "Why: their pass holds, to 2026-11-23 13:00:00",
    Reason.EMERGENCY_CARD: "Why: it is one of the site's sealed emergency cards",
    Reason.FREE_PASSAGE: "Why: the door stood released for everybody in these hours",
    Reason.PIN_BLOCKED: "Why: after too many wrong PINs the badge b24 is blocked, to 2026-11-23 13:00:00",
    Reason.PIN_MISSING: "Why: the door asks for a PIN, and none was typed",
    Reason.PIN_WRONG: "Why: the door asks for a PIN, and what was typed is not that of the badge b24",
    Reason.MINOR_NOT_AUTHORISED: "Why: no guardian's authorisation was in force for a minor here",
    Reason.MINOR_CURFEW: "Why: at that time of day no minor is let in, to 2026-11-23 13:00:00",
    Reason.MINOR_NO_STAFF: "Why: no staff were on the site, and without them no minor is let in",
    Reason.CLOCK_UNSURE: "Why: nobody knew the time well enough to judge by hours",
    Reason.SITE_OFFLINE: "Why: the site had been cut off from the registry for too long",
    Reason.TRAINING_OVERDUE: "Why: a mandatory training module was overdue",
    Reason.BOOKING_RELEASED: "Why: nobody had come for their booking k1 in time",
    Reason.PASS_HOURS: "Why: their pass does not hold at that hour, but from 2026-11-23 13:00:00",
    Reason.PASS_NOT_YET: "Why: their pass holds only from 2026-11-23 13:00:00",
    Reason.PASS_ENDED: "Why: their pass had ended",
    Reason.NO_STAFF_YET: "Why: no staff had come since the day began",
    Reason.ZONE_FULL: "Why: the zone held as many people as it may",
    Reason.ALREADY_INSIDE: "Why: they were believed to be inside already",
}


@pytest.mark.parametrize("reason", list(ASKED))
def test_every_reason_is_said_in_plain_words(reason: Reason) -> None:
    fact = verdict(reason)
    assert fact.reason == reason
    lines = explained("1-1", NOON.wall_ms, fact, ROME)
    assert lines[1].startswith(WORDS[reason])
    assert lines[0].endswith("granted." if fact.granted else "refused.")
    assert lines[-1] == "Judged again on these facts: the same."


def test_every_reason_there_is_has_its_words() -> None:
    assert set(WHY) == set(Reason)


def test_a_grant_is_explained_with_all_the_facts_it_was_judged_on() -> None:
    assert explained("1-1", NOON.wall_ms, verdict(Reason.BOOKING), ROME) == [
        "Event 1-1, 2026-11-23 12:00:00: door front, the way in, asked at reader reader-1: granted.",
        "Why: their own booking k1 holds, to 2026-11-23 13:00:00 (reason booking, rule own-booking).",
        "- the tap's age was proved: 2400 ms",
        "- badge b1 of person p1: in force",
        "- person p1: in force",
        "- zones allowed with a reason: hall, lab; at any time: none",
        "- the door leads to hall, and on to: lab",
        "- the site was open",
        "- booking k1: in hall, 2026-11-23 11:00:00 to 2026-11-23 13:00:00",
        "- a booking lets in from 15 minutes before its start",
        "Judged again on these facts: the same.",
    ]


def test_a_stranger_s_verdict_says_nothing_of_anybody() -> None:
    lines = explained("1-1", NOON.wall_ms, verdict(Reason.UNKNOWN_BADGE), ROME)
    assert "- no badge was found for the card" in lines
    assert not any("person " in line for line in lines)


def test_spans_of_badge_and_person_are_told() -> None:
    lines = explained("1-1", NOON.wall_ms, verdict(Reason.BADGE_EXPIRED), ROME)
    assert "- badge b8 of person p8: in force to 2026-11-22 12:00:00" in lines
    lines = explained("1-1", NOON.wall_ms, verdict(Reason.PERSON_NOT_YET), ROME)
    assert "- person p10: in force from 2026-11-24 12:00:00" in lines


def test_conditions_of_the_site_are_told() -> None:
    assert "- the site was locked down" in explained("1-1", NOON.wall_ms, verdict(Reason.LOCKDOWN), ROME)
    closed = explained("1-1", NOON.wall_ms, verdict(Reason.SITE_CLOSED), ROME)
    assert "- the site was closed to 2026-11-23 13:00:00" in closed


def test_who_opened_by_hand_is_named_with_their_reason() -> None:
    assert explained("1-1", NOON.wall_ms, OVERRIDE, ROME)[:2] == [
        "Event 1-1, 2026-11-23 12:00:00: door front, the way in, asked by hand: granted.",
        "Why: Paola opened by hand: ospite atteso (reason override, rule staff-override).",
    ]


def test_whoever_leaves_was_not_asked_for_a_right() -> None:
    lines = explained("1-1", NOON.wall_ms, LEAVING, ROME)
    assert "the way out" in lines[0]
    assert lines[2].startswith("No case was judged here")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    judged_log(tmp_path / "log.db")
    return tmp_path / "log.db"


def explain(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["log", "explain", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_explains_an_event_of_the_log(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explain(capsys, "1-2", path)
    assert code == 0
    assert "Why: their booking k2 lets them in only from 2026-11-23 12:45:00" in out  # UTC: a log knows no time zone.


def test_the_command_explains_in_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explain(capsys, "1-1", path, "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["event"], answer["granted"], answer["reason"], answer["rule"]) == (
        "1-1",
        True,
        "booking",
        "own-booking",
    )
    assert answer["why"].startswith("their own booking k1 holds")
    assert answer["case"]["bookings"][0]["id"] == "k1"


def test_an_event_that_is_no_verdict_is_shown_as_it_is(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = len(ASKED) + 3
    code, out, _ = explain(capsys, f"1-{last}", path)
    assert code == 0
    assert out.startswith(f"Event 1-{last} is no verdict but of the kind count: ")


def test_an_erased_event_is_said_to_be_purged(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM body WHERE seq = 1")
    connection.close()
    assert "was purged" in explain(capsys, "1-1", path)[1]
    assert json.loads(explain(capsys, "1-1", path, "--json")[1])["body"] == "purged"


def test_an_event_that_was_changed_is_not_explained(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE body SET body = replace(body, 'k1', 'k9') WHERE seq = 1")
    connection.close()
    code, out, err = explain(capsys, "1-1", path)
    assert (code, out) == (1, "")
    assert "is broken at event 1-1: the body was changed" in err


@pytest.mark.parametrize("event", ["1", "x-1", "1-", "1-2-3", "-1-2", "1-9999999999999999999"])
def test_what_is_no_event_is_wrong_use(event: str, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = explain(capsys, "--", event, path)
    assert code == 2
    assert "write epoch and number, like 1-42" in err


def test_an_event_that_is_not_there_is_wrong_use(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = explain(capsys, "1-999", path)
    assert code == 2
    assert "has no event 1-999" in err
    assert explain(capsys, "7-1", path)[0] == 2
