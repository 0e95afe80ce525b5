"""A gateway's greeting: it goes on, it is asked again where the two logs part, or it is given a branch of its own."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select, text, update

from access.clock import HOUR_MS
from registry.prepared import Prepared
from registry.sites.alarms import raise_alarm
from registry.tables import core as t
from registry.uplink import branches
from registry.uplink.branches import TooMany
from registry.uplink.histories import Histories, Log, Narrow, Part, decide


@dataclass(frozen=True, slots=True)
class Hello:
    """Who greets, and where its log ends: the last number and that row's hash. ``acked``: up to where it believes the
    registry to be; ``marks``: hashes of some rows further down (None: a gateway of before, which gives none).
    """

    site: str
    epoch: int
    seq: int
    head: bytes
    run: str
    software: str
    acked: int = 0
    marks: tuple[tuple[int, bytes], ...] | None = None

    def log(self) -> Log:
        """What it says of its log."""
        return Log(self.epoch, self.seq, (*(self.marks or ()), (self.seq, self.head)), self.marks is not None)


@dataclass(frozen=True, slots=True)
class Resume:
    """The registry holds everything up to ``seq``, whose hash is ``head``; ``rewound``: it once had more (S7)."""

    seq: int
    head: bytes
    confirmed: bool = True
    rewound: bool = False


@dataclass(frozen=True, slots=True)
class Forked:
    """The log goes on as the branch ``epoch``, which grows out of ``base_epoch`` behind ``base_seq``."""

    epoch: int
    base_epoch: int
    base_seq: int


Answer = Resume | Narrow | Forked | TooMany


def greet(connection: Connection, hello: Hello, at_ms: int) -> Answer:
    """Answer a greeting that came at ``at_ms``; a new branch and a registry that lost rows are alarms (S6, S7)."""
    held, found = _decide(connection, hello)
    if found is None:
        branches.first(connection, hello.site, hello.epoch, at_ms)
        held, found = _decide(connection, hello)
    elif isinstance(found, Part):
        branches.lock(connection)
        held, found = _decide(connection, hello)
    match found:
        case Narrow():
            _ask(connection, hello, found, at_ms)
            return found
        case Part():
            return _fork(connection, hello, held, found, at_ms)
        case _:
            return _resume(connection, hello, at_ms)


def _decide(connection: Connection, hello: Hello) -> tuple[Histories, object]:
    log, asked = hello.log(), _asked(connection, hello)
    numbers = {seq for seq, _ in log.marks} | (set() if asked is None else {asked.after})
    held = branches.histories(connection, hello.site, numbers)
    return held, decide(held, log, asked) if held.branches else None


def _asked(connection: Connection, hello: Hello) -> Narrow | None:
    row = _ASKED.on(connection, _of(hello)).one_or_none()
    return None if row is None else Narrow(*row)


def _of(hello: Hello) -> dict[str, str | int]:
    """Who greets, for the statements below: gateways greet often where the line is bad."""
    return {"of_site": hello.site, "of_run": hello.run, "of_epoch": hello.epoch}


_n, _b = t.narrowing.c, t.branch.c
_OWN = (_n.site == bindparam("of_site")) & (_n.run == bindparam("of_run")) & (_n.said_epoch == bindparam("of_epoch"))
_ASKED = Prepared(select(_n.epoch, _n.after, _n.before, _n.rounds).where(_OWN))
_ANSWERED = Prepared(delete(t.narrowing).where(_OWN))
_HERE = (_b.site == bindparam("of_site")) & (_b.epoch == bindparam("of_epoch"))
_STANDS = Prepared(
    select(_b.seq, _b.head, t.site.c.confirmed_epoch)
    .join(t.site, t.site.c.id == _b.site)
    .where(_HERE)
    .with_for_update(of=t.branch)
)
_GREETED = Prepared(
    update(t.branch).where(_HERE),
    sets=("run", "software", "seen_ms"),
)
_ASK = text(
    "INSERT INTO narrowing (site, run, said_epoch, epoch, after, before, rounds, at_ms)"
    " VALUES (:site, :run, :said, :epoch, :after, :before, :rounds, :at) ON CONFLICT (site, run, said_epoch)"
    " DO UPDATE SET epoch = :epoch, after = :after, before = :before, rounds = :rounds, at_ms = :at"
)


def _ask(connection: Connection, hello: Hello, wanted: Narrow, at_ms: int) -> None:
    """Keep what is asked, and forget what nobody has answered for an hour."""
    connection.execute(delete(t.narrowing).where(_n.site == hello.site, _n.at_ms < at_ms - HOUR_MS))
    who = {"site": hello.site, "run": hello.run, "said": hello.epoch, "at": at_ms}
    what = {"epoch": wanted.epoch, "after": wanted.after, "before": wanted.before, "rounds": wanted.rounds}
    connection.execute(_ASK, who | what)


def _fork(connection: Connection, hello: Hello, held: Histories, part: Part, at_ms: int) -> Forked | TooMany:
    wanted = branches.Wanted(hello.site, part, hello.run, hello.epoch)
    epoch = branches.grown(connection, held, wanted, at_ms)
    if isinstance(epoch, TooMany):
        return epoch
    what = "a gateway's log is another than the site's; confirm the branch of the gateway that is the site's"
    raise_alarm(connection, hello.site, "fork", epoch, part.base_seq, what, at_ms)
    if part.behind:
        what = "a gateway's log is behind what it sent before: it was restored from an old copy"
        raise_alarm(connection, hello.site, "behind", hello.epoch, hello.seq, what, at_ms)
    return Forked(epoch, part.base_epoch, part.base_seq)


def _resume(connection: Connection, hello: Hello, at_ms: int) -> Resume:
    _ANSWERED.on(connection, _of(hello))
    here = {"of_site": hello.site, "of_epoch": hello.epoch}
    branch = _STANDS.on(connection, here).one()
    _GREETED.on(connection, {**here, "run": hello.run, "software": hello.software, "seen_ms": at_ms})
    rewound = branch.seq < hello.acked
    if rewound:
        what = "the registry has lost rows that it had: it was restored; the gateway sends them again"
        raise_alarm(connection, hello.site, "rewind", hello.epoch, branch.seq, what, at_ms)
    return Resume(branch.seq, bytes(branch.head), branch.confirmed_epoch == hello.epoch, rewound)
