"""A snapshot in words: what the live page's templates say, in one language. Pure.

Each function gives plain values for one fragment; times are shown in the site's timezone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from access.desk import DeskShown
from access.hours import local
from access.reasons import WAITS, Reason
from gateway.pages.shape import DeskSeen, DeviceSeen, HappenedSeen, RoomSeen, Snapshot
from pages.languages import Words
from pages.look import moment

ALARMS = frozenset(
    {"forced", "held-open", "fire", "evacuation", "lockdown", "keeper-lost", "minors-no-staff", "minors-curfew"}
)


@dataclass(frozen=True, slots=True)
class Telling:
    """A snapshot, the words to say it in, and its timezone; ``placed``: where staff have drawn what."""

    seen: Snapshot
    words: Words
    placed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def at(self, at_ms: int) -> str:
        """A time, as read at the site now."""
        return moment(self.words, at_ms, self.seen["at_ms"], ZoneInfo(self.seen["site"]["timezone"]))

    def on(self, at_ms: int) -> str:
        """A date, as read at the site: weekday, day, month and year."""
        return self.words.date(local(at_ms, ZoneInfo(self.seen["site"]["timezone"])))


def clock(telling: Telling) -> str:
    """The snapshot's own time, to the second."""
    return telling.words.second(local(telling.seen["at_ms"], ZoneInfo(telling.seen["site"]["timezone"])))


def zone_name(telling: Telling, zone: str) -> str:
    """A zone's name."""
    return next((known["name"] for known in telling.seen["zones"] if known["id"] == zone), zone)


def desks(telling: Telling) -> list[dict[str, str]]:
    """The desks as the list shows them: name, state, its word, details."""
    words = telling.words
    return [
        {"name": d["name"], "state": d["state"], "word": words(f"desk.{d['state']}"), "detail": _detail(telling, d)}
        for d in telling.seen["desks"]
    ]


def _detail(telling: Telling, desk: DeskSeen) -> str:
    said = [_sensed(telling, desk), _booked(telling, desk), _awaited(telling, desk)]
    said.append(_next(telling, desk, desk["state"]))
    return ", ".join(filter(None, said))


def _sensed(telling: Telling, desk: DeskSeen) -> str:
    words, since_ms, state = telling.words, desk["since_ms"], desk["state"]
    if state == DeskShown.UNKNOWN:
        return words("desks.silent_since", at=telling.at(since_ms)) if since_ms else words("desks.never")
    if state in {DeskShown.OCCUPIED, DeskShown.OCCUPIED_UNBOOKED} and since_ms:
        return words("desks.since", at=telling.at(since_ms))
    return ""


def rooms(telling: Telling) -> list[dict[str, str]]:
    """The rooms as the list shows them: name, zone, state, its word, details."""
    said = telling.words
    return [
        {
            "name": room["name"],
            "zone": room["zone"],
            "state": (state := room_state(room)),
            "word": said(f"desk.{state}"),
            "detail": ", ".join(filter(None, [_booked(telling, room), _next(telling, room, state)])),
        }
        for room in telling.seen["rooms"]
    ]


def room_state(room: RoomSeen) -> DeskShown:
    """How a room stands, by its bookings alone: as a desk that has no sensor."""
    if room["closed"]:
        return DeskShown.OUT_OF_SERVICE
    return DeskShown.FREE if room["until_ms"] is None else DeskShown.BOOKED


def _booked(telling: Telling, desk: DeskSeen | RoomSeen) -> str:
    if desk["until_ms"] is None:
        return ""
    until = telling.at(desk["until_ms"])
    if not desk["booked_by"]:
        return telling.words("desks.booked_until", until=until)
    return telling.words("desks.booked_by", name=desk["booked_by"], until=until)


def _awaited(telling: Telling, desk: DeskSeen) -> str:
    if desk["checked_in"]:
        return telling.words("desks.checked_in")
    release_ms = desk["release_ms"]
    return "" if release_ms is None else telling.words("desks.awaited", at=telling.at(release_ms))


def _next(telling: Telling, desk: DeskSeen | RoomSeen, state: str) -> str:
    if desk["next_ms"] is None:
        return ""
    at = telling.at(desk["next_ms"])
    free = state == DeskShown.FREE
    return telling.words("desks.free_until", until=at) if free else telling.words("desks.next", at=at)


def tallies(telling: Telling) -> list[tuple[str, str, int]]:
    """For the legend: (state, its word, how many desks), every state."""
    states = [desk["state"] for desk in telling.seen["desks"]]
    return [(state, telling.words(f"desk.{state}"), states.count(state)) for state in DeskShown]


def taps(telling: Telling) -> list[dict[str, str]]:
    """What happened last: time, place, who, tone, its word, and why."""
    return [
        {
            "at": telling.at(line["at_ms"]),
            "place": line["place"],
            "who": _who(telling, line),
            **_answer(telling.words, line),
            "why": _why(telling, line),
        }
        for line in telling.seen["happened"]
    ]


def _who(telling: Telling, line: HappenedSeen) -> str:
    if line["what"] in {"tap", "tap-out"}:
        unknown = "taps.stranger" if line["reason"] in {Reason.UNKNOWN_BADGE, Reason.LEAVING} else "people.no_name"
        return line["who"] or telling.words(unknown)
    if line["what"] == "went-elsewhere":
        return line["who"] or telling.words("people.no_name")
    return telling.words("taps.by_staff", name=line["who"]) if line["who"] else ""


def _answer(words: Words, line: HappenedSeen) -> dict[str, str]:
    if line["what"] == "tap-out":
        return {"tone": "out", "word": words("taps.out")}
    if line["what"] in {"tap", "override"}:
        refusal = "wait" if line["reason"] in WAITS else "refused"
        tone = "granted" if line["granted"] else refusal
        return {"tone": tone, "word": words(f"taps.{tone}")}
    tone = "alarm" if line["what"] in ALARMS else "notice"
    return {"tone": tone, "word": words(f"taps.{tone}")}


def _why(telling: Telling, line: HappenedSeen) -> str:
    warned = [telling.words(f"warned.{what}") for what in line["warned"]]
    return ", ".join([_reason(telling, line), *warned])


def _reason(telling: Telling, line: HappenedSeen) -> str:
    words = telling.words
    if line["what"] not in {"tap", "tap-out"}:
        return words(f"happened.{line['what']}", note=line["note"])
    timed = f"reason.{line['reason']}_until"
    if line["until_ms"] is not None and words.has(timed):
        return words(timed, until=telling.at(line["until_ms"]))
    return words(f"reason.{line['reason']}")


def devices(telling: Telling) -> list[dict[str, Any]]:
    """The devices to look at: name, what and where, tone, what is wrong."""
    return [_device(telling, device) for device in telling.seen["devices"]]


def _device(telling: Telling, device: DeviceSeen) -> dict[str, Any]:
    words, wrong = telling.words, []
    if device["link"] != "online":
        wrong.append(words(f"devices.{device['link']}"))
    if device["battery_low"]:
        wrong.append(words("devices.battery_low", percent=device["battery_pct"]))
    if device["heard_ms"] is not None and device["link"] != "online":
        wrong.append(words("devices.heard", at=telling.at(device["heard_ms"])))
    return {
        "name": device["id"],
        "what": f"{words('device.' + device['stands_for'])}, {device['place']}",
        "link": device["link"],
        "wrong": ", ".join(wrong),
    }
