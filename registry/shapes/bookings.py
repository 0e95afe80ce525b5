"""What operators send of bookings, series, waiting lists and quotas. Times are Unix ms; spans are half open."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from registry.names import Id, Ms, Name, readable
from registry.shapes.common import Shape

BookingKinds = Literal["desk", "session"]
Local = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$", description="Local time.")]
Rule = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(readable)]
Places = Annotated[int, Field(ge=1, le=100_000)]
LengthMs = Annotated[int, Field(ge=1, le=604_800_000)]
_Left = Annotated[list[Local], Field(max_length=400)]
_Limit = Annotated[int, Field(ge=0, le=10_000_000)] | None


class HeldBy(Shape):
    """Whose it is: a person's, or a group's (a team or a cohort)."""

    person: Id | None = None
    group: Id | None = None


class BookingTerms(HeldBy):
    """What a booking is of, and for whom. An ``excuse`` is the reason why quotas do not count; it is kept."""

    resource: Id
    kind: BookingKinds = "desk"
    places: Places | None = None
    excuse: Name | None = None


class NewBooking(BookingTerms):
    """A booking of at most 7 days. A ``walk_in`` begins now, and has no start of its own."""

    start_ms: Ms | None = None
    end_ms: Ms
    walk_in: bool = False


class BookingChange(Shape):
    """What is to change of a booking; whoever leaves early ends it now."""

    start_ms: Ms | None = None
    end_ms: Ms | None = None
    resource: Id | None = None
    excuse: Name | None = None


class NewSeries(BookingTerms):
    """Bookings that recur by a rule (RFC 5545), in the site's local time, from a first one. Where one cannot be booked
    none is, or (``skip``) it is left out.
    """

    start: Local
    length_ms: LengthMs
    rule: Rule
    left_out: _Left = Field(default_factory=list)
    conflicts: Literal["refuse", "skip"] = "refuse"


class SeriesChange(Shape):
    """What is to change of a series from one occurrence on (none named: of all that have not begun)."""

    since: Local | None = None
    time_of_day: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")] | None = None
    length_ms: LengthMs | None = None
    resource: Id | None = None
    excuse: Name | None = None


class NewWaiting(HeldBy):
    """Somebody waits for a resource, or for any of a kind in a zone, for a span."""

    resource: Id | None = None
    zone: Id | None = None
    kind: Literal["desk", "room", "zone"] = "desk"
    start_ms: Ms
    end_ms: Ms


class QuotaBody(Shape):
    """Limits of bookings; null: none."""

    day_minutes: _Limit = None
    day_count: _Limit = None
    week_minutes: _Limit = None
    week_count: _Limit = None


class PolicyBody(Shape):
    """How many days ahead can be booked at a site."""

    horizon_days: Annotated[int, Field(ge=0, le=400)]
