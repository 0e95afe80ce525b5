"""What ``hubout firmware`` reads from files: a day's script, and the devices' passwords."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from access.site import Site
from firmware_sim.console import BadLine, Timed, understand

LARGEST_FILE_BYTES = 1 << 20
LONGEST_SCRIPT_S = 7 * 86_400


class BadScript(ValueError):
    """A file that cannot be used; the message names its line and what to write instead."""


def read_script(path: Path, site: Site, new_boot: Callable[[], str]) -> tuple[Timed, ...]:
    """The events of a script: each line is the seconds from the start, then an event as on the console.

    ``new_boot`` gives a boot's random hex. Raises BadScript for the first line that is none, OSError where the file
    cannot be read.
    """
    events: list[Timed] = []
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        after_s, _, event = line.strip().partition(" ")
        try:
            timed = understand(event, site, new_boot())
            events += [replace(one, after_ms=one.after_ms + _milliseconds(after_s)) for one in timed]
        except BadLine as error:
            raise BadScript(f"{path}:{number}: {error}") from None
    return tuple(events)


def read_passwords(path: Path) -> dict[str, str]:
    """Each device's password, from lines ``DEVICE:PASSWORD`` as mosquitto_passwd takes them."""
    passwords: dict[str, str] = {}
    for number, line in enumerate(_lines(path), 1):
        device, colon, password = line.partition(":")
        if line.strip() and not (colon and device.strip() and password):
            raise BadScript(f"{path}:{number}: write DEVICE:PASSWORD")
        if line.strip():
            passwords[device.strip()] = password
    return passwords


def _lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE_BYTES + 1)
    if len(data) > LARGEST_FILE_BYTES:
        raise BadScript(f"{path} is larger than 1 MiB; split it")
    try:
        return data.decode().splitlines()
    except UnicodeDecodeError:
        raise BadScript(f"{path} is not UTF-8; save it as UTF-8") from None


def _milliseconds(text: str) -> int:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_SCRIPT_S:
        raise BadLine(f"{text[:20]!r} is no number of seconds from the start; write for example: 12.5 sit desk-1")
    return round(1_000 * seconds)
