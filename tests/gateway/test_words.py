"""What a reader's display says: only to a recognised person, with local times."""

from zoneinfo import ZoneInfo

import pytest

from access.clock import DAY_MS, HOUR_MS
from access.judge import Verdict
from access.reasons import GRANTS, UNRECOGNISED, Reason
from gateway.words import SAID, for_display

ROME = ZoneInfo("Europe/Rome")
NINE_MS = 1_795_420_800_000  # Monday 23 November 2026, 09:00 at Rome.


def test_nobody_recognised_is_told_nothing() -> None:
    assert for_display(None, ROME, NINE_MS) is None


def test_a_person_who_comes_too_early_is_told_from_when_in_local_time() -> None:
    verdict = Verdict(Reason.TOO_EARLY, "own-booking", NINE_MS + HOUR_MS)
    assert for_display(verdict, ROME, NINE_MS) == "Troppo presto: dalle 10:00"


def test_a_time_of_another_day_carries_its_day() -> None:
    verdict = Verdict(Reason.TOO_EARLY, "own-booking", NINE_MS + DAY_MS)
    assert for_display(verdict, ROME, NINE_MS) == "Troppo presto: dalle 09:00 del 24/11"


def test_a_grant_without_an_end_names_none() -> None:
    assert for_display(Verdict(Reason.BOOKING, "own-booking", None), ROME, NINE_MS) == "Benvenuto"


def test_a_badge_not_yet_in_force_names_its_day() -> None:
    verdict = Verdict(Reason.BADGE_NOT_YET, "badge-in-force", NINE_MS + DAY_MS)
    assert for_display(verdict, ROME, NINE_MS) == "Badge non ancora valido: dal 24/11"


@pytest.mark.parametrize("until_ms", [253_402_300_799_999, 1 << 53, 1 << 62, 10**40])
def test_a_moment_that_no_calendar_has_is_left_out(until_ms: int) -> None:
    verdict = Verdict(Reason.BADGE_NOT_YET, "badge-in-force", until_ms)
    assert for_display(verdict, ROME, NINE_MS) == "Badge non ancora valido"


@pytest.mark.parametrize("reason", [r for r in Reason if r not in UNRECOGNISED and r not in {*GRANTS}])
def test_every_refusal_of_a_recognised_person_has_words(reason: Reason) -> None:
    assert for_display(Verdict(reason, "a-rule"), ROME, NINE_MS)


@pytest.mark.parametrize("reason", sorted(UNRECOGNISED))
def test_no_refusal_of_an_unrecognised_card_has_words(reason: Reason) -> None:
    assert reason not in SAID
    assert for_display(Verdict(reason, "a-rule"), ROME, NINE_MS) is None


@pytest.mark.parametrize("reason", sorted(SAID))
def test_no_placeholder_is_ever_shown(reason: Reason) -> None:
    for until_ms in (None, NINE_MS):
        said = for_display(Verdict(reason, "a-rule", until_ms), ROME, NINE_MS)
        assert said
        assert "{" not in said
        assert len(said) <= 64


def test_a_refusal_names_the_minute_after_which_it_holds_no_more_and_a_grant_the_one_up_to_which_it_holds() -> None:
    until_ms = NINE_MS + HOUR_MS + 1
    assert for_display(Verdict(Reason.PIN_BLOCKED, "pin", until_ms), ROME, NINE_MS) == (
        "Troppi PIN errati: riprova dalle 10:01"
    )
    assert for_display(Verdict(Reason.PASS, "held-pass", until_ms), ROME, NINE_MS) == (
        "Benvenuto: lasciapassare fino alle 10:00"
    )


@pytest.mark.parametrize("reason", sorted(SAID))
def test_no_words_tell_those_who_read_along_who_is_a_minor(reason: Reason) -> None:
    assert not any(word in SAID[reason].lower() for word in ("minor", "genitor", "tutor", "anni", "ragazz"))


@pytest.mark.parametrize(
    "reason", [reason for reason in sorted(GRANTS) if reason not in {Reason.OVERRIDE, Reason.LEAVING}]
)
def test_every_grant_of_a_badge_has_words(reason: Reason) -> None:
    assert for_display(Verdict(reason, "a-rule", NINE_MS + HOUR_MS), ROME, NINE_MS)


@pytest.mark.parametrize("reason", [Reason.NO_BOOKING, Reason.BOOKING_ENDED, Reason.BOOKING_RELEASED])
def test_a_desk_that_is_free_is_named_with_what_to_do(reason: Reason) -> None:
    said = for_display(Verdict(reason, "own-booking"), ROME, NINE_MS, "Postazione 12")
    assert said == f"{SAID[reason].split(':')[0]}: Postazione 12 è libera, prenotala e ripassa il badge"
