"""Why a site admits a person, and what follows: one record of the person, and passes for what holds between dates.

A person can have several *sources* of rights at a site: rights given by hand, enrolments, transfers, roles, passes. The
person's zones are those of all of them and the validity is their envelope, for a zone alone admits nobody. A standing
right does, so it stands in the person only where its source holds as long as the person does; otherwise it becomes a
pass between its own dates. No record gives more than some source does at the same moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from access.hours import EVERYBODY
from access.records import LATEST_MS, Membership, Pass, PassKind, Person


class Origin(StrEnum):
    """Where a source comes from."""

    RIGHTS = "rights"
    ENROLMENT = "enrolment"
    TRANSFER = "transfer"
    ROLE = "role"
    PASS = "pass"  # noqa: S105 -- no password


OF_PROGRAMMES = frozenset({Origin.ENROLMENT, Origin.TRANSFER})
"""What comes from a programme, and so has its audience."""


@dataclass(frozen=True, slots=True)
class Source:
    """One reason for which a site admits a person, in force from ``from_ms`` up to ``until_ms`` (None: without end).

    ``zones`` need a reason to be there, ``standing`` ones do not. ``as_pass``: what stands, stands as a pass in any
    case, because the source is dated.
    """

    id: str
    origin: Origin
    from_ms: int = 0
    until_ms: int | None = None
    zones: frozenset[str] = frozenset()
    standing: frozenset[str] = frozenset()
    staff: bool = False
    as_pass: bool = False
    audience: str = ""
    groups: tuple[Membership, ...] = ()

    def lasts(self, from_ms: int, until_ms: int | None) -> bool:
        """Whether it is in force during the whole of a span."""
        return self.from_ms <= from_ms and (
            self.until_ms is None or (until_ms is not None and until_ms <= self.until_ms)
        )

    def ended(self, at_ms: int) -> bool:
        """Whether it holds no more, or never did."""
        return self.until_ms is not None and self.until_ms <= max(at_ms, self.from_ms)


@dataclass(frozen=True, slots=True)
class Admission:
    """What a site is told of one person beside their badges: the person, and the passes that their sources make."""

    person: Person
    passes: tuple[Pass, ...] = ()


def derived(*parts: str) -> str:
    """The id of a record that is made of others: 32 signs, always the same for the same parts."""
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def pass_of(source: Source) -> str:
    """The id of the pass that a source makes where it does not stand in the person."""
    return derived(source.origin, source.id)


def admission(known: Person, sources: Iterable[Source], at_ms: int) -> Admission | None:
    """What a site is told of a person at a moment; None where it does not admit them. ``known`` is what is so at every
    site, without a right.

    A source that has ended counts no more; where all have, rights given by hand still say that they ended.
    """
    every = list(sources)
    live = [source for source in every if not source.ended(at_ms)]
    live = live or [source for source in every if source.origin is Origin.RIGHTS]
    if not live:
        return None
    from_ms, until_ms = _envelope(known, live)
    standing = [one for one in live if _stands(one, from_ms, until_ms, at_ms)]
    person = replace(
        known,
        zones=frozenset[str]().union(*(source.zones for source in live)),
        standing=frozenset[str]().union(*(source.standing for source in standing)),
        valid_from_ms=from_ms,
        valid_until_ms=until_ms,
        staff=any(source.staff for source in standing),
        transfer={source.origin for source in live} - {Origin.PASS} == {Origin.TRANSFER},
        audiences=_audiences(live),
        groups=_groups(live),
    )
    dated = [one for one in live if one not in standing and (one.standing or one.staff)]
    return Admission(person, tuple(made for one in dated if (made := _pass(known, one)) is not None))


def _envelope(person: Person, sources: Sequence[Source]) -> tuple[int, int | None]:
    """From the first beginning to the last end, within the person's own validity. A pass says its own dates, so that
    whoever has nothing else is told of those.
    """
    bounding = [] if all(source.origin is Origin.PASS for source in sources) else sources
    from_ms = min((source.from_ms for source in bounding), default=0)
    ends = [source.until_ms for source in bounding if source.until_ms is not None]
    until_ms = max(ends) if ends and len(ends) == len(bounding) else None
    until_ms = min((end for end in (until_ms, person.valid_until_ms) if end is not None), default=None)
    return max(from_ms, person.valid_from_ms), until_ms


def _stands(source: Source, from_ms: int, until_ms: int | None, at_ms: int) -> bool:
    """Whether what it gives can stand in the person: it holds as long as the person does, from now on."""
    return not source.as_pass and source.lasts(max(from_ms, at_ms), until_ms)


def _pass(person: Person, source: Source) -> Pass | None:
    """A standing right between dates; whoever has it without being staff has it as a guest would."""
    start_ms = max(source.from_ms, person.valid_from_ms)
    end_ms = min(LATEST_MS, *(end for end in (source.until_ms, person.valid_until_ms) if end is not None), LATEST_MS)
    if start_ms >= end_ms:
        return None
    kind = PassKind.ROLE if source.staff else PassKind.GUEST
    return Pass(pass_of(source), person.id, source.standing, start_ms, end_ms, kind)


def _audiences(sources: Iterable[Source]) -> frozenset[str]:
    """Those of all programmes; a programme without one gives everybody's hours ("") beside another's, and so adds to
    them. Nobody is told of who is of no other.
    """
    found = frozenset(one.audience for one in sources if one.audience or one.origin in OF_PROGRAMMES)
    return frozenset() if found <= EVERYBODY else found


def _groups(sources: Iterable[Source]) -> tuple[Membership, ...]:
    """The memberships of all sources, each once, in order."""
    found = {group for source in sources for group in source.groups}
    return tuple(sorted(found, key=lambda one: (one.group, one.from_ms, one.until_ms or LATEST_MS)))
