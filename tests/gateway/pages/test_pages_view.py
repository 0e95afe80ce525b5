"""A snapshot in words, in both languages, from snapshots that the real core's states give."""

from dataclasses import replace

import pytest

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.desk import DeskShown
from access.facts import Fact, HeldOpen, Judged, LockdownSet
from access.reasons import Reason
from gateway.link.trouble import KINDS, SLOW
from gateway.pages import drawing, view
from gateway.pages.enrol import NOT_KNOWN
from gateway.pages.happened import Recent
from gateway.pages.shape import DeskSeen, Snapshot
from gateway.pages.sources import sources, trouble
from gateway.pages.view import Telling
from gateway.showing.snapshot import Links, RegistryStanding
from pages.languages import load
from pages.look import SHARED_WORDS
from tests.support.live_day import busy, tapped
from tests.support.live_site import NINE_MS, fresh, seen

WORDS = load([SHARED_WORDS, ("gateway", "pages/words")])
ITALIAN, ENGLISH = WORDS["it"], WORDS["en"]


def said(picture: Snapshot, language: str = "it") -> Telling:
    return Telling(picture, WORDS[language])


def happening(*facts: Fact, at_ms: int = NINE_MS) -> Snapshot:
    recent = Recent()
    for fact in facts:
        recent.take_fact(fact, at_ms)
    return seen(fresh(), recent)


@pytest.mark.parametrize(
    ("at_ms", "italian", "english"),
    [
        (NINE_MS, "09:00", "09:00"),
        (NINE_MS + 5 * HOUR_MS, "14:00", "14:00"),
        (NINE_MS - DAY_MS, "09:00 di dom 22 nov", "09:00 on Sun 22 Nov"),
        (NINE_MS + 15 * HOUR_MS, "00:00 di mar 24 nov", "00:00 on Tue 24 Nov"),
        (NINE_MS - 31 * DAY_MS, "10:00 di ven 23 ott", "10:00 on Fri 23 Oct"),
    ],
)
def test_times_are_the_sites_own_with_the_day_where_it_is_another(at_ms: int, italian: str, english: str) -> None:
    assert said(seen(fresh())).at(at_ms) == italian
    assert said(seen(fresh()), "en").at(at_ms) == english


def test_the_snapshots_own_time_is_told_to_the_second() -> None:
    assert view.clock(said(seen(fresh()))) == "09:00:00"


def desk(**changed: object) -> DeskSeen:
    plain: DeskSeen = {
        "id": "d01",
        "name": "Postazione 1",
        "zone": "sala",
        "x": None,
        "y": None,
        "state": DeskShown.FREE,
        "since_ms": 0,
        "booked_by": "",
        "until_ms": None,
        "checked_in": False,
        "release_ms": None,
        "next_ms": None,
    }
    return {**plain, **changed}  # type: ignore[typeddict-item]


AT, NOON = NINE_MS - 30 * MINUTE_MS, NINE_MS + 3 * HOUR_MS


@pytest.mark.parametrize(
    ("shown", "detail"),
    [
        (desk(), ""),
        (desk(next_ms=NOON), "libera fino alle 12:00"),
        (desk(state="booked", booked_by="Aurora Ferri", until_ms=NOON), "prenotata da Aurora Ferri fino alle 12:00"),
        (desk(state="booked", until_ms=NOON), "prenotata fino alle 12:00"),
        (desk(state="occupied-without-booking", since_ms=AT), "dalle 08:30"),
        (desk(state="occupied-without-booking", since_ms=AT, next_ms=NOON), "dalle 08:30, prenotata dalle 12:00"),
        (
            desk(state="occupied", since_ms=AT, booked_by="Aurora Ferri", until_ms=NOON),
            "dalle 08:30, prenotata da Aurora Ferri fino alle 12:00",
        ),
        (desk(state="unknown", since_ms=AT), "il sensore tace dalle 08:30"),
        (desk(state="unknown"), "il sensore non ha mai parlato"),
    ],
)
def test_a_desks_details_say_since_when_by_whom_and_until_when(shown: DeskSeen, detail: str) -> None:
    picture = seen(fresh())
    picture["desks"] = [shown]
    assert [one["detail"] for one in view.desks(said(picture))] == [detail]


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("state", DeskShown)
def test_every_state_of_a_desk_has_its_word(state: DeskShown, language: str) -> None:
    picture = seen(fresh())
    picture["desks"] = [desk(state=state)]
    (told,) = view.desks(said(picture, language))
    assert told["word"]
    assert (state, told["word"], 1) in view.tallies(said(picture, language))


def test_the_legend_counts_every_state_and_loses_no_desk() -> None:
    tallies = view.tallies(said(busy()))
    assert [state for state, _, _ in tallies] == list(DeskShown)
    assert sum(count for _, _, count in tallies) == 24
    assert all(count for state, _, count in tallies if state != DeskShown.OUT_OF_SERVICE)


def test_the_plan_marks_the_very_desks_of_the_list() -> None:
    telling = said(busy())
    marks = {mark["name"]: mark["state"] for mark in drawing.marks(telling)}
    assert marks == {one["name"]: one["state"] for one in view.desks(telling)}
    assert [zone["name"] for zone in drawing.zone_marks(telling)] == ["Sala comune", "Laboratorio digitale"]
    assert view.zone_name(telling, "lab") == "Laboratorio digitale"
    assert view.zone_name(telling, "gone") == "gone"


@pytest.mark.parametrize(
    ("name", "short"),
    [("Postazione 12", "12"), ("Desk A", "Desk A"), ("Tavolo grande", "Tavolo g"), ("7", "7"), (" ", " "), ("", "")],
)
def test_a_desks_label_fits_its_mark(name: str, short: str) -> None:
    assert drawing.label(name) == short


@pytest.mark.parametrize(
    ("fact", "who", "tone", "why"),
    [
        (tapped("p1", Reason.BOOKING, NOON), "Aurora Ferri", "granted", "prenotazione fino alle 12:00"),
        (tapped("p1", Reason.STANDING), "Aurora Ferri", "granted", "diritto permanente"),
        (tapped("p1", Reason.TOO_EARLY, NOON), "Aurora Ferri", "refused", "troppo presto, può entrare dalle 12:00"),
        (tapped("p1", Reason.STALE), "Aurora Ferri", "wait", "passaggio troppo vecchio, o di età non provata"),
        (tapped("", Reason.UNKNOWN_BADGE), "badge non riconosciuto", "refused", "badge sconosciuto"),
        (tapped("p99", Reason.NO_BOOKING), "Nome non disponibile", "refused", "nessuna prenotazione"),
        (
            Judged("ingresso", "lettore", "out", True, Reason.LEAVING, "leaving"),
            "badge non riconosciuto",
            "out",
            "esce",
        ),
        (
            Judged("ingresso", "", "in", True, Reason.OVERRIDE, "r", author="Paola", note="Consegna"),
            "Paola (personale)",
            "granted",
            "aperta a mano: Consegna",
        ),
        (LockdownSet(True, "Paola", "Prova"), "Paola (personale)", "alarm", "ingressi bloccati: Prova"),
        (HeldOpen("ingresso", True), "", "alarm", "porta aperta da troppo tempo"),
        (HeldOpen("ingresso", False), "", "notice", "porta di nuovo chiusa"),
    ],
)
def test_a_tap_is_told_with_its_answer_and_its_reason_in_words(fact: Fact, who: str, tone: str, why: str) -> None:
    (line,) = view.taps(said(happening(fact)))
    assert (line["who"], line["tone"], line["why"], line["at"]) == (who, tone, why, "09:00")


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("until_ms", [None, NOON])
def test_every_reason_a_door_can_give_has_words(reason: Reason, language: str, until_ms: int | None) -> None:
    picture = happening(tapped("p1", Reason.BOOKING))
    picture["happened"][0]["reason"], picture["happened"][0]["until_ms"] = reason, until_ms
    (line,) = view.taps(said(picture, language))
    assert line["why"]
    assert "{" not in line["why"]


def test_braces_in_a_note_are_no_places_to_fill() -> None:
    note = LockdownSet(True, "{0}", "{name} {} %s")
    (line,) = view.taps(said(happening(note)))
    assert (line["who"], line["why"]) == ("{0} (personale)", "ingressi bloccati: {name} {} %s")


def test_devices_say_what_is_wrong_with_them() -> None:
    assert [(one["name"], one["what"], one["wrong"]) for one in view.devices(said(busy()))] == [
        ("lettore-lab", "lettore, Porta del laboratorio", "scollegato, ultima voce alle 11:02"),
        ("sensore-1", "sensore, Postazione 1", "batteria scarica: 9%"),
    ]
    assert view.devices(said(seen(fresh()), "en"))[0]["wrong"] == "not heard since the start"


@pytest.mark.parametrize(
    ("links", "wells", "replica", "registry"),
    [
        (Links(True), [True, True, True], "versione 412, sede senza registro", "non previsto"),
        (
            Links(True, RegistryStanding(True, NINE_MS)),
            [True, True, True],
            "versione 412, confermata alle 09:00",
            "collegato",
        ),
        (
            Links(False, RegistryStanding(False, None, 1, "away")),
            [False, False, False],
            "versione 412, mai confermata dal registro",
            "non raggiungibile: la sede lavora da sola, 1 evento da inviare. Dettaglio per i tecnici, in inglese: away",
        ),
        (
            Links(False, RegistryStanding(False, None, 1, "away", kind=SLOW)),
            [False, False, False],
            "versione 412, mai confermata dal registro",
            f"non raggiungibile: la sede lavora da sola, 1 evento da inviare. {WORDS['it']('trouble.slow')}",
        ),
    ],
)
def test_each_source_says_how_fresh_it_is(links: Links, wells: list[bool], replica: str, registry: str) -> None:
    found = sources(said(seen(replace(fresh(), keeper_run="k1"), links=links)))
    assert [well for name, well, _ in found if name != "Che cosa aprono le porte"][:3] == wells
    assert [known for _, _, known in found][:2] == [replica, registry]


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_kind_of_trouble_with_the_registry_is_said_in_the_readers_language(language: str) -> None:
    words = said(busy(), language).words
    assert [kind for kind in (*KINDS, NOT_KNOWN) if trouble(words, kind, "ours") == trouble(words, "", "ours")] == []
    assert "ours" in trouble(words, "", "ours")


def test_doors_that_take_unproved_readers_are_named() -> None:
    assert ("Porte che accettano lettori senza prova dell'età", False, "Porta del laboratorio") in sources(
        said(seen(fresh()))
    )


def test_refused_messages_are_told_in_words_most_first_and_unknown_codes_by_code() -> None:
    state = replace(fresh(), refusals={"repeated": 1, "too-fast": 5, "brand-new": 2})
    assert sources(said(seen(state)))[-1][2] == "troppo ravvicinati: 5, brand-new: 2, già ricevuti: 1"
