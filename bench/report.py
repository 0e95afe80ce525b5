"""What was measured, as JSON for programs and as a table for people, each figure beside its target."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bench.drain import Drained
from bench.figures import Spread
from bench.ingest import Ingested
from bench.rendered import Rendered
from bench.trouble import FloorTooHigh
from bench.verifying import LogVerified
from bench.watched import Watched

HIGHEST_FLOOR_US = 5_000
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Beside:
    """Spans and their floor's, of the same run."""

    measured: Spread
    floor: Spread

    @property
    def p50_ratio(self) -> float:
        """How many times the floor's middle."""
        return round(self.measured.p50_us / self.floor.p50_us, 2)

    @property
    def p99_ratio(self) -> float:
        """How many times the floor's p99."""
        return round(self.measured.p99_us / self.floor.p99_us, 2)

    def to_json(self) -> dict[str, float]:
        """As the report holds it."""
        own, floor = self.measured, self.floor
        return {"p50_us": own.p50_us, "p99_us": own.p99_us, "floor_p50_us": floor.p50_us, "floor_p99_us": floor.p99_us}


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident MB of the gateway's own process at both sizes; of its pages' process, at the normal one."""

    normal_mb: float
    large_mb: float
    pages_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything. ``judge_us`` at 1 000 and at 100 000 bookings; ``drained`` by the kind of database; ``load`` is the
    machine's before and after.
    """

    feedback: Beside
    lock: Beside
    ingest: Ingested
    judge_us: tuple[float, float]
    memory: Memory
    first_decision_s: float
    drained: tuple[tuple[str, Drained], ...]
    log: LogVerified
    load: tuple[float, float]
    watched: Watched
    pages: tuple[Rendered, ...]

    @property
    def lost(self) -> int:
        """Messages and events that are not exactly once where they belong, and taps that an open page did not show."""
        return self.watched.missing + self.ingest.lost + sum(one.lost for _, one in self.drained)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what, how much, its target (``most``: no more than that; else no less), and beside what."""

    what: str
    value: float
    target: float
    most: bool = True
    beside: str = ""

    @property
    def reached(self) -> bool:
        """Whether the target holds."""
        return self.value <= self.target if self.most else self.value >= self.target


def to_json(measured: Measured) -> dict[str, object]:
    """The report; ``ratios`` are the figures that have targets beside a floor."""
    few, many = measured.judge_us
    return {
        "tap_to_feedback": measured.feedback.to_json(),
        "tap_to_lock": measured.lock.to_json(),
        "ingest": asdict(measured.ingest),
        "judge": {"median_us_at_1000": few, "median_us_at_100000": many},
        "memory": asdict(measured.memory),
        "start": {"first_decision_s": measured.first_decision_s},
        "drain": {kind: asdict(drained) for kind, drained in measured.drained},
        "verify": asdict(measured.log),
        "live_pages": asdict(measured.watched),
        "pages": [asdict(page) for page in measured.pages],
        "ratios": _ratios(measured),
        "load": list(measured.load),
    }


def _ratios(measured: Measured) -> Mapping[str, float]:
    few, many = measured.judge_us
    ingest = measured.ingest
    return {
        "tap_to_feedback_p50": measured.feedback.p50_ratio,
        "tap_to_feedback_p99": measured.feedback.p99_ratio,
        "tap_to_lock_p50": measured.lock.p50_ratio,
        "tap_to_lock_p99": measured.lock.p99_ratio,
        "ingest": round(ingest.messages_per_s / ingest.floor_messages_per_s, 2),
        "judge": round(many / few, 2),
        "verify": measured.log.ratio,
        **{f"drain_{kind}": drained.ratio for kind, drained in measured.drained},
    }


def lines(measured: Measured) -> list[Line]:
    """Every figure that has a target."""
    ratios, ingest, memory = _ratios(measured), measured.ingest, measured.memory
    own = f"{ingest.messages_per_s:,} of {ingest.floor_messages_per_s:,} messages/s"
    return [
        *_spans("tap to feedback", measured.feedback),
        *_spans("tap to lock line", measured.lock),
        Line("sustained messages, of the floor", ratios["ingest"], 0.7, most=False, beside=own),
        Line("messages lost", ingest.lost, 0),
        Line("judge at 100 000 bookings, us", measured.judge_us[1], 20),
        Line("judge, times that at 1 000", ratios["judge"], 1.3, beside=f"{measured.judge_us[0]:.1f} us at 1 000"),
        Line("memory at a normal site, MB", memory.normal_mb, 90, beside=f"pages {memory.pages_mb:.0f} MB apart"),
        Line("memory at a large site, MB", memory.large_mb, 160),
        Line("first decision after start, s", measured.first_decision_s, 2),
        *(line for kind, drained in measured.drained for line in _drain(NAMES[kind], drained)),
        _verified(measured.log),
        *_watched(measured.watched),
        _slowest(measured.pages),
    ]


def _drain(name: str, drained: Drained) -> list[Line]:
    own = f"{drained.events_per_s:,} of {drained.floor_events_per_s:,} events/s"
    most = f"at most {drained.gateway_mb:.0f} MB at the gateway, {drained.registry_mb:.0f} MB at the registry"
    return [
        Line(f"week drained ({name}), of the floor", drained.ratio, 0.5, most=False, beside=own),
        Line(f"week drained ({name}), events/s", drained.events_per_s, 3_000, most=False, beside=most),
        Line(f"events lost or doubled ({name})", drained.lost, 0),
    ]


def _verified(log: LogVerified) -> Line:
    own = f"{log.ratio} times what reading and hashing takes, {log.floor_s:.1f} s"
    return Line(f"{log.events} events verified, s", log.took_s, 60, beside=own)


def _watched(watched: Watched) -> list[Line]:
    alone = f"{watched.lock_p99_us:,.0f} us beside {watched.alone_lock_p99_us:,.0f} with none open"
    middle = f"p50 {watched.page_p50_ms:.0f} ms, {watched.kb_per_s:,.0f} kB/s in all"
    return [
        Line(f"tap to {watched.pages} live pages, p99, ms", watched.page_p99_ms, 1_000, beside=middle),
        Line("tap to lock line meanwhile, p99, times", watched.ratio, 2, beside=alone),
        Line("taps that an open page did not show", watched.missing, 0),
        Line("most memory of the pages' process, MB", watched.memory_mb, 200),
    ]


def _slowest(pages: tuple[Rendered, ...]) -> Line:
    slowest = max(pages, key=lambda page: page.ms)
    own = f"{slowest.page}, {slowest.ratio} times the floor's {slowest.floor_ms:.1f} ms; {len(pages)} pages"
    return Line("slowest page, median, ms", slowest.ms, 50, beside=own)


def _spans(what: str, beside: Beside) -> list[Line]:
    own, floor = beside.measured, beside.floor
    middle = f"{own.p50_us:,.0f} us beside {floor.p50_us:,.0f}"
    slow = f"{own.p99_us:,.0f} us beside {floor.p99_us:,.0f}"
    return [
        Line(f"{what}, p50 of floor's", beside.p50_ratio, 1.5, beside=middle),
        Line(f"{what}, p99 of floor's", beside.p99_ratio, 2.0, beside=slow),
    ]


def table(measured: Measured) -> str:
    """The figures for people."""
    return "\n".join(
        f"{line.what:<40}{line.value:>9,.2f}  {'at most' if line.most else 'at least'} {line.target:<5g}"
        f" {'ok' if line.reached else 'NOT REACHED':<12} {line.beside}".rstrip()
        for line in lines(measured)
    )


def demand_a_floor(floor: Spread, highest_us: float = HIGHEST_FLOOR_US) -> None:
    """Raise FloorTooHigh where the bare echo is so slow that something below us holds messages back."""
    if floor.p50_us > highest_us:
        raise FloorTooHigh(
            f"the bare echo took {floor.p50_us / 1_000:.1f} ms (p50), and more than {highest_us / 1_000:g} ms"
            " means a broker or socket without TCP_NODELAY, or a busy disk or machine; set set_tcp_nodelay, or wait"
        )
