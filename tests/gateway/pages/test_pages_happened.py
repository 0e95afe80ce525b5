"""The last taps and alarms: what is kept, what is shown of it, and how."""

import pytest

from access.effects import Append, SendBeacon
from access.facts import (
    BatteryLow,
    Checkpoint,
    ClockSet,
    DeskMoved,
    DoorMoved,
    Entered,
    EvacuationChanged,
    Fact,
    FireChanged,
    FreePassage,
    HeldOpen,
    Judged,
    KeeperChanged,
    Lapsed,
    LockdownSet,
    MinorsAlone,
    NoShow,
    Refusals,
    VisitBegan,
    VisitEnded,
    WentElsewhere,
    ZoneFilled,
)
from access.reasons import Reason
from gateway.pages.happened import KEPT, SHOWN, Recent, happened, worth_showing
from tests.support.live_day import tapped
from tests.support.live_site import replica, small_site

OVERRIDE = Judged("ingresso", "", "in", True, Reason.OVERRIDE, "staff-override", author="Paola", note="Consegna")
LEAVING = Judged("ingresso", "lettore", "out", True, Reason.LEAVING, "leaving", "p2")


def line_of(fact: Fact) -> tuple[str, str, str, bool, str, str]:
    (line,) = happened([(5_000, fact)], small_site(), replica(), {})
    assert line["at_ms"] == 5_000
    return line["what"], line["place"], line["who"], line["granted"], line["reason"], line["note"]


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        (tapped("p1", Reason.BOOKING), ("tap", "Ingresso", "Aurora Ferri", True, "booking", "")),
        (tapped("p1", Reason.TOO_EARLY), ("tap", "Ingresso", "Aurora Ferri", False, "too-early", "")),
        (tapped("", Reason.UNKNOWN_BADGE), ("tap", "Ingresso", "", False, "unknown-badge", "")),
        (tapped("p99", Reason.NO_BOOKING), ("tap", "Ingresso", "", False, "no-booking", "")),
        (tapped("p1", Reason.STALE, door="gone"), ("tap", "gone", "Aurora Ferri", False, "stale", "")),
        (LEAVING, ("tap-out", "Ingresso", "Bilal Haddad", True, "leaving", "")),
        (OVERRIDE, ("override", "Ingresso", "Paola", True, "override", "Consegna")),
        (Lapsed("1-7", "ingresso", "too old"), ("lapsed", "Ingresso", "", False, "", "too old")),
        (DoorMoved("ingresso", True, "forced"), ("forced", "Ingresso", "", False, "", "")),
        (HeldOpen("ingresso", True), ("held-open", "Ingresso", "", False, "", "")),
        (HeldOpen("ingresso", False), ("held-over", "Ingresso", "", False, "", "")),
        (LockdownSet(True, "Paola", "Prova"), ("lockdown", "", "Paola", False, "", "Prova")),
        (LockdownSet(False, "Paola", "Fine"), ("lockdown-over", "", "Paola", False, "", "Fine")),
        (FireChanged(True), ("fire", "", "", False, "", "–")),
        (FireChanged(False, "Anna", "quiet"), ("fire-over", "", "Anna", False, "", "quiet")),
        (KeeperChanged(False, "k"), ("keeper-lost", "", "", False, "", "")),
        (KeeperChanged(True, "k"), ("keeper-found", "", "", False, "", "")),
        (EvacuationChanged(True, "Paola", "Gas"), ("evacuation", "", "Paola", False, "", "Gas")),
        (EvacuationChanged(False, "Anna"), ("evacuation-over", "", "Anna", False, "", "–")),
        (FreePassage("ingresso", True), ("free", "Ingresso", "", False, "", "")),
        (FreePassage("ingresso", False), ("free-over", "Ingresso", "", False, "", "")),
        (ZoneFilled("sala", True, 40), ("zone-full", "Sala comune", "", False, "", "")),
        (ZoneFilled("sala", False, 39), ("zone-full-over", "Sala comune", "", False, "", "")),
        (MinorsAlone(("p1",), "no-staff"), ("minors-no-staff", "", "", False, "", "")),
        (MinorsAlone(("p1",), "curfew"), ("minors-curfew", "", "", False, "", "")),
        (MinorsAlone(()), ("minors-over", "", "", False, "", "")),
        (NoShow("b", "d01"), ("no-show", "Postazione 1", "", False, "", "")),
        (NoShow("b", "d01", unproved=True), ("no-show-unproved", "Postazione 1", "", False, "", "")),
        (
            VisitBegan("v", "lab", "Paola", "Incontro"),
            ("visit", "Laboratorio digitale", "Paola", False, "", "Incontro"),
        ),
        (VisitEnded("v", "Paola"), ("visit-ended", "", "Paola", False, "", "")),
        (VisitEnded("v", "system"), ("visit-ended", "", "", False, "", "")),
        (WentElsewhere("p1", "matera", 1), ("went-elsewhere", "", "Aurora Ferri", False, "", "matera")),
        (ClockSet("Paola", "Fermo", 1, 2), ("clock-set", "", "Paola", False, "", "Fermo")),
    ],
)
def test_each_fact_worth_showing_has_its_line(fact: Fact, line: tuple[str, str, str, bool, str, str]) -> None:
    assert worth_showing(fact)
    assert line_of(fact) == line


@pytest.mark.parametrize(
    "fact",
    [
        Entered("p1", "ingresso", "sala", "1-1"),
        DeskMoved("d01", "vacant"),
        DoorMoved("ingresso", True, "grant"),
        DoorMoved("ingresso", False),
        BatteryLow("lettore", 9),
        Checkpoint({}, {}),
    ],
)
def test_what_other_parts_of_the_page_show_is_not_a_line(fact: Fact) -> None:
    recent = Recent()
    recent.take_fact(fact, 1)
    assert not recent.lines


def test_the_newest_comes_first_and_only_so_many() -> None:
    facts = [(n, tapped("p1", Reason.BOOKING)) for n in range(SHOWN + 5)]
    shown = happened(facts, small_site(), replica(), {})
    assert [line["at_ms"] for line in shown] == list(range(SHOWN + 4, 4, -1))


def test_a_card_left_on_a_reader_does_not_push_the_rest_out() -> None:
    repeated = [(n, tapped("p1", Reason.REPEATED)) for n in range(1, 50)]
    shown = happened([(0, tapped("p1", Reason.BOOKING)), *repeated], small_site(), replica(), {})
    assert [line["reason"] for line in shown] == ["booking"]


def test_a_committed_batch_is_remembered_within_bounds() -> None:
    recent = Recent()
    for n in range(KEPT + 10):
        recent.take(
            [SendBeacon("b"), Append(n, tapped("p1", Reason.BOOKING)), Append(n, DeskMoved("d01", "vacant"))], n
        )
    assert len(recent.lines) == KEPT
    assert recent.lines[-1][0] == KEPT + 9


def test_refused_messages_add_up_over_the_run() -> None:
    recent = Recent()
    recent.take([Append(1, Refusals({"stale": 2})), Append(2, Refusals({"stale": 1, "repeated": 4}))], 1)
    assert recent.refused == {"stale": 3, "repeated": 4}
    assert not recent.lines
