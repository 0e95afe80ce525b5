"""What holds in a row of the door tables: its words as the judge's conditions, and as ``hubout decide`` is asked."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from access.case import Age, Conditions, Request, request_at
from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Now
from access.credential import pin_hash
from access.judge import Verdict, judge
from access.site import Policy
from tests.support.core_site import ROME, rome
from tests.support.door_table import KEY, Row, Table, credential, uid

UNITS = {"days": DAY_MS, "h": HOUR_MS, "min": MINUTE_MS, "s": SECOND_MS, "ms": 1}
AGES = {"stale": Age.STALE, "unproved": Age.UNPROVED}
BY_WORD: dict[str, dict[str, Any]] = {
    "lockdown": {"lockdown": True},
    "fire": {"fire": True},
    "evacuation": {"evacuation": True},
    "free passage": {"free_passage": True},
    "inside": {"inside": True},
    "no staff": {"staff_present": False},
    "no staff yet": {"staff_came": False},
}


def span_ms(text: str) -> int:
    """``7 days``, ``7 days less 1 ms``, ``10 min and 1 ms``."""
    found = re.fullmatch(r"(\d+) (\w+)(?: (less|and) 1 ms)?", text)
    assert found, text
    count, unit, more = found.groups()
    return int(count) * UNITS[unit] + {"less": -1, "and": 1, None: 0}[more]


WITH_VALUE: dict[str, tuple[str, Callable[[str], Any]]] = {
    "offline": ("replica_age_ms", span_ms),
    "clock unsure": ("clock_unsure_ms", span_ms),
    "people": ("headcount", int),
    "PIN blocked until": ("pin_blocked_until_ms", rome),
    "released": ("released", lambda text: frozenset({text})),
    "denied": ("denied", lambda text: frozenset({text})),
}
TYPED = re.compile(r"PIN \d+")
TAPPED = {*AGES, "repeated"}
"""Words that tell of the tap, and not of the site."""


def conditions_of(row: Row) -> Conditions:
    """What holds at the site."""
    members: dict[str, Any] = {}
    for word in row.holds:
        if word in BY_WORD:
            members |= BY_WORD[word]
        elif word not in TAPPED and not TYPED.fullmatch(word):
            members |= _valued(word)
    return Conditions(**members)


def _valued(word: str) -> dict[str, Any]:
    name = next(name for name in WITH_VALUE if word.startswith(f"{name} "))
    member, read = WITH_VALUE[name]
    return {member: read(word.removeprefix(f"{name} "))}


def pin_of(row: Row) -> str:
    """What is typed, "" where nothing is."""
    typed = (word.removeprefix("PIN ") for word in row.holds if TYPED.fullmatch(word))
    return next(typed, "")


def age_of(row: Row) -> Age:
    """The tap's age."""
    return next((AGES[word] for word in row.holds if word in AGES), Age.FRESH)


def request_of(table: Table, row: Row) -> Request:
    """What the judge is asked."""
    door, card = table.site.doors[row.door], credential(row.who)
    asked = request_at(door, table.site.zones[door.zone], table.onward[door.id], card)
    pin = pin_hash(KEY, card, pin_of(row)) if pin_of(row) else b""
    age, repeated = age_of(row), "repeated" in row.holds
    return replace(asked, age=age, repeated=repeated, conditions=conditions_of(row), pin=pin)


def judged(table: Table, row: Row) -> Verdict:
    """What the judge says."""
    return judge(table.replica, Policy(), ROME, request_of(table, row), Now(row.at_ms, 0, 0))


def asked_of(row: Row) -> dict[str, Any]:
    """What ``hubout decide --key`` is asked: only what is not as usual."""
    usual, held = Conditions(), conditions_of(row)
    differ = {name: getattr(held, name) for name in Conditions.__slots__ if getattr(held, name) != getattr(usual, name)}
    members: dict[str, Any] = {
        name: sorted(value) if isinstance(value, frozenset) else value for name, value in differ.items()
    }
    members |= {"pin": pin_of(row)} if pin_of(row) else {}
    members |= {"age": str(age_of(row))} if age_of(row) is not Age.FRESH else {}
    members |= {"repeated": True} if "repeated" in row.holds else {}
    return {"at": row.at_ms, "door": row.door, "credential": uid(row.who), **members}
