"""An edition of a register as the fold of what it says: which entries count, what corrects them, who has closed it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from access.attendance import (
    Attended,
    ClosedStay,
    Closing,
    OpenStay,
    RollCall,
    Rounding,
    Session,
    SessionState,
    Terms,
    attended,
)
from access.register import Closed, Correction, Enrolled, Entry, Head, Held, How, Minutes, Opened, Said, Sealed
from access.spans import Span

OFF_SITE = "off-site"
_CLOSINGS = {How.EXIT: Closing.EXIT, How.SYSTEM: Closing.SYSTEM, How.TRANSFER: Closing.TRANSFER}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, or a correction that stands for one, by its row; ``by`` is the row that corrects it (0: none does)."""

    n: int
    said: Entry | Correction
    by: int = 0

    @property
    def counts(self) -> bool:
        """Whether it says that somebody was there, and nothing corrects it."""
        return not self.by and (isinstance(self.said, Entry) or self.said.there)


@dataclass(frozen=True, slots=True)
class Register:
    """An edition up to some row."""

    opened: Opened
    rows: int
    heads: tuple[Head, ...] = ()
    sessions: Mapping[str, Held] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    minutes: Mapping[tuple[str, str], Minutes] = field(default_factory=dict)
    closed: tuple[Closed, ...] = ()
    sealed: Sealed | None = None

    def of(self, session: str, person: str) -> tuple[Line, ...]:
        """What it says of a person at a session."""
        return tuple(line for line in self.lines if (line.said.session, line.said.person) == (session, person))

    @property
    def expected(self) -> tuple[tuple[str, str], ...]:
        """Each session with each person who is expected there."""
        return tuple((held.session, who) for held in self.sessions.values() for who in held.persons.split())


def folded(said: Iterable[Said]) -> Register:
    """The edition that says this; its first word is ``Opened``. A correction makes void who closed it before."""
    words = iter(said)
    opened = next(words)
    if not isinstance(opened, Opened):
        raise TypeError("an edition begins with who opened it")
    heads, sessions, people = list[Head](), dict[str, Held](), list[str]()
    lines, minutes = dict[int, Line](), dict[tuple[str, str], Minutes]()
    closed, sealed, n = list[Closed](), None, 1
    for n, one in enumerate(words, 2):
        match one:
            case Head():
                heads.append(one)
            case Held():
                sessions[one.session] = one
            case Enrolled():
                people.append(one.person)
            case Entry():
                lines[n] = Line(n, one)
            case Correction():
                if one.of in lines:
                    lines[one.of] = Line(one.of, lines[one.of].said, n)
                lines[n] = Line(n, one)
                closed.clear()
            case Minutes():
                minutes[one.session, one.person] = one
            case Closed():
                closed.append(one)
            case Sealed():
                sealed = one
    lined = tuple(lines.values())
    return Register(opened, n, tuple(heads), sessions, tuple(people), lined, minutes, tuple(closed), sealed)


def terms_of(opened: Opened) -> Terms:
    """How its minutes are counted."""
    return Terms(
        opened.late_ms, opened.early_ms, opened.unit_minutes, Rounding(opened.rounding), opened.threshold_percent
    )


def session_of(held: Held) -> Session:
    """A session as attendance counts it."""
    pairs = (pair.partition("-") for pair in held.breaks.split())
    breaks = tuple(Span(int(start), int(end)) for start, _, end in pairs)
    state = SessionState(held.state)
    return Session(held.session, held.start_ms, held.end_ms, state, breaks, off_site=held.where == OFF_SITE)


def reckoned(register: Register) -> dict[tuple[str, str], Attended]:
    """What everybody has of every session that they are expected at, from the lines that count."""
    held: dict[tuple[str, str], list[Line]] = {}
    for line in register.lines:
        if line.counts:
            held.setdefault((line.said.session, line.said.person), []).append(line)
    terms = terms_of(register.opened)
    return {
        (session, person): _attended(
            session_of(register.sessions[session]), held.get((session, person), ()), terms, register.opened.at_ms
        )
        for session, person in register.expected
    }


def present(register: Register, session: str, person: str) -> tuple[ClosedStay, ...]:
    """When a person was at a session by the lines that count; an open stay up to when the logs were read."""
    lines = (line.said for line in register.of(session, person) if line.counts)
    return tuple(
        ClosedStay(one.from_ms, one.to_ms, Closing.EXIT if isinstance(one, Correction) else _closing(one))
        for one in lines
    )


def _closing(said: Entry) -> Closing:
    return _CLOSINGS.get(How(said.how), Closing.EXIT)


def _attended(session: Session, lines: Sequence[Line], terms: Terms, at_ms: int) -> Attended:
    if session.off_site:
        calls = [RollCall(session.id, line.said.from_ms, line.said.to_ms) for line in lines]
        return attended(session, [], calls, terms, at_ms)
    return attended(session, [_stay(line.said) for line in lines], [], terms, at_ms)


def _stay(said: Entry | Correction) -> OpenStay | ClosedStay:
    if isinstance(said, Correction):
        return ClosedStay(said.from_ms, said.to_ms)
    if said.how == How.OPEN:
        return OpenStay(said.from_ms)
    return ClosedStay(said.from_ms, said.to_ms, _closing(said))


def stated(register: Register) -> list[Minutes]:
    """The minutes that it does not state yet, or states otherwise."""
    found = (_minutes(key, have) for key, have in reckoned(register).items())
    return [one for one in found if register.minutes.get((one.session, one.person)) != one]


def _minutes(key: tuple[str, str], have: Attended) -> Minutes:
    marks = " ".join(sorted(map(str, have.marks)))
    return Minutes(*key, have.delivered_minutes, have.recognised_minutes, marks)


def whole(register: Register) -> str:
    """What a sealed edition lacks or states wrongly; "" nothing."""
    if register.sealed is None:
        return "it is not sealed"
    if {one.part for one in register.closed} != {"trainer", "coordinator"} or len(register.closed) != 2:
        return "it was not closed by a trainer and a coordinator"
    if len({one.person for one in register.closed}) < 2 or len({one.account for one in register.closed}) < 2:
        return "one person closed it twice"
    wrong = stated(register)
    return f"the minutes of {wrong[0].person} at {wrong[0].session} are not those of the entries" if wrong else ""
