"""A morning on which everything wants an eye: a full zone, a visitor, a minor, a blocked PIN, an old replica."""

from dataclasses import replace

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, Now
from access.facts import (
    ClockSet,
    EvacuationChanged,
    FreePassage,
    Judged,
    MinorsAlone,
    NoShow,
    VisitBegan,
    VisitEnded,
    WentElsewhere,
    ZoneFilled,
)
from access.occupancy import Occupancy, Stay, Visit
from access.reasons import Reason, Warned
from access.records import Badge, Booking, Closure, Membership, Person
from access.replica import Put, apply
from access.site import WhenFull
from access.state import PinTries, SiteState
from gateway.link.standing import Links, RegistryStanding
from gateway.pages.happened import Recent
from gateway.pages.shape import Snapshot
from tests.support.live_site import NINE_MS, NOW, fresh, replica, seen, shut_doors, small_site

TEAM = Booking("team-1", "", "lab", "d05", NINE_MS - HOUR_MS, NINE_MS + HOUR_MS, group="squadra")
OWN = Booking("own-1", "p2", "sala", "d02", NINE_MS - MINUTE_MS, NINE_MS + HOUR_MS, release_ms=NINE_MS + 14 * MINUTE_MS)
GONE = Booking("gone-1", "p3", "sala", "d03", NINE_MS - HOUR_MS, NINE_MS + HOUR_MS, release_ms=NINE_MS - 45 * MINUTE_MS)
CAME = Booking("came-1", "p4", "sala", "d04", NINE_MS - HOUR_MS, NINE_MS + HOUR_MS, release_ms=NINE_MS - 45 * MINUTE_MS)


def watched_state(age_ms: int = 0) -> SiteState:
    """The state, with a replica of this age."""
    site = small_site()
    lab = replace(site.zones["lab"], capacity=1, when_full=WhenFull.REFUSE)
    minor = Person("m1", "Zoe Minore", frozenset({"sala"}), minor=True)
    member = Person("p5", "Elena Popescu", frozenset({"lab"}), groups=(Membership("squadra"),))
    broken = Closure("c1", NINE_MS - DAY_MS, NINE_MS + DAY_MS, "rotta", resource="d06")
    badge = Badge("b2", "p2", (bytes(32),), pins=(bytes(32),))
    held = apply(replica(TEAM, OWN, GONE, CAME), "g1", 412, [Put(one) for one in (minor, member, broken, badge)])
    occupancy = Occupancy(
        {"m1": Stay("sala", NINE_MS - HOUR_MS), "p5": Stay("lab", NINE_MS - HOUR_MS)},
        visits={"v1": Visit("sala", NINE_MS - 20 * MINUTE_MS, "Paola")},
    )
    return replace(
        fresh(replace(site, zones={**site.zones, "lab": lab}), held),
        occupancy=occupancy,
        doors=shut_doors(site),
        keeper_run="k1",
        confirmed_ms=NOW.day_ms - age_ms,
        pins={"b2": PinTries(0, NOW.mono_ms + 3 * MINUTE_MS), "gone": PinTries(2)},
        checked_in=frozenset({"came-1"}),
        released=frozenset({"gone-1"}),
        free=frozenset({"ingresso"}),
        full=frozenset({"lab"}),
        minors_alone=frozenset({"m1"}),
        minors_why="no-staff",
    )


def warned(person: str, *what: Warned) -> Judged:
    """A grant at the street door that staff are warned of."""
    return Judged("ingresso", "lettore", "in", True, Reason.STANDING, "r", person, warned=tuple(what))


def watched_recent() -> Recent:
    """What happened in the last quarter of an hour."""
    recent = Recent()
    for minutes, fact in (
        (70, warned("p1", Warned.EMERGENCY_CARD)),
        (15, warned("p1", Warned.EMERGENCY_CARD)),
        (14, EvacuationChanged(True)),
        (13, warned("p2", Warned.DANGER, Warned.ALREADY_INSIDE)),
        (12, EvacuationChanged(False)),
        (11, FreePassage("ingresso", True)),
        (10, ClockSet("Paola", "Orologio fermo o azzerato", 0, NINE_MS)),
        (9, ZoneFilled("lab", True, 1)),
        (8, MinorsAlone(("m1",), "no-staff")),
        (7, NoShow("gone-1", "d03")),
        (6, VisitBegan("v1", "sala", "Paola", "Aiuto a un cittadino")),
        (5, VisitEnded("v0", "system")),
        (4, WentElsewhere("p6", "matera", NINE_MS)),
    ):
        recent.take_fact(fact, NINE_MS - minutes * MINUTE_MS)
    return recent


def watched(age_ms: int = 0, now: Now = NOW, *, alone: bool = False) -> Snapshot:
    """Its snapshot; ``alone``: at a site without a registry."""
    registry = None if alone else RegistryStanding(False, NINE_MS - age_ms, 27, "")
    return seen(watched_state(age_ms), watched_recent(), Links(True, registry), now)
