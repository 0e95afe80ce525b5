"""What came of many seeds, as a table for people and as the JSON of interfaces.md."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from hubout.simulate.places import SITES
from hubout.simulate.run import GUARANTEES, Outcome

ENOUGH_SEEDS = 60
"""From so many seeds on, a guarantee whose interesting case never happened is a failure: nothing was shown of it."""


@dataclass(slots=True)
class Report:
    """The sum of the outcomes taken so far."""

    seeds: int = 0
    days: int = 0
    events: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    digests: list[str] = field(default_factory=list)

    def take(self, outcome: Outcome) -> None:
        """One more."""
        self.seeds, self.days, self.events = self.seeds + 1, self.days + outcome.days, self.events + outcome.events
        self.reached.update(outcome.reached)
        self.happened.update(outcome.happened)
        self.digests.append(outcome.digest)
        if outcome.broken:
            self.failures.append({"seed": outcome.seed, "broken": list(outcome.broken)})

    def missed(self) -> tuple[str, ...]:
        """The guarantees whose interesting case should have happened by now and never did."""
        if self.seeds < ENOUGH_SEEDS:
            return ()
        return tuple(guarantee for guarantee in GUARANTEES if not self.reached[guarantee])

    def as_json(self, took_s: float) -> dict[str, Any]:
        """The report; ``digest`` is that of all seeds' digests in their order."""
        return {
            "seeds": self.seeds,
            "failures": self.failures + [{"seed": None, "broken": [unreached(one)]} for one in self.missed()],
            "site_days_per_s": round(len(SITES) * self.days / took_s, 2) if took_s else 0.0,
            "digest": sha256("\n".join(self.digests).encode()).hexdigest(),
            "events": self.events,
            "reached": {guarantee: self.reached[guarantee] for guarantee in GUARANTEES},
            "happened": dict(sorted(self.happened.items())),
        }


def unreached(guarantee: str) -> str:
    """One sentence on a guarantee of which nothing was shown."""
    return f"{guarantee} was never put to the test; its interesting case must happen for a run to show anything"


def line(outcome: Outcome) -> str:
    """A seed's line."""
    said = f"seed {outcome.seed}: {outcome.digest[:16]} {outcome.events} events"
    return f"{said}, {'sound' if not outcome.broken else f'{len(outcome.broken)} broken'}"


def closing(report: dict[str, Any]) -> Sequence[str]:
    """The last lines: what broke with its seed, and how often each case happened."""
    failures: Iterable[tuple[Any, str]] = (
        (failure["seed"], what) for failure in report["failures"] for what in failure["broken"]
    )
    broken = [f"broken{'' if seed is None else f' in seed {seed}'}: {what}" for seed, what in failures]
    reached = ", ".join(f"{guarantee} {times}" for guarantee, times in report["reached"].items())
    speed = f"{report['seeds']} seeds, {report['site_days_per_s']} site-days a second, digest {report['digest'][:16]}"
    return [*broken, f"put to the test: {reached}", speed]
