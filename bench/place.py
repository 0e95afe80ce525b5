"""The site that is measured: as many doors as a Pi has lines to give, each with a reader, and desks with sensors."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from access.credential import KEY_BYTES

SITE = "bench"
DOORS = 24
FIRST_PIN = 2
PULSE_MS = 100
CODE_FILE = "secrets/pages-code"


@dataclass(frozen=True, slots=True)
class Place:
    """A site on disk: its file, its key, and where its parts lie. ``pins``: door number → BCM pin of its lock."""

    site_file: Path
    key: bytes
    desks: int
    pages_port: int

    @property
    def state(self) -> Path:
        """The gateway's databases."""
        return self.site_file.parent / "state"

    @property
    def code(self) -> str:
        """What opens the site's pages."""
        return (self.site_file.parent / CODE_FILE).read_text(encoding="ascii").strip()

    @property
    def pins(self) -> Path:
        """The mock lines."""
        return self.site_file.parent / "pins"


def reader(number: int) -> str:
    """The id of a door's reader."""
    return f"lettore-{number:02}"


def sensor(number: int) -> str:
    """The id of a desk's sensor."""
    return f"sensore-{number:03}"


def lock_pin(number: int) -> int:
    """The BCM pin of a door's lock."""
    return FIRST_PIN + number


def write_place(folder: Path, port: int, pages_port: int, desks: int) -> Place:
    """Write a site's folder: site file, a fresh credential key, empty directories."""
    secrets_folder = folder / "secrets"
    secrets_folder.mkdir(mode=0o700, parents=True)
    key, key_file = secrets.token_bytes(KEY_BYTES), secrets_folder / "credential.key"
    key_file.write_text(key.hex(), encoding="ascii")
    key_file.chmod(0o600)
    code_file = folder / CODE_FILE
    code_file.write_text(secrets.token_urlsafe(12), encoding="ascii")
    code_file.chmod(0o600)
    (folder / "state").mkdir(mode=0o750)
    site_file = folder / "site.toml"
    site_file.write_text(_text(port, pages_port, desks), encoding="utf-8")
    site_file.chmod(0o640)
    return Place(site_file, key, desks, pages_port)


def _text(port: int, pages_port: int, desks: int) -> str:
    doors = "".join(_door(number) for number in range(DOORS))
    tables = "".join(_desk(number) for number in range(desks))
    return f"""\
[site]
id = "{SITE}"
name = "Bench"
timezone = "Europe/Rome"

[[zones]]
id = "sala"
name = "Sala"
capacity = 400
{doors}{tables}
[broker]
host = "127.0.0.1"
port = {port}

[storage]
directory = "state"

[keys]
credential_key_file = "secrets/credential.key"

[keeper]
socket = "keeper.sock"
state_directory = "keeper"
pins = "mock"
mock_directory = "pins"

[pages]
port = {pages_port}
code_file = "{CODE_FILE}"
"""


def _door(number: int) -> str:
    return f"""
[[doors]]
id = "porta-{number:02}"
name = "Porta {number}"
zone = "sala"
pulse_ms = {PULSE_MS}
max_lease_ms = 4000
[doors.gpio]
lock = {lock_pin(number)}

[[devices]]
id = "{reader(number)}"
driver = "hubout"
stands_for = "reader"
door = "porta-{number:02}"
"""


def _desk(number: int) -> str:
    return f"""
[[desks]]
id = "d{number:03}"
name = "Postazione {number}"
zone = "sala"

[[devices]]
id = "{sensor(number)}"
driver = "hubout"
stands_for = "desk-sensor"
desk = "d{number:03}"
"""
