"""A form that was sent: read field by field; what cannot be used is told beside its field, what was typed is kept.

    form = Form(asked.t, asked.fields)
    name = form.needed("name", NAME)
    email = form.given("email", EMAIL)
    if form.wrong:
        return asked.page("people_edit.html", status=422, form=form)

A kind of field is its check and the key of the sentence that says what to write (``wrong.KEY``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from access.hours import local, unix_ms
from access.records import DAY_MINUTES
from pages.languages import Words
from registry.calendars.local_dates import dates_span
from registry.names import LAST_MS, Id, Name, Passage, Zone
from registry.problems import Problem
from registry.shapes.common import Audience, Email, FiscalCode, Ref
from registry.shapes.days import FIRST_YEAR, LAST_YEAR, Day

MOST_DIGITS = 9
WHOLE = ""
"""Stands for the form as a whole, where a fault is of no field."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What may stand in a field, and the key of what to write there."""

    check: TypeAdapter[str]
    key: str


NAME, REF = Kind(TypeAdapter(Name), "name"), Kind(TypeAdapter(Ref), "ref")
EMAIL, CODE = Kind(TypeAdapter(Email), "email"), Kind(TypeAdapter(FiscalCode), "code")
TEXT = Kind(TypeAdapter(Passage), "text")
ID, ZONE = Kind(TypeAdapter(Id), "id"), Kind(TypeAdapter(Zone), "zone")
DAY, AUDIENCE = Kind(TypeAdapter(Day), "day"), Kind(TypeAdapter(Audience), "audience")


@dataclass(slots=True)
class Form:
    """What was typed, and what is wrong with it by field; ``detail`` is the registry's own word on a refusal."""

    t: Words
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    detail: str = ""

    def value(self, name: str) -> str:
        """What a field holds."""
        return self.typed.get(name, "")

    def says(self, name: str) -> str:
        """What is wrong with a field; "" nothing."""
        return self.wrong.get(name, "")

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.value(name) == "1"

    def given(self, name: str, kind: Kind) -> str | None:
        """What a field says, where it says anything."""
        text = self.value(name)
        if not text:
            return None
        try:
            return kind.check.validate_python(text)
        except ValueError:
            self.refuse(name, f"wrong.{kind.key}")
            return None

    def needed(self, name: str, kind: Kind) -> str:
        """What a field says that must say something; "" where it is refused."""
        if not self.value(name):
            self.refuse(name, "wrong.missing")
        return self.given(name, kind) or ""

    def figure(self, name: str, low: int, high: int) -> int | None:
        """A whole number between two, where one is given."""
        text = self.value(name)
        if not text:
            return None
        number = int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else -1
        if low <= number <= high:
            return number
        self.wrong.setdefault(name, self.t("wrong.figure", low=self.t.figure(low), high=self.t.figure(high)))
        return None

    def one_of(self, name: str, choices: Collection[str]) -> str:
        """Which of several; "" where it is refused."""
        if self.value(name) in choices:
            return self.value(name)
        self.refuse(name, "wrong.choice")
        return ""

    def since(self, name: str, kept_ms: int, zone: ZoneInfo) -> int:
        """When a day begins; what was kept, where the day is still the one that was shown."""
        day = self.given(name, DAY)
        return kept_ms if (day or "") == first_day(kept_ms, zone) else dates_span(day, None, zone)[0]

    def until(self, name: str, kept_ms: int | None, zone: ZoneInfo) -> int | None:
        """When a day ends; as above."""
        day = self.given(name, DAY)
        return kept_ms if (day or "") == last_day(kept_ms, zone) else dates_span(None, day, zone)[1]

    def moment(self, name: str, zone: ZoneInfo) -> int:
        """A local time that must be given, as Unix ms: the earlier of two that are called the same; 0 where refused."""
        try:
            written = datetime.fromisoformat(self.value(name)).replace(tzinfo=zone)
        except ValueError:
            self.refuse(name, "wrong.moment" if self.value(name) else "wrong.missing")
            return 0
        at_ms = unix_ms(written) if FIRST_YEAR <= written.year <= LAST_YEAR else -1
        if at_ms < 0 or local(at_ms, zone).replace(fold=0) != written:
            self.refuse(name, "wrong.moment")
            return 0
        return at_ms

    def minute(self, name: str, otherwise: int) -> int:
        """A time of day as minutes from midnight; ``otherwise`` where nothing is said, or what is said is refused."""
        if not self.value(name):
            return otherwise
        try:
            written = time.fromisoformat(self.value(name))
        except ValueError:
            self.refuse(name, "wrong.minute")
            return otherwise
        return written.hour * 60 + written.minute

    def refuse(self, name: str, key: str) -> None:
        """Say what is wrong with a field, or with all (``WHOLE``); what was said first stands."""
        self.wrong.setdefault(name, self.t(key))

    def stale(self, revision: int) -> bool:
        """Whether what is edited has changed since the form was shown; saved again, it is meant."""
        if self.value("revision") == str(revision):
            return False
        self.typed = {**self.typed, "revision": str(revision)}
        self.refuse(WHOLE, "wrong.changed")
        return True

    def refused(self, problem: Problem) -> None:
        """Say that the registry refuses it, and in which words."""
        self.refuse(WHOLE, "wrong.refused")
        self.detail = str(problem)


def first_day(from_ms: int, zone: ZoneInfo) -> str:
    """The day on which something begins, as a form shows it; "" always."""
    return "" if from_ms == 0 else local(from_ms, zone).date().isoformat()


def last_day(until_ms: int | None, zone: ZoneInfo) -> str:
    """The last day of something, as a form shows it; "" without end."""
    return "" if until_ms is None else local(min(until_ms, LAST_MS) - 1, zone).date().isoformat()


def shown_moment(at_ms: int, zone: ZoneInfo) -> str:
    """A moment as a form shows it."""
    return local(at_ms, zone).strftime("%Y-%m-%dT%H:%M")


def shown_minute(minute: int) -> str:
    """Minutes from midnight as a form shows them; "" a day's beginning and its end."""
    return "" if minute in {0, DAY_MINUTES} else f"{minute // 60:02}:{minute % 60:02}"
