"""Folding a batch of log rows into a branch's projections: occupancy as the gateway folds it, and the overview."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from access import codec, occupancy
from access.facts import Checkpoint, Entered, Fact
from access.log import Header, Row, read_header
from access.occupancy import Occupancy
from access.stays import Ended, ended
from registry import overview
from registry.names import is_id
from registry.overview import Overview

_LAST_MS = 2**62


class _StoredOccupancy(BaseModel):
    stays: list[tuple[str, str, int, bool] | tuple[str, str, int, bool, int]]
    anonymous: list[tuple[str, int]]
    estimated: list[str]
    visits: list[tuple[str, str, int, str]] = []


class _StoredDesk(BaseModel):
    use: str
    since_ms: int


class _StoredDoor(BaseModel):
    open: bool


class _StoredSite(BaseModel):
    doors: dict[str, bool | _StoredDoor]
    desks: dict[str, _StoredDesk]
    lockdown: bool
    fire: bool


class _StoredCheckpoint(BaseModel):
    """What the folds read of a checkpoint: its fact is typed only outside; a wrong inside must poison nothing else."""

    occupancy: _StoredOccupancy
    site: _StoredSite


@dataclass(frozen=True, slots=True)
class Folded:
    """The projections of one branch up to a row; ``poisoned`` counts the rows whose facts could not be read."""

    occupancy: Occupancy = field(default_factory=Occupancy)
    overview: Overview = field(default_factory=Overview)
    last_event_ms: int | None = None
    poisoned: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """One row as the event table names it; what it says, where that can be read and is not erased; and the stays and
    visits that it ended; ``doubted`` are those of whose stays nobody trusts the beginning.
    """

    row: Row
    kind: str
    at_ms: int
    poison: bool
    trusted: bool = True
    fact: Fact | None = None
    ended: tuple[Ended, ...] = ()
    visits_over: tuple[str, ...] = ()
    doubted: frozenset[str] = frozenset()


def fold_rows(folded: Folded, rows: Iterable[Row]) -> tuple[Folded, tuple[Told, ...]]:
    """The projections after verified ``rows``, and each row with its name; a poison row changes no projection (S8)."""
    told: list[Told] = []
    for row in rows:
        header = read_header(row.header)
        at_ms = max(-_LAST_MS, min(header.at, _LAST_MS))
        folded, one = _with_row(folded, header, row, at_ms)
        told.append(one)
    return folded, tuple(told)


def _with_row(folded: Folded, header: Header, row: Row, at_ms: int) -> tuple[Folded, Told]:
    """The projections after one row. An erased body is a fact no more."""
    plain = Told(row, _kind(header), at_ms, poison=False, trusted=header.trusted)
    if row.body is None:
        return replace(folded, last_event_ms=at_ms), plain
    try:
        fact = codec.decode_fact(header.kind, row.body)
        after = _doubting(_with_fact(folded, fact, at_ms), fact, header)
    except ValueError:
        return replace(folded, poisoned=folded.poisoned + 1), replace(plain, poison=True)
    was, now = folded.occupancy, after.occupancy
    over = () if was.visits is now.visits else tuple(sorted(was.visits.keys() - now.visits.keys()))
    gone = ended(was, now, fact, at_ms)
    doubted = frozenset(stay.person for stay in gone if stay.person in folded.overview.doubted)
    return after, replace(plain, fact=fact, ended=gone, visits_over=over, doubted=doubted)


def _kind(header: Header) -> str:
    """The row's kind where it is a name at all: what is no name of ours is not spread over tables and pages."""
    return header.kind if is_id(header.kind) else "unknown"


def _with_fact(folded: Folded, fact: Fact, at_ms: int) -> Folded:
    if isinstance(fact, Checkpoint):
        inside = json.dumps({"occupancy": fact.occupancy, "site": fact.site})
        _StoredCheckpoint.model_validate_json(inside, strict=True)
    present = occupancy.fold(folded.occupancy, fact, at_ms)
    looks = overview.fold(folded.overview, fact, at_ms)
    return replace(folded, occupancy=present, overview=looks, last_event_ms=at_ms)


def _doubting(folded: Folded, fact: Fact, header: Header) -> Folded:
    """Remember who is present by an entry under a clock that nobody trusts, for as long as they are."""
    held = folded.overview.doubted
    if isinstance(fact, Entered) and header.trusted == (fact.person in held):
        others = {who: said for who, said in held.items() if who != fact.person}
        came = {} if header.trusted else {fact.person: (fact.KIND, header.at)}
        held = {**others, **came}
    if held and not held.keys() <= folded.occupancy.stays.keys():
        held = {who: said for who, said in held.items() if who in folded.occupancy.stays}
    return (
        folded if held is folded.overview.doubted else replace(folded, overview=replace(folded.overview, doubted=held))
    )


def dumped(folded: Folded) -> tuple[str, str]:
    """Occupancy and overview as JSON texts."""
    return json.dumps(occupancy.to_stored(folded.occupancy)), json.dumps(overview.to_stored(folded.overview))


def loaded(present: str, looks: str, last_event_ms: int | None, poisoned: int) -> Folded:
    """The projections that ``dumped`` wrote."""
    return Folded(
        occupancy.from_stored(json.loads(present)), overview.from_stored(json.loads(looks)), last_event_ms, poisoned
    )
