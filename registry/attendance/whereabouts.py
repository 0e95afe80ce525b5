"""Two sites and one person (domain, transfer): checking in at B closes the stay at A, in whatever order they report.

For each person whose whereabouts a log just moved, their stays at every site are laid side by side. A stay that is
still open where an entry elsewhere came later is told to end (``access.records.Elsewhere``). Two stays that cannot both
be true are a conflict, which staff see and resolve: nothing is fixed silently, and what rests on a clock that was not
trusted closes nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Connection, select, text, true

from access.clock import DAY_MS, MINUTE_MS
from access.codec import record_from_json
from access.facts import DayClosed, Entered, Left, WentElsewhere
from access.records import Elsewhere
from access.stays import How
from registry import identity
from registry.attendance.stays import arrivals
from registry.downlink.admission import chunks
from registry.edit import Edit
from registry.sites import live
from registry.tables import core as t
from registry.uplink.branches import counted
from registry.uplink.folding import Told

KINDS = frozenset({Entered.KIND, Left.KIND, DayClosed.KIND, WentElsewhere.KIND})
"""The facts that move somebody."""
TRAVEL_MINUTES = 30
"""Between two sites, unless a site says otherwise."""
TOLD_FOR_MS = DAY_MS
"""So long a site is told that somebody went elsewhere; its day has ended by then."""
LOOK_BACK_MS = 2 * DAY_MS
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """A person's time at a site; ``end_ms`` None: they are still there. ``seen`` out: their badge showed its end."""

    site: str
    start_ms: int
    end_ms: int | None
    seen_out: bool
    trusted: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """Two stays of a person that cannot both be true, and why: overlap, travel or clock."""

    person: str
    first: Piece
    second: Piece
    why: str


def follow(edit: Edit, told: Sequence[Told]) -> None:
    """After rows of a site's confirmed branch: tell sites whose stays ended elsewhere, and note what contradicts."""
    persons = arrivals(told)
    if persons:
        settle(edit, persons, live.standings(edit.connection, true()))


def settle(edit: Edit, persons: Collection[str], standings: Sequence[live.Standing]) -> None:
    """Bring what sites are told of these people, and the conflicts, in line with where the logs say they are."""
    if len(standings) > 1:
        travel_ms = _travel_ms(edit.connection)
        for some in chunks(sorted(persons), AT_ONCE):
            pieces = _pieces(edit, some, standings)
            clashes = [clash for who in some for clash in contradictions(who, pieces[who], travel_ms)]
            _note(edit, clashes)
            _tell(edit, some, pieces, travel_ms)
    _withdraw_old(edit)


def _travel_ms(connection: Connection) -> Mapping[str, int]:
    c = t.presence_policy.c
    held = {site: minutes * MINUTE_MS for site, minutes in connection.execute(select(c.site, c.travel_minutes))}
    return _Default(held)


class _Default(dict[str, int]):
    def __missing__(self, site: str) -> int:
        return TRAVEL_MINUTES * MINUTE_MS


def _pieces(edit: Edit, persons: Sequence[str], standings: Iterable[live.Standing]) -> dict[str, list[Piece]]:
    """These people's stays at every site, of the last days and those still open, by start."""
    found: dict[str, list[Piece]] = {who: [] for who in persons}
    starts = [edit.at_ms]
    for standing in standings:
        for who in found.keys() & standing.occupancy.stays.keys():
            stay = standing.occupancy.stays[who]
            trusted = who not in standing.overview.doubted
            found[who].append(Piece(standing.site, stay.here_ms, None, seen_out=False, trusted=trusted))
            starts.append(stay.here_ms)
    s = t.stay.c
    recent = select(t.stay).where(s.person.in_(persons), s.end_ms > min(starts) - LOOK_BACK_MS, counted(t.stay))
    for row in edit.connection.execute(recent):
        seen_out = row.how in {How.EXIT, How.MOVED}
        found[row.person].append(Piece(row.site, row.start_ms, row.end_ms, seen_out, row.trusted))
    for held in found.values():
        held.sort(key=lambda piece: (piece.start_ms, piece.site))
    return found


def contradictions(person: str, pieces: Sequence[Piece], travel_ms: Mapping[str, int]) -> Iterator[Clash]:
    """The pairs of stays at two sites that cannot both be true; ``pieces`` come by start."""
    for first, second in combinations(pieces, 2):
        why = "" if first.site == second.site else _why(first, second, _between(first, second, travel_ms))
        if why:
            yield Clash(person, first, second, why)


def _between(first: Piece, second: Piece, travel_ms: Mapping[str, int]) -> int:
    return max(travel_ms[first.site], travel_ms[second.site])


def _why(first: Piece, second: Piece, travel_ms: int) -> str:
    """Why two stays contradict, the second begun later; "" where they do not."""
    left_ms = first.start_ms if first.end_ms is None or not first.seen_out else first.end_ms
    if second.start_ms - left_ms >= travel_ms:
        return ""
    if not (first.trusted and second.trusted):
        return "clock"
    return "overlap" if left_ms > second.start_ms else "travel"


def _note(edit: Edit, clashes: Iterable[Clash]) -> None:
    """Keep what contradicts, each pair once."""
    rows = [
        {
            "id": identity.new_id(),
            "person": clash.person,
            "site": clash.first.site,
            "start_ms": clash.first.start_ms,
            "other_site": clash.second.site,
            "other_start_ms": clash.second.start_ms,
            "why": clash.why,
            "found_ms": edit.at_ms,
        }
        for clash in clashes
    ]
    if rows:
        edit.connection.execute(_NEW_CONFLICT, rows)


_NEW_CONFLICT = text(
    "INSERT INTO conflict (id, person, site, start_ms, other_site, other_start_ms, why, found_ms, resolved_ms,"
    " resolved_by, note, revision) VALUES (:id, :person, :site, :start_ms, :other_site, :other_start_ms, :why,"
    " :found_ms, NULL, '', '', 1) ON CONFLICT (person, site, start_ms, other_site, other_start_ms) DO NOTHING"
)


def _tell(
    edit: Edit, persons: Sequence[str], pieces: Mapping[str, Sequence[Piece]], travel_ms: Mapping[str, int]
) -> None:
    held = _told(edit.connection, persons)
    for who in persons:
        wanted = dict(_gone(pieces[who], travel_ms, edit.at_ms - TOLD_FOR_MS))
        for site, gone in wanted.items():
            edit.publish(site, Elsewhere(who, *gone))
        for site in held.get(who, set()) - wanted.keys():
            edit.withdraw(site, "elsewhere", who)


def _gone(
    pieces: Sequence[Piece], travel_ms: Mapping[str, int], since_ms: int
) -> Iterator[tuple[str, tuple[str, int]]]:
    """The sites where a stay is open that an entry elsewhere has ended, with that entry's site and time."""
    for piece in pieces:
        if piece.end_ms is not None:
            continue
        later = [one for one in pieces if one.site != piece.site and one.start_ms > piece.start_ms]
        next_one = later[0] if later and later[0].start_ms >= since_ms else None
        if next_one is not None and not _why(piece, next_one, _between(piece, next_one, travel_ms)):
            yield piece.site, (next_one.site, next_one.start_ms)


def _told(connection: Connection, persons: Sequence[str]) -> dict[str, set[str]]:
    """The sites that are told that one of these people went elsewhere."""
    c = t.published.c
    found = select(c.site, c.id).where(c.kind == "elsewhere", c.id.in_(persons), c.record.is_not(None))
    told: dict[str, set[str]] = {}
    for site, who in connection.execute(found):
        told.setdefault(who, set()).add(site)
    return told


def _withdraw_old(edit: Edit) -> None:
    """A day later no site needs to be told any more: its day has ended."""
    c = t.published.c
    held = select(c.site, c.id, c.record).where(c.kind == "elsewhere", c.record.is_not(None))
    for site, who, record in edit.connection.execute(held).all():
        told = record_from_json("elsewhere", record)
        old = isinstance(told, Elsewhere) and told.at_ms < edit.at_ms - TOLD_FOR_MS
        if old and (site, "elsewhere", who) not in edit.news:
            edit.withdraw(site, "elsewhere", who)
