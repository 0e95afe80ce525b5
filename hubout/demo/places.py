"""The demo's two sites as site files: the two municipalities' setting, with invented plans."""

from dataclasses import dataclass
from pathlib import Path

STATE, KEEPER_SOCKET = "state", "keeper.sock"
"""In a site's folder: what its gateway keeps, and where its doorkeeper is asked."""
DESKS_A_ROW = 6
APART, HALL_WIDTH, LAB_WIDTH, BEHIND = 120, 720, 300, 200
"""The plan, in units of its own: desks stand so far apart; behind them the hall has so much of it more."""


@dataclass(frozen=True, slots=True)
class Place:
    """One site of the demo; ``municipality`` heads its papers, ``doors`` is its part of the site file.

    The sites share one broker, where a device's id is its client id: so theirs begin with ``short``.
    """

    id: str
    short: str
    name: str
    municipality: str
    desks: int
    capacity: int
    doors: str


CINISELLO_DOORS = """
[[doors]]
id = "ingresso"
name = "Ingresso"
zone = "hall"
x = 360
y = 0
exit = "handle"
pulse_ms = 1000
max_lease_ms = 4000
held_open_s = 20
[doors.gpio]
lock = 17
contact = 27
rex = 22

[[doors]]
id = "laboratorio"
name = "Laboratorio digitale"
zone = "lab"
outer = "hall"
x = 720
y = 400
exit = "handle"
pulse_ms = 1000
max_lease_ms = 4000
controller = "ci-serratura-lab"
contact = true
asks_pin = true

[[devices]]
id = "ci-lettore-ingresso"
driver = "hubout"
stands_for = "reader"
door = "ingresso"

[[devices]]
id = "ci-lettore-lab"
driver = "hubout"
stands_for = "reader"
door = "laboratorio"

[[devices]]
id = "ci-serratura-lab"
driver = "hubout"
stands_for = "door"
door = "laboratorio"
"""

MATERA_DOORS = """
[[doors]]
id = "ingresso"
name = "Ingresso"
zone = "hall"
x = 360
y = 0
exit = "reader"
lock = "fail-safe"
pulse_ms = 1000
max_lease_ms = 4000
held_open_s = 20
[doors.gpio]
lock = 17
contact = 27
rex = 22

[[devices]]
id = "mt-lettore-ingresso"
driver = "hubout"
stands_for = "reader"
door = "ingresso"

[[devices]]
id = "mt-lettore-uscita"
driver = "hubout"
stands_for = "reader"
door = "ingresso"
direction = "out"
"""

PLACES = (
    Place("cinisello", "ci", "Hubout Cinisello Balsamo", "Comune di Cinisello Balsamo", 12, 24, CINISELLO_DOORS),
    Place("matera", "mt", "Hubout Matera", "Comune di Matera", 8, 16, MATERA_DOORS),
)

LAB = """
[[zones]]
id = "lab"
name = "Laboratorio digitale"
capacity = 1
when_full = "refuse"
x = {x}
y = 0
width = {width}
height = {height}
"""
SALETTA = """
[[rooms]]
id = "{site}-saletta"
name = "Saletta"
zone = "hall"
x = 20
y = {y}
width = 260
height = 140
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo's programs listen, all on loopback."""

    broker: int
    registry: int
    pages: int


def site_text(place: Place, ports: Ports, silent_after_s: int) -> str:
    """The site file of a place. ``silent_after_s`` is site time, which the demo speeds up; heartbeats stay real."""
    depth = APART * (1 + -(-place.desks // DESKS_A_ROW)) + BEHIND
    lab = LAB.format(x=HALL_WIDTH, width=LAB_WIDTH, height=depth) if 'zone = "lab"' in place.doors else ""
    saletta = SALETTA.format(site=place.id, y=depth - 160)
    desks = "\n".join(_desk(place, number) for number in range(1, place.desks + 1))
    return f"""\
[site]
id = "{place.id}"
name = "{place.name}"
timezone = "Europe/Rome"

[[zones]]
id = "hall"
name = "Sala comune"
capacity = {place.capacity}
x = 0
y = 0
width = {HALL_WIDTH}
height = {depth}
{lab}{saletta}{place.doors}
{desks}
[broker]
host = "127.0.0.1"
port = {ports.broker}

[registry]
url = "http://127.0.0.1:{ports.registry}"
token_file = "secrets/gateway.token"

[storage]
directory = "{STATE}"
reserve_mb = 0

[keys]
credential_key_file = "secrets/credential.key"

[keeper]
socket = "{KEEPER_SOCKET}"
state_directory = "keeper"
pins = "mock"
mock_directory = "pins"

[pages]
port = {ports.pages}
code_file = "secrets/pages-code"

[live]
publish = true

[policy]
silent_after_s = {silent_after_s}
"""


def _desk(place: Place, number: int) -> str:
    row, column = divmod(number - 1, DESKS_A_ROW)
    return f"""
[[desks]]
id = "d{number:02}"
name = "Postazione {number}"
zone = "hall"
x = {60 + column * APART}
y = {APART + row * APART}

[[devices]]
id = "{place.short}-sensore-{number:02}"
driver = "hubout"
stands_for = "desk-sensor"
desk = "d{number:02}"
"""


def write_site(folder: Path, place: Place, ports: Ports, silent_after_s: int) -> Path:
    """Write a place's site file into its own folder and give its path."""
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    path = folder / "site.toml"
    path.write_text(site_text(place, ports, silent_after_s), encoding="utf-8")
    path.chmod(0o640)
    return path
