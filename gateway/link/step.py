"""What the links' database is told: a whole step of the replica from version to version, and where the links stand."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changed:
    """One change as it is stored: ``record`` is its JSON, None where the record is no more."""

    kind: str
    id: str
    record: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A whole step to a version; ``snapshot``: from nothing, so that what was held before goes. Else ``since`` is the
    version that it goes on from, where that is to be looked at (None: it is not). ``digest`` is that of all records
    then, "" where it is not known.
    """

    generation: str
    version: int
    snapshot: bool
    changes: Sequence[Changed]
    since: int | None = None
    digest: str = ""

    @property
    def last(self) -> dict[tuple[str, str], str | None]:
        """Each record that it changes, as it leaves it."""
        return {(change.kind, change.id): change.record for change in self.changes}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the link stands: the version held, what the registry acknowledged of the log, and the wall time (Unix ms)
    at which the replica was last confirmed; None: never.
    """

    generation: str = ""
    version: int = 0
    acked: int = 0
    confirmed_ms: int | None = None
