"""The site whose parts are killed, frozen and cut off: three doors, three desks, and a crowd that never shows a card
twice, most of it booked.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmware_sim.radio import Broker
from tests.support.guarded_site import published_bounds
from tests.support.load import Load, uid_of
from tests.support.site_toml import SITE, Plan, desk, door, reader, sensor
from tests.support.whole_site import Someone, WholeSite, whole_site

PINS = {"front": 17, "side": 18, "rear": 19}
SENSORS = [f"sensor-0{number}" for number in range(1, 4)]
PEOPLE, BOOKED_OF_FIVE = 4_000, 4
LONGEST_PULSE_MS = 2_000
PLAN = Plan(
    # The rear door's pulses are long, so that a death finds a lease running more often than not.
    doors=[door(ident, pin, pulse_ms=LONGEST_PULSE_MS if ident == "rear" else 100) for ident, pin in PINS.items()],
    desks=[desk(f"desk-0{number}") for number in range(1, 4)],
    devices=[
        *(reader(f"{ident}-in", ident) for ident in PINS),
        *(sensor(ident, f"desk-{ident[-2:]}") for ident in SENSORS),
    ],
    policy={"tap_interval_s": 0, "card_repeat_s": 0, "desk_hold_min": 0},
)


def is_booked(person: str) -> bool:
    """Whether somebody of the crowd may enter."""
    return int(person[1:]) % 5 < BOOKED_OF_FIVE


@contextmanager
def hurt_site(folder: Path) -> Iterator[WholeSite]:
    """It, running."""
    crowd = [Someone(f"p{n}", uid_of(n), booked=is_booked(f"p{n}")) for n in range(1, PEOPLE + 1)]
    with whole_site(folder, PLAN, crowd, persistent=True, broker_extra=published_bounds()) as made:
        made.start()
        yield made


def load_of(site: WholeSite, seed: int) -> Load:
    """Its crowd."""
    readers = [f"{ident}-in" for ident in PINS]
    return Load(SITE, Broker(site.broker.host, site.broker.port), readers, SENSORS, seed, PEOPLE)


def every_card_decided_once(site: WholeSite, load: Load) -> None:
    """S2: each tap has one verdict, however often it was said and whoever died meanwhile; a booked one that was fresh
    opened, and nobody else's did.
    """
    judged = Counter((verdict.reader, uid_of(int(verdict.person[1:]))) for verdict in site.log.verdicts())
    assert judged == load.taps(), "S2: taps and verdicts differ"
    for verdict in site.log.verdicts():
        booked = is_booked(verdict.person)
        assert verdict.reason in {"stale", "booking" if booked else "no-booking"}, verdict
