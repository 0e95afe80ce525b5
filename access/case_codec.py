"""A verdict's case to plain values and back: what its row of the log keeps, so that it can be judged again (S4)."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from access.case import Age, Bounds, Case, Conditions, Limits, Pin, Terms, Window
from access.codec import plain, record_to_json
from access.records import Badge, Booking, BookingKind, Membership, Pass, PassKind, Person
from access.site import Passback, WhenFull

MOMENTS = ("opens_ms", "minor_from_ms", "forgiven_ms")
"""A case's moments that may be missing."""


def case_to_stored(case: Case) -> dict[str, Any]:
    """A case as its verdict's row stores it: opaque ids only, no name, no hash, and no desk, as who had which is
    kept for a day (P4) and no door goes by it; what is as by default is left out.
    """
    stored: dict[str, Any] = {
        "at_ms": case.at_ms,
        "door": case.door,
        "zone": case.zone,
        "onward": sorted(case.onward),
        "age": str(case.age),
        "repeated": case.repeated,
        "accepts_unproved": case.accepts_unproved,
        "conditions": _told(case.conditions),
        "bookings": [_booking_to_stored(booking) for booking in case.bookings],
        "closed": case.closed,
        "grace_before_ms": case.grace_before_ms,
    }
    if case.badge is not None:
        stored["badge"] = record_to_json(replace(case.badge, pins=())) | {"credentials": []}
    if case.person is not None:
        stored["person"] = record_to_json(case.person) | {"name": ""}
    if case.passes:
        stored["passes"] = [_window_to_stored(window) for window in case.passes]
    if case.pin is not Pin.NOT_ASKED:
        stored["pin"] = str(case.pin)
    moments = {name: getattr(case, name) for name in MOMENTS}
    stored |= {name: at_ms for name, at_ms in moments.items() if at_ms is not None}
    told = {"terms": _told(case.terms), "limits": _told(case.limits, Limits)}
    return stored | {name: members for name, members in told.items() if members}


_BY_DEFAULT: dict[type, dict[str, Any]] = {
    cls: {f.name: f.default for f in fields(cls)} for cls in (Conditions, Terms, Limits)
}


def _told(value: Conditions | Terms | Bounds, kind: type | None = None) -> dict[str, Any]:
    """The members that are not as by default; ``kind`` says which they are, where it is not the value's own."""
    defaults = _BY_DEFAULT[kind or type(value)]
    held = ((name, getattr(value, name)) for name in defaults)
    return {name: plain(member) for name, member in held if member != defaults[name]}


def _booking_to_stored(booking: Booking) -> dict[str, Any]:
    stored = record_to_json(booking)
    if booking.kind is not BookingKind.SESSION:
        del stored["resource"]
    return stored


def _window_to_stored(window: Window) -> dict[str, Any]:
    opens = {} if window.opens_ms is None else {"opens_ms": window.opens_ms}
    return {"held": record_to_json(window.held), "closes_ms": window.closes_ms, **opens}


def case_from_stored(stored: Mapping[str, Any]) -> Case:
    """The case that a verdict's row stored, to judge again."""
    badge, person = stored.get("badge"), stored.get("person")
    return Case(
        at_ms=stored["at_ms"],
        door=stored["door"],
        zone=stored["zone"],
        onward=frozenset(stored["onward"]),
        age=Age(stored["age"]),
        repeated=stored["repeated"],
        accepts_unproved=stored["accepts_unproved"],
        conditions=_conditions(stored["conditions"]),
        badge=None if badge is None else Badge(**badge | {"credentials": ()}),
        person=None if person is None else _person(person),
        bookings=tuple(_booking(booking) for booking in stored["bookings"]),
        closed=stored["closed"],
        grace_before_ms=stored["grace_before_ms"],
        passes=tuple(_window(window) for window in stored.get("passes", ())),
        terms=_terms(stored.get("terms", {})),
        limits=Limits(**stored.get("limits", {})),
        pin=Pin(stored.get("pin", Pin.NOT_ASKED)),
        **{name: stored.get(name) for name in MOMENTS},
    )


def _conditions(stored: Mapping[str, Any]) -> Conditions:
    return Conditions(**{**stored, **{name: frozenset(stored.get(name, ())) for name in ("released", "denied")}})


def _terms(stored: Mapping[str, Any]) -> Terms:
    terms = Terms(**stored)
    return replace(terms, when_full=WhenFull(terms.when_full), passback=Passback(terms.passback))


def _booking(stored: Mapping[str, Any]) -> Booking:
    return Booking(**{"resource": "", **stored, "kind": BookingKind(stored.get("kind", BookingKind.DESK))})


def _window(stored: Mapping[str, Any]) -> Window:
    held = {**stored["held"], "kind": PassKind(stored["held"].get("kind", PassKind.GUEST))}
    sets = {name: frozenset(held.get(name, ())) for name in ("zones", "weekdays")}
    return Window(Pass(**{**held, **sets}), stored.get("opens_ms"), stored["closes_ms"])


def _person(stored: Mapping[str, Any]) -> Person:
    sets = {name: frozenset(stored.get(name, ())) for name in ("zones", "standing", "audiences", "guardian_zones")}
    groups = tuple(Membership(**group) for group in stored.get("groups", ()))
    return Person(**{**stored, **sets, "groups": groups})
