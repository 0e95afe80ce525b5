"""What the log's link asks the registry for while nothing waits to be sent: rows that a damaged log has lost (S3, S7).

One part of one gap at a time, from its end down; what comes is proven by ``gateway.log.refetched`` and written by the
loop. A gap that the registry cannot fill is not asked for again before the next start.
"""

import logging

from access.clock import MINUTE_MS, SECOND_MS
from access.log import Gap, Row
from gateway.link.exchange import Exchange
from gateway.link.trouble import BadAnswer, NotKnown
from gateway.log.mending import DAMAGED
from gateway.log.reader import Reader
from gateway.log.refetched import Around, Restored, from_its_beginning, from_its_end
from gateway.log.returning import Returning

LOG = logging.getLogger("hubout.gateway")
ROWS = 100
"""So many at most are written at once between two turns of the loop."""
NEXT_MS = 200
MENDING_MS = 2 * SECOND_MS
LATER_MS = 10 * MINUTE_MS


class Refetch:
    """For the link's thread: ``step`` when it is due (monotonic ms) and nothing waits to be sent."""

    def __init__(self, exchange: Exchange, returning: Returning) -> None:
        self._exchange, self._returning = exchange, returning
        self._lacking, self._tried = set[Gap](), set[Gap]()
        self._endless = set[tuple[int, bytes]]()
        self._refused = dict[Gap, str]()
        self._told = self._mending = False
        self._due_ms = self._files = 0

    @property
    def due_ms(self) -> int:
        """When to step next (monotonic ms): at once where the log's file is another."""
        return self._due_ms if self._files == self._exchange.files else 0

    @property
    def trouble(self) -> str:
        """What is wrong with what the registry gives, "" where nothing is."""
        return next(iter(self._refused.values()), "")

    def later(self, now_ms: int) -> None:
        """What there is to ask is asked after a good while."""
        self._due_ms, self._files = now_ms + LATER_MS, self._exchange.files

    def step(self, now_ms: int) -> None:
        """Ask for a part of what is missing, if anything is. Raises Trouble or StoreBroken."""
        self._due_ms = now_ms + NEXT_MS
        if self._returning.waits:
            return
        around = self._exchange.read(self._missing)
        self._files = self._exchange.files
        if around is None:
            # What was refused is asked for again, should somebody have put it right.
            self._tried.clear()
            self._due_ms = now_ms + (MENDING_MS if self._mending else LATER_MS)
            return
        try:
            self._take(around)
        except NotKnown as error:
            if not self._told:
                LOG.info("what was lost with a damaged log is not to be had from the registry now: %s", error)
            self._told = True
            self.later(now_ms)
        except BadAnswer as error:
            self._refused[around.gap] = str(error)
            self._tried.add(around.gap)

    def _take(self, around: Around) -> None:
        restored = self._asked(around)
        self._refused.pop(around.gap, None)
        if restored is None:
            self._lacking.add(around.gap)
        else:
            self._returning.offer(restored)

    def _missing(self, reader: Reader) -> Around | None:
        """The newest gap that damage left and that the registry may fill."""
        self._mending = reader.mending()
        if self._mending:
            return None
        gaps = [hole.gap for hole in reader.holes() if hole.why == DAMAGED]
        self._refused = {gap: told for gap, told in self._refused.items() if gap in gaps}
        asked = [gap for gap in gaps if gap not in self._lacking and gap not in self._tried]
        if not asked:
            return None
        gap = asked[-1]
        before, beyond = reader.rows(max(gap.first - 2, 0), 1, 0), reader.rows(gap.last, 1, 0)
        since = before[0].epoch if before and before[0].seq == gap.first - 1 else 0
        epoch = beyond[0].epoch if beyond else reader.extent().epoch
        return Around(self._exchange.site, gap, reader.hash_at(gap.first - 1), since, epoch)

    def _asked(self, around: Around) -> Restored | None:
        gap = around.gap
        if (gap.last, gap.head) not in self._endless:
            restored = from_its_end(around, self._upto(gap))
            if restored is not None:
                return restored
            self._endless.add((gap.last, gap.head))
        return from_its_beginning(around, self._exchange.log_after(gap.first - 1, ROWS))

    def _upto(self, gap: Gap) -> list[Row | Gap]:
        """The last part of what a gap is in the place of, in as many answers as it takes."""
        at, found = max(gap.last - ROWS, gap.first - 1), list[Row | Gap]()
        while at < gap.last:
            part = self._exchange.log_after(at, min(ROWS, gap.last - at))
            ends = [one.seq if isinstance(one, Row) else one.last for one in part]
            if not ends or ends[-1] <= at:
                raise BadAnswer(f"the registry has acknowledged event {at + 1} of this log, and does not give it back")
            at = ends[-1]
            found += part
        return found
