"""What staff keep an eye on, in words: alarms, lines, sources, in both languages."""

from dataclasses import replace

import pytest

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from gateway.clock import UNBOUNDED_MS
from gateway.pages.alarms import alarms
from gateway.pages.shape import Snapshot
from gateway.pages.sources import sources, span
from gateway.pages.view import Telling, desks, taps
from pages.languages import load
from pages.look import SHARED_WORDS
from tests.support.live_site import NOW, fresh, seen
from tests.support.live_watch import watched

WORDS = load([SHARED_WORDS, ("gateway", "pages/words")])


def said(picture: Snapshot, language: str = "it") -> Telling:
    return Telling(picture, WORDS[language])


def test_everything_that_wants_an_eye_is_said_worst_first() -> None:
    assert alarms(said(watched())) == [
        ("danger", "Minori in sede senza personale: Zoe Minore."),
        ("danger", "Ingresso alle 08:47 da Ingresso, mentre tutti dovrebbero essere fuori: Bilal Haddad."),
        ("danger", "Carta d'emergenza usata alle 08:45: Ingresso (Aurora Ferri)."),
        ("warning", "PIN bloccato fino alle 09:03: Bilal Haddad."),
        ("warning", "Laboratorio digitale: al completo, entra solo il personale."),
    ]


@pytest.mark.parametrize(
    ("age_ms", "unsure_ms", "alarm"),
    [
        (HOUR_MS - 1, 0, None),
        (HOUR_MS, 0, ("warning", "The registry has not confirmed for 1 hour. What holds: every right.")),
        (25 * HOUR_MS, 0, ("danger", "for 1 day. What holds: all but dated passes, transfers")),
        (8 * DAY_MS, 0, ("danger", "for 8 days. What holds: standing rights and staff alone.")),
        (31 * DAY_MS, 0, ("danger", "for 31 days. What holds: the emergency cards alone.")),
        (0, UNBOUNDED_MS, ("danger", "The site's clock may be wrong: only standing rights hold.")),
        (2 * HOUR_MS, UNBOUNDED_MS, ("warning", "for 2 hours. What holds: standing rights alone: the clock is not")),
    ],
)
def test_an_old_replica_and_an_unsure_clock_are_alarms_that_say_what_holds(
    age_ms: int, unsure_ms: int, alarm: tuple[str, str] | None
) -> None:
    now = replace(NOW, unsure_ms=unsure_ms, trusted=not unsure_ms)
    found = [one for one in alarms(said(watched(age_ms, now), "en")) if "hold" in one[1]]
    assert bool(found) is (alarm is not None)
    assert alarm is None or any(tone == alarm[0] and alarm[1] in sentence for tone, sentence in found)


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_new_fact_has_its_line_in_words(language: str) -> None:
    lines = taps(said(watched(), language))
    assert len(lines) == 12
    assert not any("{" in line["why"] for line in lines)
    tones = [line["tone"] for line in lines]
    assert tones == ["notice"] * 4 + ["alarm"] + ["notice"] * 4 + ["granted", "alarm", "granted"]


def test_a_line_says_who_where_and_what_staff_were_warned_of() -> None:
    lines = [(line["who"], line["why"], line["place"]) for line in taps(said(watched()))]
    assert ("Paola (personale)", "visita iniziata: Aiuto a un cittadino", "Sala comune") in lines
    assert ("", "prenotazione liberata: non è venuto nessuno", "Postazione 3") in lines
    assert ("Paola (personale)", "ora della sede impostata: Orologio fermo o azzerato", "") in lines
    danger = "diritto permanente, entra mentre tutti dovrebbero essere fuori, risultava già dentro"
    assert ("Bilal Haddad", danger, "Ingresso") in lines


def test_no_line_names_a_minor() -> None:
    assert all("Zoe" not in line["who"] + line["why"] for line in taps(said(watched())))


def test_a_desk_says_until_when_somebody_is_waited_for() -> None:
    details = {desk["name"]: desk["detail"] for desk in desks(said(watched()))}
    assert "attesa fino alle 09:14, poi si libera" in details["Postazione 2"]
    assert "presenza registrata" in details["Postazione 4"]
    assert "prenotata" not in details["Postazione 3"]


@pytest.mark.parametrize(
    ("unsure_ms", "known"),
    [
        (0, "sicura"),
        (999, "sicura"),
        (5 * SECOND_MS, "può sbagliare di 5 secondi"),
        (MINUTE_MS, "può sbagliare di 1 minuto"),
        (UNBOUNDED_MS, "non sicura"),
    ],
)
def test_the_clock_says_by_how_much_it_may_be_wrong(unsure_ms: int, known: str) -> None:
    found = {name: said for name, _, said in sources(said(watched(now=replace(NOW, unsure_ms=unsure_ms))))}
    assert found["Ora della sede"] == known


def test_what_doors_admit_is_a_source_of_its_own() -> None:
    well = [(ok, known) for name, ok, known in sources(said(seen(fresh()))) if name == "Che cosa aprono le porte"]
    assert well == [(True, "tutti i diritti")]


@pytest.mark.parametrize(
    ("ms", "words"),
    [(0, "0 seconds"), (1_999, "1 second"), (119_999, "1 minute"), (2 * HOUR_MS, "2 hours"), (47 * HOUR_MS, "1 day")],
)
def test_a_length_of_time_is_told_in_its_largest_whole_unit(ms: int, words: str) -> None:
    assert span(WORDS["en"], ms) == words
