"""The tables of what can be booked, who holds it, and who waits for it.

The database itself refuses two ``exclusive`` bookings of one resource that overlap, the buffer after each included, and
it releases no booking that somebody came for (migration 0003).
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Text, false, text
from sqlmodel import Field

from access.clock import DAY_MS
from access.records import LONGEST_BOOKING_MS
from registry.tables.base import METADATA, Base

STATES = ("pending", "booked", "offered", "cancelled", "released", "ended")
HOLDING = ("pending", "booked", "offered", "ended")
"""The states of a booking that can hold its resource; one that ended early does so for its buffer."""
LONGEST_BUFFER_MS = DAY_MS
LONGEST_BLOCK_MS = LONGEST_BOOKING_MS + LONGEST_BUFFER_MS
"""No booking keeps its resource longer, its buffer included."""


def _among(states: tuple[str, ...]) -> str:
    return f"state IN ({', '.join(f'{state!r}' for state in states)})"


_HELD_BY_ONE = "(person IS NULL) <> (group_id IS NULL)"
_PENDING, _AT_ONE = text("state = 'pending'"), text("resource IS NOT NULL")


class ResourceRow(Base, table=True):
    """What can be booked at a site: a desk, a room or a zone; ``capacity`` limits a zone's bookings.

    It stays blocked for ``buffer_minutes`` after each booking; where it ``needs_approval`` a booking is pending first.
    """

    __tablename__ = "resource"
    site: str = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    kind: str
    name: str
    zone: str
    capacity: int | None
    revision: int
    buffer_minutes: int = Field(sa_column_kwargs={"server_default": text("0")})
    needs_approval: bool = Field(sa_column_kwargs={"server_default": false()})


class BookingRow(Base, table=True):
    """A booking of a person or of a group (a team or a cohort), whatever became of it.

    ``recurrence`` is the local time (ISO) at which the ``series``' rule put it. It is released where nobody has come by
    ``release_ms`` (None: never), which ``checked_in_ms`` and ``confirmed_by`` (badge, desk, stay) tell. An offer is
    held until ``hold_until_ms``; ``waiting``: it came from the waiting list. ``places`` are those that it takes of a
    zone. ``excused`` is the reason for which staff let it exceed a quota. ``resource`` is None where it was a desk, and
    is forgotten (``registry.retention``): nothing is as it, so nothing overlaps it any more.
    """

    __tablename__ = "booking"
    __table_args__ = (
        ForeignKeyConstraint(["site", "resource"], ["resource.site", "resource.id"], name="booking_resource_fkey"),
        CheckConstraint(f"end_ms > start_ms AND end_ms - start_ms <= {LONGEST_BOOKING_MS}", name="booking_span"),
        CheckConstraint(
            f"blocked_until_ms >= end_ms AND blocked_until_ms - end_ms <= {LONGEST_BUFFER_MS}", name="booking_buffer"
        ),
        CheckConstraint(_HELD_BY_ONE, name="booking_holder"),
        CheckConstraint(_among(STATES), name="booking_state"),
        CheckConstraint(f"NOT exclusive OR {_among(HOLDING)}", name="booking_holds"),
        CheckConstraint("(state = 'offered') = (hold_until_ms IS NOT NULL)", name="booking_offer"),
        CheckConstraint("state <> 'released' OR checked_in_ms IS NULL", name="booking_release"),
        Index("booking_of_resource", "site", "resource", "start_ms"),
        Index("booking_by_start", "site", "start_ms", "id"),
        Index("booking_person", "person", "start_ms"),
        Index("booking_group", "group_id", "start_ms"),
        Index("booking_series", "site", "series", "recurrence"),
        Index("booking_hold", "site", "hold_until_ms"),
        Index("booking_over", "kind", "end_ms", sqlite_where=_AT_ONE, postgresql_where=_AT_ONE),
        Index("booking_pending", "site", "start_ms", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
    )
    site: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    resource: str | None
    person: str | None = Field(foreign_key="person.id")
    group_id: str | None
    zone: str
    kind: str
    state: str
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int = Field(sa_type=BigInteger)
    blocked_until_ms: int = Field(sa_type=BigInteger)
    exclusive: bool
    places: int
    series: str | None
    recurrence: str | None
    release_ms: int | None = Field(sa_type=BigInteger)
    checked_in_ms: int | None = Field(sa_type=BigInteger)
    confirmed_by: str | None
    hold_until_ms: int | None = Field(sa_type=BigInteger)
    waiting: bool
    walk_in: bool
    excused: str | None
    made_ms: int = Field(sa_type=BigInteger)
    made_by: str
    revision: int


class SeriesRow(Base, table=True):
    """A recurring booking as it was asked for: its first local start (ISO), how long each lasts, its rule and its
    exceptions (JSON). Each of its occurrences is a booking of its own. ``resource`` is None where it was a desk, and
    all of it has been over for so long that it is forgotten.
    """

    __tablename__ = "series"
    __table_args__ = (
        ForeignKeyConstraint(["site", "resource"], ["resource.site", "resource.id"], name="series_resource_fkey"),
        CheckConstraint(_HELD_BY_ONE, name="series_holder"),
        Index("series_person", "person"),
    )
    site: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    resource: str | None
    person: str | None = Field(foreign_key="person.id", ondelete="CASCADE")
    group_id: str | None
    kind: str
    start: str
    length_ms: int = Field(sa_type=BigInteger)
    rule: str = Field(sa_type=Text)
    exceptions: str = Field(sa_type=Text)
    made_ms: int = Field(sa_type=BigInteger)
    made_by: str
    revision: int


class WaitingRow(Base, table=True):
    """Somebody waits for a resource, or for any of a kind in a zone (``resource`` None), for a span.

    They are served by ``turn``. ``booking`` is the offer made to them, or what became of it. Which desk they waited for
    is forgotten as that of a booking is.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint(_HELD_BY_ONE, name="waiting_holder"),
        Index("waiting_line", "site", "state", "turn"),
        Index("waiting_person", "person"),
    )
    site: str = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    turn: int = Field(sa_type=BigInteger)
    state: str
    person: str | None = Field(foreign_key="person.id", ondelete="CASCADE")
    group_id: str | None
    kind: str
    zone: str
    resource: str | None
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int = Field(sa_type=BigInteger)
    booking: str | None
    made_ms: int = Field(sa_type=BigInteger)
    made_by: str
    revision: int


class BookingPolicyRow(Base, table=True):
    """How many days ahead desks, rooms and zones of a site can be booked; without a row the default holds."""

    __tablename__ = "booking_policy"
    site: str = Field(primary_key=True, foreign_key="site.id")
    horizon_days: int
    revision: int


class PersonQuotaRow(Base, table=True):
    """A person's own limits, beside those of their programmes; None: no limit."""

    __tablename__ = "person_quota"
    person: str = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    day_minutes: int | None
    day_count: int | None
    week_minutes: int | None
    week_count: int | None
    revision: int


resource, booking, series = METADATA.tables["resource"], METADATA.tables["booking"], METADATA.tables["series"]
