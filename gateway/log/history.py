"""What a start reads from the log: where the chain stands, and the facts since the last checkpoint, verified."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, LargeBinary, func, literal, select

from access.codec import BadBody, decode_fact
from access.cursor import Cursor
from access.facts import Fact
from access.log import Broken, Chain, Gap, Row, read_header, verify
from gateway.database import StoreDamaged, speaking_of
from gateway.log.rows import read_on
from gateway.log.shape import read_extent
from gateway.log.tables import LogRow, RefusalRow, table_of

CHECKPOINT_MARK = b'"kind":"checkpoint"'
PAGE_EVENTS = 1_000
PAGE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """A log as a start finds it. ``history`` are (Unix ms, fact) since the last checkpoint, oldest first, read from
    disk as they are taken; it raises StoreDamaged at a row that does not verify.
    """

    site: str
    epoch: int
    seq: int
    head: bytes
    history: Iterator[tuple[int, Fact]]
    cursors: Mapping[str, tuple[Cursor, ...]]
    refusals: Mapping[str, int]

    def chain(self, run: str) -> Chain:
        """Where the chain stands, for this run to go on from."""
        return Chain(self.site, self.epoch, run, self.seq, self.head)


def read_refusals(connection: Connection) -> dict[str, int]:
    """The tallies of refused messages on disk, by reason."""
    table = table_of(RefusalRow)
    return {row[0]: row[1] for row in connection.execute(select(table.c.why, table.c.count))}


def history(connection: Connection, path: Path, site: str, epoch: int) -> Iterator[tuple[int, Fact]]:
    """The facts from the last checkpoint on, each row verified as it is read.

    Rows whose body was erased, or that a later version wrote, say nothing to the folds and are passed over.
    """
    with speaking_of(path):
        try:
            seq, head = _before_checkpoint(connection)
        except ValueError as error:
            raise StoreDamaged(
                f"{path}: the last checkpoint cannot be read ({error}); see `hubout log verify`"
            ) from error
        since = 0
        while page := read_on(connection, seq, PAGE_EVENTS, PAGE_BYTES):
            end = verify(page, site, epoch, seq, head, since)
            if isinstance(end, Broken):
                raise StoreDamaged(broken_sentence(path, end))
            yield from _facts(page)
            seq, head, since = end.seq, end.head, epoch_at_end(page)


def epoch_at_end(page: Sequence[Row | Gap]) -> int:
    """The epoch of the last row of a page; 0 where none is known, because it ends with a gap."""
    return page[-1].epoch if isinstance(page[-1], Row) else 0


def broken_sentence(path: Path, broken: Broken) -> str:
    """What to say of a log with a broken row."""
    return (
        f"{path} is damaged at event {broken.epoch}-{broken.seq}: {broken.what}; "
        "see `hubout log verify`; its gateway goes on without that row"
    )


def _facts(page: Sequence[Row | Gap]) -> Iterator[tuple[int, Fact]]:
    for row in page:
        if isinstance(row, Row) and row.body is not None:
            header = read_header(row.header)
            try:
                yield header.at, decode_fact(header.kind, row.body)
            except BadBody:
                continue


def _before_checkpoint(connection: Connection) -> tuple[int, bytes]:
    """What the last checkpoint's row follows, or else where the log begins: a number and a hash. Ids have no quotes, so
    only a kind is the mark.

    Raises ValueError where that row's header is none.
    """
    log = table_of(LogRow)
    mark = func.instr(log.c.header, literal(CHECKPOINT_MARK, LargeBinary))
    newest = (log.c.epoch.desc(), log.c.seq.desc())
    found = connection.execute(select(log.c.header).where(mark > 0).order_by(*newest).limit(1)).scalar()
    if found is None:
        extent = read_extent(connection)
        return extent.base_seq, extent.base_head
    header = read_header(found)
    return header.seq - 1, bytes.fromhex(header.prev)
