"""A site behind the published broker rules: users with passwords, the ACL of deploy/, one door that wants proof."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.support.site_toml import SITE, Plan, desk, door, reader, sensor
from tests.support.whole_site import Someone, WholeSite, whole_site
from tests.support.wire_device import WireDevice

DEPLOY = Path(__file__).parents[2] / "deploy"
FRONT = 17
ANNA, ANNA_UID = "anna", "04A1B2C3D4E580"
MAKER_TOPIC = "tele/rfid-test/SENSOR"
SECRET = "of a test"
USERS = ("front-in", "desk-01-sensor", "nobody", "rc522")
PLAN = Plan(
    doors=[door("front", FRONT, pulse_ms=100)],
    desks=[desk("desk-01")],
    devices=[
        reader("front-in", "front"),
        reader("front-maker", "front", "tasmota", topic=MAKER_TOPIC),
        sensor("desk-01-sensor", "desk-01"),
    ],
    policy={"tap_interval_s": 0, "card_repeat_s": 0},
)
BOOTS = (f"b007{number:012x}" for number in count(1))


def guarded_rules() -> list[str]:
    """The published rules, and a maker's reader as they say how to add one."""
    return [*(DEPLOY / "acl").read_text().splitlines(), "user rc522", "topic write tele/rfid-test/#"]


def published_bounds() -> list[str]:
    """What the published settings let wait for a client. The size of a message they limit further than this broker."""
    return [line for line in (DEPLOY / "mosquitto.conf").read_text().splitlines() if line.startswith("max_")]


@contextmanager
def guarded_site(folder: Path) -> Iterator[WholeSite]:
    """The site, running."""
    people = [Someone(ANNA, ANNA_UID), Someone("maker-anna", "BA839D07")]
    passwords = dict.fromkeys(USERS, SECRET)
    extra, rules = published_bounds(), guarded_rules()
    with whole_site(folder, PLAN, people, passwords=passwords, acl=rules, persistent=True, broker_extra=extra) as site:
        site.start()
        yield site


def device(site: WholeSite, ident: str) -> WireDevice:
    """A native device under its own user, in a new boot."""
    return WireDevice(site.broker.port, SITE, ident, boot=next(BOOTS), user=ident, password=SECRET)


class Watch:
    """What has changed at a site since a moment at which nothing was under way."""

    def __init__(self, site: WholeSite) -> None:
        """From now on."""
        self._site = site
        self._releases = site.releases(FRONT)
        self._verdicts = len(site.log.verdicts())
        self._refusals = site.log.refusals()

    def releases(self) -> int:
        """How often the line was released."""
        return self._site.releases(FRONT) - self._releases

    def reasons(self) -> list[str]:
        """The reasons of the verdicts."""
        return [verdict.reason for verdict in self._site.log.verdicts()[self._verdicts :]]

    def refusals(self) -> Counter[str]:
        """The messages refused, by reason."""
        return self._site.log.refusals() - self._refusals


def opens(site: WholeSite, at: WireDevice, within_s: float = 5.0) -> None:
    """The booked badge is shown, and opens: once. All that its connection said before it has been dealt with."""
    site.until(lambda: site.is_secured(FRONT), "the end of any pulse from before")
    before = site.releases(FRONT)
    tap = at.tap(ANNA_UID)
    assert at.signal(tap, within_s) == "granted"
    site.until(lambda: site.releases(FRONT) > before and not site.is_released(FRONT), "one pulse")
    assert site.releases(FRONT) == before + 1
