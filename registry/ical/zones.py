"""Which time zone a calendar's TZID means: IANA's names, those that programs build from them, and Microsoft's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from registry.ical.lines import Block, shown
from registry.reasons import why

ZONE_PROPERTIES = frozenset({"TZID", "X-LIC-LOCATION", "TZOFFSETTO", "RRULE", "DTSTART"})
_MONTH = re.compile(r"\bBYMONTH=(\d{1,2})\b")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?")


class ZoneUnknown(ValueError):
    """A TZID that names no zone known here, in one clear sentence."""


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones that a calendar may name: those it defines itself as VTIMEZONE, beside the zone of the site."""

    site: ZoneInfo
    defined: tuple[Block, ...] = ()
    year: int = 2026
    """Of which year a zone's definition is compared with the site's."""

    def named(self, tzid: str) -> ZoneInfo:
        """The zone of a TZID; where its name says nothing, what its VTIMEZONE says, which may be the site's own clock.

        Raises ZoneUnknown.
        """
        for name in _names(tzid.strip().strip('"')):
            zone = _known(name)
            if zone is not None:
                return zone
        for block in self.defined:
            if block.first("TZID") != tzid:
                continue
            zone = _known(block.first("X-LIC-LOCATION"))
            if zone is not None or _is_clock_of(block, self.site, self.year):
                return zone or self.site
        raise ZoneUnknown(
            why("event.zone", "the time zone {zone} is not known; write one such as Europe/Rome.", zone=shown(tzid))
        )


def _names(tzid: str) -> Iterator[str]:
    """What may be the IANA name in a TZID: Microsoft's has one; others put their own path before it."""
    yield tzid
    if tzid in WINDOWS_TO_OLSON:
        yield WINDOWS_TO_OLSON[tzid]
    parts = tzid.split("/")
    for count in (3, 2, 1):
        if len(parts) > count:
            yield "/".join(parts[-count:])


def _known(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, in capitals or not; no other file of the machine's that holds a zone."""
    found = _iana().get(name.casefold())
    return ZoneInfo(found) if found else None


@cache
def _iana() -> dict[str, str]:
    zones = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {zone.casefold(): zone for zone in zones}


def _is_clock_of(block: Block, site: ZoneInfo, year: int) -> bool:
    """Whether a VTIMEZONE goes by the site's clock: each of its offsets is the site's, a month after the rule of it
    sets in (where it has no rule, in winter and in summer).
    """
    latest = {one.name: one for one in sorted(block.blocks, key=lambda one: one.first("DTSTART"))}
    return bool(latest) and all(
        _offset(one.first("TZOFFSETTO")) == datetime(year, month, 15, 12, tzinfo=site).utcoffset()
        for one in latest.values()
        for month in _months_after(one)
    )


def _months_after(observance: Block) -> tuple[int, ...]:
    found = _MONTH.search(observance.first("RRULE").upper())
    return (int(found[1]) % 12 + 1,) if found else (1, 7)


def _offset(value: str) -> timedelta | None:
    found = _OFFSET.fullmatch(value.strip())
    if found is None:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -offset if found[1] == "-" else offset
