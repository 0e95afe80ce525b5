"""What a form of a booking says: where, from when to when, how often; the same for a new one and for a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from access.records import LONGEST_BOOKING_MS
from access.spans import Span
from registry.sites.sites import Site
from registry.web.forms import NAME, Form, shown_moment
from registry.web.participant.booked import WEEKS, tapped

MOST_PLACES = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """A site with what can be booked there, by id."""

    site: Site
    resources: Mapping[str, Row[Any]]

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.site.timezone)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The resources as a form offers them."""
        return [(row.id, row.name) for row in self.resources.values()]


@dataclass(frozen=True, slots=True)
class Said:
    """A form that could be read."""

    resource: str
    span: Span
    excuse: str = ""


def read(form: Form, place: Place) -> Said:
    """Where and when; a time or a place that was offered instead (``span``, ``other``) goes before what was typed."""
    offered = tapped(form.value("span"))
    if form.value("other"):
        form.typed = {**form.typed, "resource": form.value("other")}
    if offered is not None:
        shown = {"start": shown_moment(offered.start_ms, place.zone), "end": shown_moment(offered.end_ms, place.zone)}
        form.typed = {**form.typed, **shown}
    resource = form.one_of("resource", place.resources)
    start_ms, end_ms = form.moment("start", place.zone), form.moment("end", place.zone)
    span = offered or Span(start_ms, end_ms)
    if not form.wrong and span.end_ms <= span.start_ms:
        form.refuse("end", "bookings.wrong.order")
    if not form.wrong and span.end_ms - span.start_ms > LONGEST_BOOKING_MS:
        form.refuse("end", "bookings.wrong.long")
    return Said(resource, span, form.given("excuse", NAME) or "")


def weeks_of(form: Form) -> int:
    """How many weeks one after another; 1 where it is refused."""
    chosen = form.one_of("weeks", [str(one) for one in WEEKS])
    return int(chosen) if chosen else 1


def week_choices(form: Form) -> list[tuple[str, str]]:
    """How often it can be booked."""
    return [(str(one), form.t("me.when.once") if one == 1 else form.t.number("me.when.times", one)) for one in WEEKS]
