"""Folding a batch of log rows into a branch's projections: occupancy as the gateway folds it, and the overview."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from access import codec, occupancy
from access.facts import FACTS, Checkpoint, Entered, Fact
from access.log import Gap, Row, read_header
from access.occupancy import Occupancy
from access.stays import Ended, ended
from registry.names import is_id
from registry.sites import overview
from registry.sites.overview import Overview

_LAST_MS = 2**62
_UNKNOWN = "unknown"
"""The kind of a row whose own is no name at all: what is no name of ours is not spread over tables and pages."""


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
    """The projections of one branch up to a row; ``poisoned`` counts the rows whose facts could not be read, and
    ``gapped``: some are no more since the last checkpoint, so that nobody knows who came and left.
    """

    occupancy: Occupancy = field(default_factory=Occupancy)
    overview: Overview = field(default_factory=Overview)
    last_event_ms: int | None = None
    poisoned: int = 0
    gapped: bool = False


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


def fold_rows(folded: Folded, rows: Iterable[Row | Gap]) -> tuple[Folded, tuple[Told, ...]]:
    """The projections after verified ``rows``, and each row with its name; a poison row changes no projection (S8)."""
    folding, told = _Folding(folded), []
    for one in rows:
        if isinstance(one, Gap):
            folding.gapped = True
        else:
            told.append(folding.take(one))
    return folding.folded(), tuple(told)


class _Folding:
    """The projections while rows are folded one after the other: what most rows leave as it was is not made anew."""

    __slots__ = ("gapped", "last_event_ms", "occupancy", "overview", "poisoned")

    def __init__(self, folded: Folded) -> None:
        self.occupancy, self.overview = folded.occupancy, folded.overview
        self.last_event_ms, self.poisoned, self.gapped = folded.last_event_ms, folded.poisoned, folded.gapped

    def folded(self) -> Folded:
        """As they stand now."""
        return Folded(self.occupancy, self.overview, self.last_event_ms, self.poisoned, self.gapped)

    def take(self, row: Row) -> Told:
        """Fold one row. An erased body is a fact no more."""
        header = read_header(row.header)
        at_ms = max(-_LAST_MS, min(header.at, _LAST_MS))
        kind = header.kind if header.kind in FACTS or is_id(header.kind) else _UNKNOWN
        if row.body is None:
            self.last_event_ms = at_ms
            return Told(row, kind, at_ms, poison=False, trusted=header.trusted)
        try:
            fact = codec.decode_fact(header.kind, row.body)
            _check_inside(fact)
            present, looks = occupancy.fold(self.occupancy, fact, at_ms), overview.fold(self.overview, fact, at_ms)
        except ValueError:
            self.poisoned += 1
            return Told(row, kind, at_ms, poison=True, trusted=header.trusted)
        self.last_event_ms = at_ms
        self.gapped = self.gapped and not isinstance(fact, Checkpoint)
        if present is self.occupancy:
            self.overview = looks
            return Told(row, kind, at_ms, poison=False, trusted=header.trusted, fact=fact)
        return self._moved(Told(row, kind, at_ms, poison=False, trusted=header.trusted, fact=fact), present, looks)

    def _moved(self, told: Told, present: Occupancy, looks: Overview) -> Told:
        """What a fact that changes who is here tells beside itself."""
        was, doubted, fact = self.occupancy, self.overview.doubted, told.fact
        self.occupancy, self.overview = present, _doubting(looks, present, told)
        gone = () if fact is None else ended(was, present, fact, told.at_ms)
        over = () if was.visits is present.visits else tuple(sorted(was.visits.keys() - present.visits.keys()))
        if not gone and not over:
            return told
        unsure = frozenset(stay.person for stay in gone if stay.person in doubted)
        return replace(told, ended=gone, visits_over=over, doubted=unsure)


def _check_inside(fact: Fact) -> None:
    """Raise ValueError where what the folds read of a checkpoint is not of its types."""
    if isinstance(fact, Checkpoint):
        inside = json.dumps({"occupancy": fact.occupancy, "site": fact.site})
        _StoredCheckpoint.model_validate_json(inside, strict=True)


def _doubting(looks: Overview, present: Occupancy, told: Told) -> Overview:
    """Remember who is present by an entry under a clock that nobody trusts, for as long as they are."""
    held, fact = looks.doubted, told.fact
    if isinstance(fact, Entered) and told.trusted == (fact.person in held):
        others = {who: said for who, said in held.items() if who != fact.person}
        held = others if told.trusted else {**others, fact.person: (fact.KIND, told.at_ms)}
    if held and not held.keys() <= present.stays.keys():
        held = {who: said for who, said in held.items() if who in present.stays}
    return looks if held is looks.doubted else replace(looks, doubted=held)


def dumped(folded: Folded) -> tuple[str, str]:
    """Occupancy and overview as JSON texts."""
    return json.dumps(occupancy.to_stored(folded.occupancy)), json.dumps(overview.to_stored(folded.overview))


def loaded(present: str, looks: str, last_event_ms: int | None, poisoned: int, *, gapped: bool = False) -> Folded:
    """The projections that ``dumped`` wrote."""
    stored = occupancy.from_stored(json.loads(present)), overview.from_stored(json.loads(looks))
    return Folded(*stored, last_event_ms, poisoned, gapped)
