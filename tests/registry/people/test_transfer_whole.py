"""A transfer from end to end: the registry's word reaches the site that was left, whose core ends the stay (domain)."""

import json

import pytest

from access import effects as out
from access.clock import Now
from access.codec import record_from_json
from access.events import ReplicaArrived
from access.facts import Entered, Left, WentElsewhere
from access.replica import Put, Replica, apply
from access.state import SiteState
from access.step import step_all
from access.stored import begin
from tests.support.centres import HOUR_MS, Centre
from tests.support.core_site import SITE
from tests.support.fixed_day import wall_ms
from tests.support.site_log import SiteLog

CAME = Entered("anna", "front", "hall", "1-1")


def fed(both: Centre, site: str) -> Replica:
    """What a gateway holds that has just pulled."""
    page = both.as_gateway(site, "GET", "/changes?limit=2000").json()
    records = [record_from_json(one["kind"], json.dumps(one["record"])) for one in page["changes"]]
    return apply(Replica(), page["generation"], page["version"], map(Put, records))


class Leaving:
    """The gateway of the site that somebody leaves without an exit: a real core that wrote its log's first row."""

    def __init__(self, both: Centre, came_ms: int) -> None:
        self.both, self.log = both, SiteLog(both, "matera")
        self.log.write(came_ms, CAME)
        now = Now(came_ms + 1, 0, 0)
        self.state: SiteState = begin(SITE, Replica(), 1, 1, [(came_ms, CAME)], {}, {}, now)
        assert set(self.state.occupancy.stays) == {"anna"}

    def pull(self, at_ms: int) -> list[str]:
        """Pull the registry's changes, and log what follows; the kinds of the new facts."""
        self.state, effects = step_all(self.state, [ReplicaArrived(fed(self.both, "matera"))], Now(at_ms, 10, 10))
        facts = [effect.fact for effect in effects if isinstance(effect, out.Append)]
        self.log.write(at_ms, *facts)
        return [fact.KIND for fact in facts]


@pytest.mark.parametrize("offline", [False, True], ids=["told at once", "offline meanwhile"])
def test_whoever_came_to_b_is_gone_from_a_and_only_there(both: Centre, offline: bool) -> None:
    begins_ms = wall_ms() - 6 * HOUR_MS
    a, b = Leaving(both, begins_ms), SiteLog(both, "cinisello")
    if not offline:
        a.log.send()
    b.tell(begins_ms + 2 * HOUR_MS, CAME)
    a.log.send()
    assert WentElsewhere.KIND in a.pull(begins_ms + 3 * HOUR_MS)
    assert a.state.occupancy.stays == {}
    a.log.send()
    totals = {item["site"]: item["total"] for item in both.ask("GET", "/occupancy").json()["items"]}
    assert totals == {"cinisello": 1, "matera": 0}
    (stay,) = both.ask("GET", "/sites/matera/stays").json()["items"]
    assert (stay["end_ms"], stay["how"], stay["estimated"]) == (begins_ms + 2 * HOUR_MS, "elsewhere", True)
    assert WentElsewhere.KIND not in a.pull(begins_ms + 4 * HOUR_MS)
    assert both.ask("GET", "/conflicts").json()["items"] == []


def test_whoever_left_by_the_door_meanwhile_is_told_nothing(both: Centre) -> None:
    begins_ms = wall_ms() - 6 * HOUR_MS
    a, b = Leaving(both, begins_ms), SiteLog(both, "cinisello")
    a.log.write(begins_ms + HOUR_MS, Left("front", "hall", "", "anna"))
    a.log.send()
    b.tell(begins_ms + 2 * HOUR_MS, CAME)
    assert fed(both, "matera").elsewhere == {}


def test_a_word_that_is_older_than_their_coming_back_ends_nothing(both: Centre) -> None:
    begins_ms = wall_ms() - 6 * HOUR_MS
    a, b = Leaving(both, begins_ms), SiteLog(both, "cinisello")
    a.log.send()
    b.tell(begins_ms - 2 * HOUR_MS, CAME)
    assert fed(both, "matera").elsewhere == {}
    assert [one.site for one in fed(both, "cinisello").elsewhere.values()] == ["matera"]
    assert WentElsewhere.KIND not in a.pull(begins_ms + HOUR_MS)
    assert set(a.state.occupancy.stays) == {"anna"}
