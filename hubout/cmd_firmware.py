"""Run a site's devices in simulation, against its real broker."""

import signal
import sys
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import click

from access.site import Site
from devices.sitefile import SiteFile, SiteFileError, read_site_file
from firmware_sim.console import USAGE, BadLine, Timed, understand
from firmware_sim.doings import Doing, LeafMoved, LockMoved, Refused, Show
from firmware_sim.live import Fleet
from firmware_sim.radio import Broker
from firmware_sim.script import BadScript, read_passwords, read_script
from firmware_sim.seed import chance_of, new_boot, new_seed
from firmware_sim.site_devices import devices_of

LOOK_EVERY_MS = 1_000
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("firmware")
@click.option("--config", "site_file", type=FILE, required=True, help="The site file.")
@click.option("--passwords", type=FILE, help="The devices' passwords for the broker: one DEVICE:PASSWORD a line.")
@click.option("--day", type=FILE, help="A script of the day: one SECONDS EVENT a line, events as on standard input.")
@click.option("--for", "for_s", type=click.FloatRange(min=0), help="Stop after so many seconds.")
@click.pass_context
def command(ctx: click.Context, site_file: Path, passwords: Path | None, day: Path | None, for_s: float | None) -> None:
    """Run simulated readers, sensors and door controllers for each device of the site that has the driver "hubout".

    What happens to them is read from standard input, one event a line; what they show is printed. Stop with "quit" or
    Ctrl-C. Type "help" for the events.

    Example: echo "tap reader-main 04A1B2C3D4E580" | hubout firmware --config site.toml --for 10
    """
    chance = chance_of(new_seed())
    try:
        settings = read_site_file(site_file)
        words = None if passwords is None else read_passwords(passwords)
        script = () if day is None else read_script(day, settings.site, lambda: new_boot(chance))
    except (SiteFileError, BadScript, OSError) as error:
        raise click.UsageError(str(error), ctx) from error
    devices = devices_of(settings.site)
    if not devices:
        raise click.UsageError(f'no device in {site_file} has driver = "hubout", so there is nothing to simulate.', ctx)
    fleet = Fleet(settings.site.id, devices, _broker(settings, words), chance, Screen())
    click.echo(f"{len(devices)} devices of {settings.site.id}: {', '.join(device.id for device in devices)}")
    _post(fleet, script)
    _run(fleet, settings.site, for_s)


class Screen:
    """Prints what people at the site would see and hear; never a card."""

    def __init__(self) -> None:
        """Begin counting seconds now."""
        self._begun = monotonic()

    def did(self, device: str, doing: Doing) -> None:
        """Print what a device shows or moves."""
        match doing:
            case Show(shown, _, message):
                self._say(device, f"shows {shown}" + (f": {message}" if message else ""))
            case LockMoved(released, grant):
                self._say(device, f"releases the lock for {grant}" if released else "secures the lock")
            case LeafMoved(is_open):
                self._say(device, "the door opens" if is_open else "the door shuts")
            case Refused(why):
                self._say(device, f"refuses: {why}")

    def troubled(self, device: str, sentence: str) -> None:
        """Print it."""
        self._say(device, sentence)

    def _say(self, device: str, what: str) -> None:
        click.echo(f"{monotonic() - self._begun:9.3f} {device}: {what}")


def _broker(settings: SiteFile, passwords: dict[str, str] | None) -> Broker:
    return Broker(settings.broker.host, settings.broker.port, settings.broker.ca_file, passwords)


def _post(fleet: Fleet, events: tuple[Timed, ...]) -> None:
    for timed in events:
        fleet.post(timed.device, timed.event, timed.after_ms)


def _run(fleet: Fleet, site: Site, for_s: float | None) -> None:
    stop = Event()

    def end(*_: object) -> None:
        stop.set()
        fleet.wake()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    Thread(target=_listen, args=(fleet, site, end), name="console", daemon=True).start()
    deadline = float("inf") if for_s is None else monotonic() + for_s
    fleet.start()
    while not stop.is_set() and monotonic() < deadline:
        fleet.turn(int(min(LOOK_EVERY_MS, 1_000 * (deadline - monotonic()) + 1)))
    fleet.close()


def _listen(fleet: Fleet, site: Site, end: Callable[[], None]) -> None:
    """Follow standard input, without Python's buffer for it: its lock would be held when the program ends."""
    with FileIO(sys.stdin.fileno(), closefd=False) as console:
        for raw in console:
            line = raw.decode(errors="replace").strip()
            if line == "quit":
                return end()
            if line == "help":
                click.echo("\n".join([*USAGE, "quit"]))
                continue
            try:
                _post(fleet, understand(line, site, fleet.new_boot()))
            except BadLine as error:
                click.echo(str(error), err=True)
    return None
