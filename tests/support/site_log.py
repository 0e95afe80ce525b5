"""A site's log as its gateway writes it, moment by moment, and sends it when it can."""

from dataclasses import dataclass, field

from access.clock import Now
from access.codec import encode_fact
from access.facts import Fact
from access.log import Chain, Row, link
from tests.support.centres import Centre
from tests.support.log_rows import sent


@dataclass
class SiteLog:
    """``rows`` is the whole log; up to ``sent`` of them the registry has."""

    centre: Centre
    site: str
    epoch: int = 1
    rows: list[Row] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self._chain = Chain(self.site, self.epoch, "0011aabb")

    def write(self, at_ms: int, *facts: Fact, trusted: bool = True) -> None:
        """Write facts of a moment; the site is offline."""
        for fact in facts:
            number = len(self.rows) + 1
            now = Now(at_ms, number, number, trusted)
            salt = bytes([number % 256]) * 32
            self._chain, row = link(self._chain, number, fact.KIND, encode_fact(fact), salt, now)
            self.rows.append(row)

    def send(self, at_most: int = 500) -> None:
        """Come online and send what the registry lacks, in batches of at most so many rows."""
        while self.sent < len(self.rows):
            batch = self.rows[self.sent : self.sent + at_most]
            answer = self.centre.as_gateway(self.site, "POST", "/events", sent(batch, self.site, self.epoch))
            assert answer.status_code == 200, answer.text
            self.sent += len(batch)

    def tell(self, at_ms: int, *facts: Fact, trusted: bool = True) -> None:
        """Write facts of a moment and send them."""
        self.write(at_ms, *facts, trusted=trusted)
        self.send()
