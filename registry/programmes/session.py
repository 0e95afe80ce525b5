"""A session as a value: its row, and what a site is told of it."""

from dataclasses import dataclass

from access.attendance import SessionState
from access.records import Booking, BookingKind
from access.spans import Span
from registry.downlink.sources import derived


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a programme, of a ``module`` where one is named, in a ``zone`` and perhaps a ``resource`` of it, or
    off the site (then neither), for ``groups`` (cohorts and teams), held by ``trainers``. ``breaks`` are not attended.
    """

    programme: str
    title: str
    start_ms: int
    end_ms: int
    groups: tuple[str, ...]
    zone: str = ""
    resource: str | None = None
    module: str | None = None
    off_site: bool = False
    place: str = ""
    breaks: tuple[Span, ...] = ()
    trainers: tuple[str, ...] = ()
    state: SessionState = SessionState.PLANNED
    why: str = ""

    @property
    def opens_doors(self) -> bool:
        """Whether it is a reason to be at the site."""
        return not self.off_site and self.state is not SessionState.CANCELLED


def session_values(session: Session) -> dict[str, object]:
    """A session's columns."""
    names = ("programme", "module", "title", "zone", "resource", "off_site", "place", "start_ms", "end_ms", "why")
    breaks = " ".join(f"{span.start_ms}-{span.end_ms}" for span in sorted(session.breaks))
    return {**{name: getattr(session, name) for name in names}, "breaks": breaks, "state": str(session.state)}


def breaks_of(text: str) -> tuple[Span, ...]:
    """A session's breaks as its column holds them."""
    pairs = (pair.partition("-") for pair in text.split())
    return tuple(Span(int(start), int(end)) for start, _, end in pairs)


def record_id(session: str, holder: str, *, first: bool) -> str:
    """The id of the booking that a site is told of for one group or trainer: the session's own for its first group."""
    return session if first else derived(session, holder)


def records(ident: str, session: Session) -> dict[str, Booking]:
    """What a site is told of a session, by id."""
    if not session.opens_doors:
        return {}
    where = (session.zone, session.resource or session.zone, session.start_ms, session.end_ms, BookingKind.SESSION)
    groups = [
        Booking(record_id(ident, group, first=group == min(session.groups)), "", *where, group)
        for group in session.groups
    ]
    trainers = [Booking(record_id(ident, person, first=False), person, *where) for person in session.trainers]
    return {record.id: record for record in (*groups, *trainers)}
