"""A busy Monday at ten past eleven, for the eye: every state of a desk, doors, alarms and devices at once."""

from collections import Counter
from dataclasses import replace

from access.clock import HOUR_MS, MINUTE_MS, Now
from access.desk import Use
from access.door import DoorState
from access.facts import DoorMoved, Judged, LockdownSet
from access.occupancy import Occupancy, Stay
from access.reasons import Reason
from access.replica import Put, apply
from access.site import Rectangle, Room
from access.state import DeviceState, Link, SiteState
from gateway.pages.happened import Recent
from gateway.pages.shape import Snapshot
from gateway.showing.snapshot import Links, RegistryStanding
from tests.support.live_site import NINE_MS, booking, desk_uses, fresh, replica, seen, shut_doors, small_site

TEN_PAST_ELEVEN = Now(NINE_MS + 130 * MINUTE_MS, 7_800_000, 7_800_000)
PEOPLE = (
    "Aurora Ferri",
    "Bilal Haddad",
    "Chiara Lops",
    "Davide Rossi",
    "Elena Popescu",
    "Fatima Zahra El Idrissi",
    "Giulia Montemurro",
    "Ivan Petrov",
    "Luca Brambilla",
    "Martina Di Cuia",
    "Nicolò Andrisani",
    "Sara Colombo",
    "Tommaso Guarino",
    "Yuki Tanaka",
)


def desk_number(number: int) -> str:
    return f"d{number:02}"


def busy_state(desks: int = 24) -> SiteState:
    """The state itself."""
    site = small_site(desks)
    morning, noon, evening = NINE_MS, NINE_MS + 4 * HOUR_MS, NINE_MS + 9 * HOUR_MS
    booked = [booking(desk_number(n), f"p{n}", morning, noon) for n in range(1, 10)]
    later = [booking(desk_number(n), f"p{n - 9}", noon, evening) for n in range(12, 16)]
    held = replica(*booked, *later, names=PEOPLE)
    occupied = {desk_number(n): Use.OCCUPIED for n in (1, 2, 3, 5, 6, 10, 11)}
    vacant = {desk_number(n): Use.VACANT for n in range(1, desks) if desk_number(n) not in occupied}
    stays = {f"p{n}": Stay("lab" if n in {3, 6} else "sala", NINE_MS + n * 6 * MINUTE_MS) for n in range(1, 8)}
    stays["p10"] = Stay("sala", NINE_MS + 95 * MINUTE_MS, estimated=True)
    state = fresh(site, held)
    return replace(
        state,
        occupancy=Occupancy(stays, {"sala": -1}, frozenset({"sala"})),
        desks={**state.desks, **desk_uses(**occupied, **vacant)},
        doors={**shut_doors(site), "porta-lab": DoorState(open=True, held=True)},
        devices={
            "lettore": DeviceState(Link.ONLINE, battery_pct=80),
            "lettore-lab": DeviceState(Link.OFFLINE),
            "sensore-1": DeviceState(Link.ONLINE, battery_pct=9),
        },
        heard={"lettore-lab": TEN_PAST_ELEVEN.day_ms - 8 * MINUTE_MS},
        refusals={"repeated": 2, "not-its-role": 1},
        keeper_run="k1",
        confirmed_ms=TEN_PAST_ELEVEN.day_ms - 12 * MINUTE_MS,
    )


def tapped(person: str, reason: Reason, until_ms: int | None = None, *, door: str = "ingresso") -> Judged:
    granted = reason in {Reason.BOOKING, Reason.STANDING}
    return Judged(door, "lettore", "in", granted, reason, "a-rule", person, until_ms=until_ms)


def busy_recent() -> Recent:
    """What happened in the last half hour."""
    recent = Recent(refused=Counter({"stale": 3}))
    at = TEN_PAST_ELEVEN.wall_ms
    noon = NINE_MS + 4 * HOUR_MS
    override = Judged("ingresso", "", "in", True, Reason.OVERRIDE, "r", author="Paola", note="Visitatore atteso")
    for minutes, fact in (
        (64, tapped("p5", Reason.BOOKING, noon)),
        (58, tapped("p8", Reason.NO_BOOKING)),
        (40, tapped("", Reason.UNKNOWN_BADGE)),
        (35, tapped("p10", Reason.STANDING)),
        (31, Judged("ingresso", "lettore", "out", True, Reason.LEAVING, "leaving", "p9")),
        (22, tapped("p12", Reason.TOO_EARLY, noon - 15 * MINUTE_MS)),
        (14, override),
        (9, tapped("p13", Reason.STALE)),
        (6, LockdownSet(False, "Paola", "Esercitazione")),
        (2, DoorMoved("porta-lab", open=True, cause="forced")),
    ):
        recent.take_fact(fact, at - minutes * MINUTE_MS)
    return recent


def busy(desks: int = 24, state: SiteState | None = None) -> Snapshot:
    """Its snapshot."""
    registry = RegistryStanding(False, TEN_PAST_ELEVEN.wall_ms - 12 * MINUTE_MS, 27, "")
    return seen(state or busy_state(desks), busy_recent(), Links(True, registry), TEN_PAST_ELEVEN)


def furnished_state() -> SiteState:
    """The same site with everything on its plan, and a room that is booked until one."""
    state = busy_state()
    site, until_ms = state.site, NINE_MS + 4 * HOUR_MS
    places = {"sala": Rectangle(0, 0, 960, 240), "lab": Rectangle(0, 270, 960, 200)}
    doors = {"ingresso": (980, 220), "porta-lab": (480, 255)}
    drawn = replace(
        site,
        zones={ident: replace(zone, at=places[ident]) for ident, zone in site.zones.items()},
        doors={ident: replace(door, x=doors[ident][0], y=doors[ident][1]) for ident, door in site.doors.items()},
        rooms={"saletta": Room("saletta", "Saletta", "sala", Rectangle(990, 0, 260, 150))},
    )
    held = apply(state.replica, "g1", 413, [Put(booking("saletta", "p7", NINE_MS, until_ms))])
    return replace(state, site=drawn, replica=held)


def furnished() -> Snapshot:
    """Its snapshot."""
    return busy(state=furnished_state())


def empty() -> Snapshot:
    """The same site before anybody came."""
    return seen(replace(fresh(), keeper_run="k1"))
