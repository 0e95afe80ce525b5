"""A site, its replica and states of it, for what is shown: made by the real core, at moments of a fixed Monday."""

from access.clock import HOUR_MS, MINUTE_MS, Now
from access.desk import DeskState, Use
from access.door import DoorState
from access.occupancy import Occupancy, Stay
from access.records import Booking, Person
from access.replica import Put, Replica, apply
from access.site import Desk, Device, Door, GpioLines, Proof, Site, StandsFor, Zone
from access.state import SiteState
from access.stored import begin
from gateway.pages.happened import Recent
from gateway.pages.shape import Snapshot
from gateway.showing.snapshot import Links, RegistryStanding, snapshot

NINE_MS = 1_795_420_800_000  # Monday 23 November 2026, 09:00 at Rome.
NOW = Now(NINE_MS, 60_000, 60_000)
ONLINE = Links(broker_online=True, registry=RegistryStanding(online=True, confirmed_ms=NINE_MS - 2_000))
NAMES = ("Aurora Ferri", "Bilal Haddad", "Chiara Lops", "Davide Rossi", "Elena Popescu", "Fatima Zahra El Idrissi")


def small_site(desks: int = 8) -> Site:
    """Two zones, a street door on this Pi, an inner one whose maker's reader proves no age, desks in two rows."""
    return Site(
        id="cinisello",
        name="Hubout Cinisello Balsamo",
        timezone="Europe/Rome",
        zones={"sala": Zone("sala", "Sala comune", 40), "lab": Zone("lab", "Laboratorio digitale", 12)},
        doors={
            "ingresso": Door("ingresso", "Ingresso", "sala", gpio=GpioLines(17, 27), has_contact=True),
            "porta-lab": Door("porta-lab", "Porta del laboratorio", "lab", "sala", proof=Proof.UNPROVED),
        },
        desks={f"d{n:02}": _desk(n, desks) for n in range(1, desks + 1)},
        devices={
            "lettore": Device("lettore", "hubout", StandsFor.READER, "ingresso"),
            "lettore-lab": Device("lettore-lab", "tasmota", StandsFor.READER, "porta-lab", topic="tele/lab/SENSOR"),
            "sensore-1": Device("sensore-1", "hubout", StandsFor.DESK_SENSOR, "d01"),
        },
    )


def _desk(number: int, desks: int) -> Desk:
    row, column = divmod(number - 1, 8)
    zone = "lab" if row and row * 8 >= desks // 2 else "sala"
    return Desk(
        f"d{number:02}", f"Postazione {number}", zone, 60 + column * 120, 60 + row * 120 + (60 if zone == "lab" else 0)
    )


def booking(desk: str, person: str, start_ms: int, end_ms: int) -> Booking:
    """A booking of a desk in the common room."""
    return Booking(f"{desk}-{start_ms}", person, "sala", desk, start_ms, end_ms)


def replica(*bookings: Booking, names: tuple[str, ...] = NAMES) -> Replica:
    """The registry's version 412: people p1, p2, … with these names, and these bookings."""
    people = (Person(f"p{n}", name, frozenset({"sala", "lab"})) for n, name in enumerate(names, 1))
    return apply(Replica(), "g1", 412, [*map(Put, people), *map(Put, bookings)])


def fresh(site: Site | None = None, held: Replica | None = None) -> SiteState:
    """The state of a site that has just started, with an empty log."""
    return begin(site or small_site(), held or replica(), 1, 0, (), {}, {}, NOW)


def present(*who: str, zone: str = "sala", since_ms: int = NINE_MS - HOUR_MS) -> Occupancy:
    """These people in one zone, in the order they came, a minute apart."""
    return Occupancy({person: Stay(zone, since_ms + n * MINUTE_MS) for n, person in enumerate(who)})


def desk_uses(**uses: Use) -> dict[str, DeskState]:
    """Desks as their sensors say, for half an hour now."""
    return {desk: DeskState(use, NINE_MS - 30 * MINUTE_MS) for desk, use in uses.items()}


def shut_doors(site: Site) -> dict[str, DoorState]:
    """Every door shut."""
    return {door: DoorState(open=False) for door in site.doors}


def seen(state: SiteState, recent: Recent | None = None, links: Links = ONLINE, now: Now = NOW) -> Snapshot:
    """The snapshot of a state."""
    return snapshot(state, recent or Recent(), links, now)
