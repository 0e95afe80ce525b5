"""The smallest whole site: one proved door, one native reader, one desk; a booked person and one who is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.site_toml import SITE, Plan, desk, door, reader, sensor
from tests.support.whole_site import Someone, WholeSite, whole_site
from tests.support.wire_device import WireDevice

LOCK = 17
UID, UNBOOKED_UID = "04A1B2C3D4E580", "04A1B2C3D4E581"
PLAN = Plan(
    doors=[door("front", LOCK, pulse_ms=100)],
    desks=[desk("desk-01")],
    devices=[reader("front-in", "front"), sensor("desk-01-sensor", "desk-01")],
    policy={"tap_interval_s": 0, "card_repeat_s": 0},
)
PEOPLE = (Someone("anna", UID), Someone("bruno", UNBOOKED_UID, booked=False))
FLOOD_LINES = 40


@contextmanager
def small_site(folder: Path) -> Iterator[WholeSite]:
    """It, with nothing started; whoever uses it may not fill its gateway's log with lines."""
    with whole_site(folder, PLAN, PEOPLE, passwords={"front-in": "secret"}, persistent=True) as site:
        yield site
        lines = site.gateway.words().splitlines()
        assert len(lines) < FLOOD_LINES, "a trouble is said when it begins and when it ends"


@contextmanager
def front_reader(site: WholeSite) -> Iterator[WireDevice]:
    """Its reader, connected."""
    with WireDevice(site.broker.port, SITE, "front-in", user="front-in", password="secret") as connected:
        yield connected


def opens(site: WholeSite, at: WireDevice) -> None:
    """The booked badge opens the door once, and the registry will know."""
    at.born()
    site.until(lambda: site.is_secured(LOCK), "the end of any pulse from before")
    before = site.releases(LOCK)
    assert at.signal(at.tap(UID)) == "granted"
    site.until(lambda: site.releases(LOCK) > before and site.is_secured(LOCK), "one pulse")
    assert site.releases(LOCK) == before + 1


def says(site: WholeSite, pattern: str, times: int = 1) -> None:
    """Wait until the gateway's log has a sentence so often."""
    site.until(lambda: len(site.gateway.said(pattern)) >= times, f"the gateway to say {pattern!r}")
