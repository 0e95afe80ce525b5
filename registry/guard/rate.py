"""How often a credential may ask: token buckets, bounded in number, of this process alone."""

from collections import OrderedDict
from dataclasses import dataclass, field

MOST_BUCKETS = 10_000


@dataclass(slots=True)
class Rates:
    """One bucket for each name: ``burst`` at once, ``per_s`` in the long run."""

    per_s: float
    burst: int
    buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait_s(self, name: str, now_s: float) -> float:
        """Take one request of ``name`` at a monotonic moment: 0 where it may pass, else seconds until one may."""
        left, since_s = self.buckets.pop(name, (float(self.burst), now_s))
        left = min(float(self.burst), left + (now_s - since_s) * self.per_s)
        passes = left >= 1
        self.buckets[name] = (left - 1 if passes else left, now_s)
        if len(self.buckets) > MOST_BUCKETS:
            self.buckets.popitem(last=False)
        return 0.0 if passes else (1 - left) / self.per_s
