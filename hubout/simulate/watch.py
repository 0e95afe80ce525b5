"""Who watches a run: what its gateways put on disk, read once for all checkers, and the checkers themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from access.codec import BadBody, decode_fact
from access.facts import Fact
from access.log import Header, Row, read_header
from hubout.simulate import observed as saw
from hubout.simulate.world import World

BROKEN_AT_MOST = 20
Kinds = Sequence[type[saw.Observation]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that a gateway put on disk: read, with the moment on the agenda. ``fact`` None: it cannot be read here."""

    row: Row
    header: Header
    fact: Fact | None
    at_ms: int


@dataclass(slots=True)
class Book:
    """What one site's disk holds for good, by number; of it the registry acknowledged up to ``stored_upto``. ``lost``
    are rows that it acknowledged and that the disk lost to an old copy.
    """

    entries: dict[int, Entry] = field(default_factory=dict)
    run: str = ""
    stored_upto: int = 0
    lost: list[Entry] = field(default_factory=list)

    def cut(self, seq: int) -> None:
        """The disk holds an old copy, which ends at ``seq``; what the registry had beyond is a branch that is over."""
        gone = [one for one in self.entries if one > seq]
        self.lost += [self.entries[one] for one in gone if one <= self.stored_upto]
        for one in gone:
            del self.entries[one]
        self.stored_upto = min(self.stored_upto, seq)

    def grant(self, grant: str) -> Entry | None:
        """The row of a grant (epoch-seq)."""
        _, _, seq = grant.partition("-")
        return self.entries.get(int(seq)) if seq.isdecimal() else None


class Checker:
    """Watches one guarantee. ``reached`` counts its interesting cases, ``broken`` says where it did not hold."""

    guarantee: ClassVar[str]
    sees: ClassVar[Kinds] = ()
    """What it is shown; all that its ``take`` looks at."""

    def __init__(self, world: World, books: dict[str, Book]) -> None:
        self.world, self.books = world, books
        self.reached = 0
        self.broken: list[str] = []

    def take(self, seen: saw.Observation) -> None:
        """Something happened, now."""

    def end(self) -> None:
        """The run is over, everything is healed and has had its time."""

    @property
    def now_ms(self) -> int:
        """The moment on the agenda."""
        return self.world.agenda.now_ms

    def breaks(self, what: str) -> None:
        """The guarantee does not hold here."""
        if len(self.broken) < BROKEN_AT_MOST:
            self.broken.append(f"{self.guarantee} at {self.world.agenda.now_ms}: {what}")


class Watch:
    """Shows every checker what happens of what it looks at."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.checkers: list[Checker] = []
        self._shown: dict[type[saw.Observation], list[Callable[[saw.Observation], None]]] = {}
        self._world: World | None = None

    def over(self, world: World, checkers: tuple[type[Checker], ...]) -> None:
        """Watch this world from now on."""
        self._world = world
        self.books.update({site: Book() for site in world.sites})
        self.checkers = [checker(world, self.books) for checker in checkers]
        for checker in self.checkers:
            for kind in checker.sees:
                self._shown.setdefault(kind, []).append(checker.take)

    def see(self, seen: saw.Observation) -> None:
        """Something happened."""
        if self._world is None:
            return
        match seen:
            case saw.Committed(site, _, rows):
                for row in rows:
                    self.books[site].entries[row.seq] = _entry(row, self._world.agenda.now_ms)
            case saw.RunBegan(site, run):
                self.books[site].run = run
            case saw.GatewayRestored(site, seq):
                self.books[site].cut(seq)
            case _:
                pass
        for take in self._shown.get(type(seen), ()):
            take(seen)
        match seen:
            case saw.Stored(site, seq):
                self.books[site].stored_upto = max(self.books[site].stored_upto, seq)
            case saw.RegistryRestored():
                for site, book in self.books.items():
                    held = self._world.centre.glimpse("SELECT max(seq) FROM branch WHERE site = ?", (site,))
                    book.stored_upto = min(book.stored_upto, held[0][0] or 0)
            case _:
                pass

    def end(self) -> None:
        """The run is over."""
        for checker in self.checkers:
            checker.end()

    @property
    def broken(self) -> list[str]:
        """Everything that did not hold."""
        return [what for checker in self.checkers for what in checker.broken]

    @property
    def reached(self) -> dict[str, int]:
        """How often each guarantee's interesting case happened."""
        return {checker.guarantee: checker.reached for checker in self.checkers}


def _entry(row: Row, at_ms: int) -> Entry:
    header = read_header(row.header)
    try:
        fact = None if row.body is None else decode_fact(header.kind, row.body)
    except BadBody:
        fact = None
    return Entry(row, header, fact, at_ms)
