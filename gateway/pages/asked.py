"""What staff ask for on the pages, as it crosses the feed: one JSON object a line, parsed into the core's events.

Ask: ``{"id","at_ms","do","author",…}`` with ``do`` one of ``open`` (``door``, ``note``), ``lockdown`` and
``evacuation`` (``active``, ``note``), ``deny`` (``badge``, or ``person`` for all of theirs; ``note``), ``visit``
(``zone``, ``note``: the purpose), ``visit-end`` (``visit``),
``walk-in`` (``person``, ``desk``, ``until_ms``), ``act`` (``what`` was done, for
the log to say who did it; ``note``), ``revoke`` (take the file of revocations that lies in the
storage; ``hubout revoke`` asks that) and ``clock`` (``wall_ms``: the time at ``at_ms``;
``note``). ``at_ms`` is on the gateway's run clock, as the last snapshot
told it, so that what was held up is not done late.
Answer: ``{"answer":id,"accepted":true}`` or ``{"answer":id,"accepted":false,"why":sentence}``.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from access.clock import SECOND_MS
from access.events import DenyAsked, LockdownAsked, OpenAsked, StaffActed, VisitAsked, VisitEndAsked, WalkInAsked
from access.site import ID_PATTERN

LINE_BYTES = 4 * 1024
IDENT_CHARACTERS = 64
OLDEST_MS = 5 * SECOND_MS
"""Staff who got no answer for so long have turned to something else: the door must not open behind them."""
EARLIEST_MS, LATEST_MS = 1_735_689_600_000, 4_102_444_800_000
"""2025 and 2100: no clock is set to another century."""

Plain = r"^[^\x00-\x1f\x7f]*$"
Ident = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Author = Annotated[str, Field(min_length=1, max_length=60, pattern=Plain)]
Note = Annotated[str, Field(min_length=1, max_length=300, pattern=Plain)]


class BadAsk(ValueError):
    """A line that asks for nothing we do; the message is one sentence, ``ident`` whom to answer ("" where unread)."""

    def __init__(self, why: str, ident: str = "") -> None:
        super().__init__(why)
        self.ident = ident


@dataclass(frozen=True, slots=True)
class Askable:
    """What may be asked for: the doors whose lock is ours, and the zones that somebody may visit."""

    doors: frozenset[str]
    zones: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetClock:
    """Set the wall clock to ``wall_ms``, as it is now; for the gateway to do before the core is told of it."""

    wall_ms: int
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class SetEvacuation:
    """Release every door for an evacuation, or end that; for the doorkeeper, from which the core hears of it."""

    active: bool
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class ReadRevocations:
    """Read the file of revocations, and tell the core what it says."""

    author: str


class Ask(BaseModel):
    """What every ask says."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: Ident
    at_ms: int
    author: Author


class OpenAsk(Ask):
    """Open this door once."""

    do: Literal["open"] = "open"
    door: Annotated[str, Field(max_length=32)]
    note: Note


class LockdownAsk(Ask):
    """Lock down, or release."""

    do: Literal["lockdown"] = "lockdown"
    active: bool
    note: Note


class EvacuationAsk(Ask):
    """Release every door for an evacuation, or end that."""

    do: Literal["evacuation"] = "evacuation"
    active: bool
    note: Note


class DenyAsk(Ask):
    """A badge opens nothing any more, or all badges of a person; one of the two is named."""

    do: Literal["deny"] = "deny"
    badge: Annotated[str, Field(max_length=IDENT_CHARACTERS, pattern=Plain)] = ""
    person: Annotated[str, Field(max_length=IDENT_CHARACTERS, pattern=Plain)] = ""
    note: Note


class RevokeAsk(Ask):
    """Take the file of revocations that was put into the storage."""

    do: Literal["revoke"] = "revoke"


class VisitAsk(Ask):
    """Somebody without a badge is let in, with the author as their host."""

    do: Literal["visit"] = "visit"
    zone: Annotated[str, Field(max_length=32)]
    note: Note


class VisitEndAsk(Ask):
    """A visit is over."""

    do: Literal["visit-end"] = "visit-end"
    visit: Annotated[str, Field(pattern=ID_PATTERN)]


class WalkInAsk(Ask):
    """Somebody whom the site knows is given a free desk for the running hour."""

    do: Literal["walk-in"] = "walk-in"
    person: Annotated[str, Field(min_length=1, max_length=IDENT_CHARACTERS, pattern=Plain)]
    desk: Annotated[str, Field(max_length=32)]
    until_ms: Annotated[int, Field(ge=EARLIEST_MS, le=LATEST_MS)]


class ActAsk(Ask):
    """Staff did something that no door looks at."""

    do: Literal["act"] = "act"
    what: Literal["muster", "display-made", "display-withdrawn", "plan-drawn", "plan-undone"]
    note: Annotated[str, Field(max_length=300, pattern=Plain)] = ""


class ClockAsk(Ask):
    """Set the gateway's clock."""

    do: Literal["clock"] = "clock"
    wall_ms: Annotated[int, Field(ge=EARLIEST_MS, le=LATEST_MS)]
    note: Note


AnyAsk = (
    OpenAsk | LockdownAsk | EvacuationAsk | DenyAsk | RevokeAsk | VisitAsk | VisitEndAsk | WalkInAsk | ActAsk | ClockAsk
)
Asked = (
    OpenAsked
    | LockdownAsked
    | DenyAsked
    | VisitAsked
    | VisitEndAsked
    | WalkInAsked
    | StaffActed
    | SetClock
    | SetEvacuation
    | ReadRevocations
)
_ask: TypeAdapter[AnyAsk] = TypeAdapter(Annotated[AnyAsk, Field(discriminator="do")])


def parse(line: bytes, may: Askable, mono_ms: int, visit: str) -> tuple[str, Asked]:
    """The ask's id and what it asks for; ``visit`` becomes a new visit's or booking's id. Raises BadAsk."""
    if len(line) > LINE_BYTES:
        raise BadAsk(f"the line has {len(line)} bytes, and {LINE_BYTES} is the most")
    try:
        ask = _ask.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise BadAsk(f"{where}: {first['msg']}; send what gateway/pages/asked.py says") from None
    if not 0 <= mono_ms - ask.at_ms <= OLDEST_MS:
        raise BadAsk("this was asked too long ago, so it was not done; ask again", ask.id)
    return ask.id, _asked(ask, may, mono_ms, visit)


def _asked(ask: AnyAsk, may: Askable, mono_ms: int, visit: str) -> Asked:
    match ask:
        case OpenAsk(door=door):
            if door not in may.doors:
                why = f"no door {door!r} has a lock that this gateway drives; choose one of the page"
                raise BadAsk(why, ask.id)
            return OpenAsked(door, ask.author, ask.note)
        case VisitAsk(zone=zone):
            if zone not in may.zones:
                raise BadAsk(f"this site has no zone {zone!r}; choose one of the page", ask.id)
            return VisitAsked(visit, zone, ask.author, ask.note)
        case VisitEndAsk():
            return VisitEndAsked(ask.visit, ask.author)
        case WalkInAsk(person=person, desk=desk, until_ms=until_ms):
            return WalkInAsked(f"walk-in-{visit}", person, desk, until_ms, ask.author)
        case ActAsk(what=what):
            return StaffActed(what, ask.author, ask.note)
        case _:
            return _of_the_whole_site(ask, mono_ms)


def _of_the_whole_site(ask: LockdownAsk | EvacuationAsk | DenyAsk | RevokeAsk | ClockAsk, mono_ms: int) -> Asked:
    match ask:
        case LockdownAsk(active=active):
            return LockdownAsked(active, ask.author, ask.note)
        case EvacuationAsk(active=active):
            return SetEvacuation(active, ask.author, ask.note)
        case DenyAsk(badge=badge, person=person):
            if bool(badge) == bool(person):
                raise BadAsk("name a badge to bar, or a person, and not both", ask.id)
            return DenyAsked(badge, ask.author, ask.note, person)
        case RevokeAsk():
            return ReadRevocations(ask.author)
        case ClockAsk():
            return SetClock(ask.wall_ms + mono_ms - ask.at_ms, ask.author, ask.note)
