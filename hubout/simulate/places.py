"""The two simulated sites and their people: fixed, so that a seed says everything else."""

from dataclasses import dataclass

from access.clock import HOUR_MS, MINUTE_MS
from access.credential import KEY_BYTES
from access.site import Desk, Device, Direction, Door, ExitBy, GpioLines, Policy, Site, StandsFor, Zone

BEGINS_MS = 1_803_263_400_000
"""A Monday, half an hour before its day begins, at four in the morning in Rome."""
SPRING_MS = 1_806_114_600_000
"""The same on the day before the clocks are put forward."""
HOME, AWAY = "cinisello", "matera"
SITES = (HOME, AWAY)
PEOPLE = 8
"""Of each site, as numbers from 0: see ``Somebody``."""

POLICY = Policy(silent_after_ms=3 * HOUR_MS, maker_silent_after_ms=26 * HOUR_MS, no_show_ms=15 * MINUTE_MS)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of a site with one badge: those of an even number may enter at any time, the others by a booking."""

    site: str
    number: int

    @property
    def id(self) -> str:
        """Their id at the registry and at the sites."""
        return f"{self.site}-p{self.number}"

    @property
    def badge(self) -> str:
        """Their badge's id."""
        return f"{self.id}-b"

    @property
    def uid(self) -> str:
        """What their card shows."""
        return f"04{SITES.index(self.site):02X}{self.number:02X}C3D4E580"

    @property
    def standing(self) -> bool:
        """Whether they may enter at any time."""
        return self.number % 2 == 0


def everybody(site: str) -> tuple[Somebody, ...]:
    """The people of a site."""
    return tuple(Somebody(site, number) for number in range(PEOPLE))


STRANGE = "04FF"


def stranger_uid(number: int) -> str:
    """A card that nobody has enrolled."""
    return f"{STRANGE}{number % 256:02X}FFFFFF80"


def is_strange(uid: str) -> bool:
    """Whether it is such a card."""
    return uid.startswith(STRANGE)


def key_of(site: str) -> bytes:
    """The site's key for credentials."""
    return bytes([SITES.index(site) + 1]) * KEY_BYTES


def token_of(site: str) -> str:
    """The token of the site's gateway."""
    return f"{site}-".ljust(43, "t")


def _device(ident: str, stands_for: StandsFor, ref: str, way: Direction = Direction.IN) -> Device:
    return Device(ident, "hubout", stands_for, ref, None, way)


def _site(ident: str, doors: tuple[Door, ...], devices: tuple[Device, ...]) -> Site:
    zones = {"hall": Zone("hall", "Hall", 40), "lab": Zone("lab", "Lab")}
    desks = {name: Desk(name, name.title(), "hall") for name in ("d1", "d2")}
    own = {door.id: door for door in doors}
    return Site(ident, ident.title(), "Europe/Rome", zones, own, desks, {d.id: d for d in devices}, POLICY)


FRONT = Door("front", "Front", "hall", gpio=GpioLines(1, 2, 3), has_contact=True)
GATE = Door("gate", "Gate", "hall", exit_by=ExitBy.READER, out_releases=True, gpio=GpioLines(4, 5), has_contact=True)
LAB = Door("lab", "Lab", "lab", outer="hall", exit_by=ExitBy.BUTTON, controller="lab-lock", has_contact=True)
_COMMON = (
    _device("front-in", StandsFor.READER, "front"),
    _device("d1-sensor", StandsFor.DESK_SENSOR, "d1"),
    _device("d2-sensor", StandsFor.DESK_SENSOR, "d2"),
)
_HOME = (
    *_COMMON,
    _device("lab-in", StandsFor.READER, "lab"),
    _device("lab-lock", StandsFor.DOOR, "lab"),
    _device("counter", StandsFor.PEOPLE_COUNTER, "hall"),
)
_AWAY = (
    *_COMMON,
    _device("gate-in", StandsFor.READER, "gate"),
    _device("gate-out", StandsFor.READER, "gate", Direction.OUT),
)


def sites() -> dict[str, Site]:
    """Both sites, by id."""
    return {HOME: _site(HOME, (FRONT, LAB), _HOME), AWAY: _site(AWAY, (FRONT, GATE), _AWAY)}
