"""Two sites and one person: who came to B has left A, whichever reports first; and what cannot be true is shown."""

from itertools import permutations
from typing import Any

import pytest

from access.clock import MINUTE_MS
from access.facts import DayClosed, Entered, Left, WentElsewhere
from registry.attendance.whereabouts import Piece, contradictions
from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.fixed_day import wall_ms
from tests.support.site_log import SiteLog
from tests.support.twigs import twig

CAME = Entered("anna", "front", "hall", "1-1")
WENT = Left("front", "hall", "", "anna")


class Two:
    """Cinisello and Matera, and hours from six hours ago."""

    def __init__(self, both: Centre) -> None:
        self.both = both
        self.a, self.b = SiteLog(both, "cinisello"), SiteLog(both, "matera")
        self.begins_ms = wall_ms() - 6 * HOUR_MS

    def at(self, hours: float) -> int:
        return self.begins_ms + int(hours * HOUR_MS)

    def told(self) -> dict[str, Any]:
        """What each site is told of people who went elsewhere."""
        found = {}
        for site in ("cinisello", "matera"):
            for (kind, _), record in self.both.feed(site).items():
                if kind == "elsewhere":
                    found[site] = record
        return found

    def conflicts(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.both.ask("GET", "/conflicts").json()["items"]
        return items


@pytest.fixture
def two(both: Centre) -> Two:
    return Two(both)


def test_an_entry_at_b_ends_the_stay_at_a(two: Two) -> None:
    two.a.tell(two.at(0), CAME)
    assert two.told() == {}
    two.b.tell(two.at(2), CAME)
    assert two.told() == {"cinisello": {"id": "anna", "site": "matera", "at_ms": two.at(2)}}
    two.a.tell(two.at(2.1), WentElsewhere("anna", "matera", two.at(2)))
    assert two.told() == {}
    here = two.both.admit("matera")
    assert two.both.ask("GET", f"/people/{here}/presence").json() == {"person": here, "here": []}
    stays = two.both.ask("GET", "/sites/cinisello/stays").json()["items"]
    assert [(stay["start_ms"], stay["end_ms"], stay["how"]) for stay in stays] == [(two.at(0), two.at(2), "elsewhere")]
    assert two.conflicts() == []


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_the_sites_may_come_online_in_any_order(two: Two, order: tuple[str, ...]) -> None:
    two.a.write(two.at(0), CAME)
    two.b.write(two.at(2), CAME)
    for which in order:
        match which:
            case "a":
                two.a.send()
            case "b":
                two.b.send()
            case _:
                two.b.tell(two.at(4), WENT)
    assert two.told() == {"cinisello": {"id": "anna", "site": "matera", "at_ms": two.at(2)}}
    assert two.conflicts() == []


def test_back_and_forth_each_site_is_told_only_of_what_came_after(two: Two) -> None:
    two.a.tell(two.at(0), CAME)
    two.b.tell(two.at(1), CAME)
    two.a.tell(two.at(2), CAME)
    assert two.told() == {"matera": {"id": "anna", "site": "cinisello", "at_ms": two.at(2)}}
    two.b.tell(two.at(2.5), WentElsewhere("anna", "cinisello", two.at(2)))
    assert two.told() == {}
    assert two.conflicts() == []


def test_who_left_in_order_is_nobodys_business(two: Two) -> None:
    two.a.tell(two.at(0), CAME)
    two.a.tell(two.at(1), WENT)
    two.b.tell(two.at(2), CAME)
    two.b.tell(two.at(3), WENT)
    assert (two.told(), two.conflicts()) == ({}, [])


def test_a_day_later_nobody_needs_to_be_told(two: Two) -> None:
    two.a.tell(two.at(-30), CAME)
    two.b.tell(two.at(-28), CAME)
    assert two.told() == {}
    two.a.tell(two.at(-20), DayClosed(("anna",)))
    assert two.conflicts() == []


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        ([(0, CAME)], [(0.2, CAME)], "travel"),
        ([(0, CAME)], [(0, CAME)], "travel"),
        ([(0, CAME), (3, WENT)], [(1, CAME)], "overlap"),
        ([(0, CAME), (3, WENT)], [(1, CAME), (2, WENT)], "overlap"),
        ([(0, CAME), (3, WENT)], [(3.2, CAME)], "travel"),
        ([(0, CAME), (3, WENT)], [(3.5, CAME)], None),
        ([(0, CAME), (3, DayClosed(("anna",)))], [(1, CAME), (2, WENT)], None),
    ],
)
def test_stays_that_cannot_both_be_true_are_shown_and_not_fixed(
    two: Two, a: list[tuple[float, Any]], b: list[tuple[float, Any]], why: str | None
) -> None:
    for log, told in ((two.b, b), (two.a, a)):
        for hours, fact in told:
            log.write(two.at(hours), fact)
        log.send()
    assert [(one["person"], one["why"]) for one in two.conflicts()] == ([] if why is None else [("anna", why)])
    if why is not None:
        assert two.told() == {}


@pytest.mark.parametrize("doubted", ["a", "b"])
def test_a_clock_that_was_not_trusted_closes_nothing(two: Two, doubted: str) -> None:
    two.a.tell(two.at(0), CAME, trusted=doubted != "a")
    two.b.tell(two.at(0.1), CAME, trusted=doubted != "b")
    assert [one["why"] for one in two.conflicts()] == ["clock"]
    assert two.told() == {}


def test_a_site_may_say_how_far_away_it_is(two: Two) -> None:
    path = "/sites/matera/presence-policy"
    tag = two.both.ask("GET", path).headers["etag"]
    assert two.both.ask("GET", path).json() == {"travel_minutes": 30}
    assert two.both.ask("PUT", path, {"travel_minutes": 300}, If_Match=tag).status_code == 200
    assert problem(two.both.ask("PUT", path, {"travel_minutes": 5}, If_Match=tag)) == (412, "changed")
    two.a.tell(two.at(0), CAME)
    two.b.tell(two.at(4), CAME)
    assert [one["why"] for one in two.conflicts()] == ["travel"]


def test_staff_resolve_a_conflict_with_a_note_and_it_stays_resolved(two: Two) -> None:
    two.a.tell(two.at(0), CAME)
    two.b.tell(two.at(0.1), CAME)
    (found,) = two.conflicts()
    path = f"/conflicts/{found['id']}"
    tag = two.both.ask("GET", path).headers["etag"]
    assert problem(two.both.ask("POST", f"{path}/resolve", {"note": ""}, If_Match=tag)) == (422, "invalid")
    assert problem(two.both.ask("POST", f"{path}/resolve", {"note": "Badge lent"})) == (428, "needs-match")
    said = two.both.ask("POST", f"{path}/resolve", {"note": "Badge lent"}, If_Match=tag)
    assert (said.status_code, said.json()["note"], said.json()["resolved_by"] != "") == (200, "Badge lent", True)
    two.b.tell(two.at(1), Left("front", "hall", "", "anna"))
    assert two.conflicts() == []
    assert [one["id"] for one in two.both.ask("GET", "/conflicts?resolved=true").json()["items"]] == [found["id"]]


def test_a_branch_that_is_not_the_sites_moves_nobody(two: Two) -> None:
    other = SiteLog(two.both, "cinisello", twig(two.both.registry.database, "cinisello", "other"))
    two.b.tell(two.at(2), CAME)
    other.tell(two.at(0), CAME)
    other.tell(two.at(3), WENT)
    assert (two.told(), two.conflicts()) == ({}, [])


def test_a_stay_that_began_under_a_doubted_clock_stays_doubted_when_it_has_ended(two: Two) -> None:
    two.a.tell(two.at(0), CAME, trusted=False)
    two.a.tell(two.at(2), WENT)
    (stay,) = two.both.ask("GET", "/sites/cinisello/stays").json()["items"]
    assert stay["trusted"] is False
    two.b.tell(two.at(1), CAME)
    assert [one["why"] for one in two.conflicts()] == ["clock"]
    two.a.tell(two.at(3), CAME)
    two.a.tell(two.at(4), WENT)
    assert [stay["trusted"] for stay in two.both.ask("GET", "/sites/cinisello/stays").json()["items"]] == [False, True]


def test_every_pair_of_stays_is_compared() -> None:
    travel = {"a": 30 * MINUTE_MS, "b": 30 * MINUTE_MS}
    pieces = [Piece("a", 0, 100, True, True), Piece("b", 50, 70, True, True), Piece("b", 80, 90, True, True)]
    assert [(clash.second.start_ms, clash.why) for clash in contradictions("x", pieces, travel)] == [
        (50, "overlap"),
        (80, "overlap"),
    ]
