"""Single values of makers' messages as findings; a sentence about a bad one names the field, never what it held."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain

from devices.drivers.driver import Faulty, Found, Level
from devices.readings import (
    BatteryReading,
    ContactReading,
    LinkReading,
    PeopleReading,
    PresenceReading,
    Rejected,
    TapReading,
)

FULL_PERCENT = 100
MOST_PEOPLE = 100_000
"""No counter of ours sees more; what is above is a measurement of something else."""
MEASURED = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
FLAGS: Mapping[str, bool] = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}


def flag_of(value: object) -> bool | None:
    """What makers write for yes and no, in JSON or as text; None for anything else."""
    if isinstance(value, str):
        return FLAGS.get(value.strip().lower())
    return bool(value) if isinstance(value, int) and value in (0, 1) else None


def level(value: object, field: str) -> tuple[Found, ...]:
    """A bare on or off."""
    on = flag_of(value)
    return (Faulty(Level, f"{field} is neither on nor off") if on is None else Level(on),)


def presence(value: object, field: str) -> tuple[Found, ...]:
    """Presence; null is "the sensor does not know"."""
    present = flag_of(value)
    if present is None and value is not None:
        return (Faulty(PresenceReading, f"{field} is neither true, false nor null"),)
    return (PresenceReading(present),)


def contact_open(value: object, field: str) -> tuple[Found, ...]:
    """A contact whose yes means open; null says nothing."""
    is_open = flag_of(value)
    if is_open is None:
        return () if value is None else (Faulty(ContactReading, f"{field} is neither true nor false"),)
    return (ContactReading(is_open),)


def contact_closed(value: object, field: str) -> tuple[Found, ...]:
    """A contact whose yes means closed (the two parts touch); null says nothing."""
    closed = flag_of(value)
    if closed is None:
        return contact_open(value, field)
    return (ContactReading(not closed),)


def battery(value: object, field: str) -> tuple[Found, ...]:
    """Percent left; null says nothing."""
    if value is None:
        return ()
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= FULL_PERCENT:
        return (BatteryReading(round(value)),)
    return (Faulty(BatteryReading, f"{field} is no percentage"),)


def people(value: object, field: str) -> tuple[Found, ...]:
    """How many people; null says nothing."""
    if value is None:
        return ()
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_PEOPLE and value % 1 == 0:
        return (PeopleReading(int(value)),)
    return (Faulty(PeopleReading, f"{field} is no number of people"),)


def number_text(text: str) -> float | None:
    """The number that text spells, if it is one that can be measured (no nan, no infinity)."""
    return float(text) if MEASURED.fullmatch(text) else None


def tap(tapped: TapReading | Rejected) -> tuple[Found, ...]:
    """A tap, or what is wrong with its UID."""
    return (Faulty(TapReading, tapped.why) if isinstance(tapped, Rejected) else tapped,)


def link(text: object, online: str, offline: str) -> tuple[Found, ...] | Rejected:
    """A birth or a will by the maker's two words."""
    if isinstance(text, str) and text.strip().lower() in (online, offline):
        return (LinkReading(text.strip().lower() == online),)
    return Rejected(f"an availability is {online} or {offline}, and this is neither")


def together(findings: Iterable[tuple[Found, ...]]) -> tuple[Found, ...]:
    """All findings in one row."""
    return tuple(chain.from_iterable(findings))
