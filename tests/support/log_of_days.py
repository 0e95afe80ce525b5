"""A site's log written moment by moment into a real file, as its gateway does, for what is read out of it later."""

from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from pathlib import Path

from access.clock import Now
from access.codec import encode_fact, record_kind, record_to_json
from access.facts import Fact
from access.log import Row, link
from access.records import Record
from gateway.link.step import Changed, Step
from gateway.link.store import LinkStore
from tests.support.logs import opened


@dataclass
class LogOfDays:
    """The log in ``folder``."""

    folder: Path
    site: str = "cinisello"
    rows: list[Row] = field(default_factory=list)
    closed: bool = False

    @property
    def path(self) -> Path:
        return self.folder / "log.db"

    def __post_init__(self) -> None:
        self._store, self._chain = opened(self.path, self.site)

    def write(self, at_ms: int, *facts: Fact) -> None:
        """Log these facts of a moment."""
        rows: list[Row] = []
        for fact in facts:
            seq = self._chain.seq + 1
            salt = sha256(f"salt {seq}".encode()).digest()
            self._chain, row = link(self._chain, seq, fact.KIND, encode_fact(fact), salt, Now(at_ms, seq, seq))
            rows.append(row)
        self._store.commit(rows, [], None)
        self.rows += rows

    def close(self) -> None:
        """End it; more than once is the same."""
        if not self.closed:
            self._store.close()
        self.closed = True


def booked(folder: Path, *records: Record) -> None:
    """Put these records into the link's own database, as the registry's first version."""
    changes = [Changed(record_kind(one), one.id, dumps(record_to_json(one), separators=(",", ":"))) for one in records]
    LinkStore.open(folder / "link.db").keep(Step("g1", 1, snapshot=True, changes=changes))
