"""The single writer: one batch in, one step of the core, one transaction, and only then its effects.

A batch whose commit fails leaves no trace: the state is the one before it, and nothing was done (guarantee D12).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from access.clock import Now
from access.codec import encode_fact
from access.cursor import Cursor
from access.effects import Append, Effect, Settle, Tally
from access.events import Event
from access.facts import EpochBegan
from access.log import SALT_BYTES, Chain, Row, link
from access.state import SiteState
from access.step import step_all
from gateway.clock import Clock
from gateway.log.shape import Hole
from gateway.log.store import Store

Entropy = Callable[[int], bytes]
"""So many random bytes."""


class Writer:
    """Owns the site's state, its chain and its store; used by one thread."""

    def __init__(self, state: SiteState, chain: Chain, store: Store, clock: Clock, entropy: Entropy) -> None:
        self.state, self.chain = state, chain
        self._store, self._clock, self._entropy = store, clock, entropy

    def take(self, batch: Iterable[Event], lost: Sequence[Hole] = ()) -> tuple[Effect, ...]:
        """Step a batch and commit it; the effects that are to be carried out now. In the same transaction go the rows
        that are ``lost``. Raises StoreBroken, and then nothing has changed.
        """
        now = self._clock.now()
        state, effects = step_all(self.state, batch, now)
        chain, rows = self._linked(effects, now)
        cursors = _last_cursors(effects)
        tally = next((effect.counts for effect in effects if isinstance(effect, Tally)), None)
        if rows or cursors or lost or tally is not None:
            self._store.commit(rows, cursors, tally, lost)
        self.state, self.chain = state, chain
        return effects

    def _linked(self, effects: tuple[Effect, ...], now: Now) -> tuple[Chain, list[Row]]:
        appends = [effect for effect in effects if isinstance(effect, Append)]
        chain, rows = self.chain, list[Row]()
        salts = self._entropy(SALT_BYTES * len(appends))
        for index, append in enumerate(appends):
            salt = salts[index * SALT_BYTES : (index + 1) * SALT_BYTES]
            if isinstance(append.fact, EpochBegan):
                chain = replace(chain, epoch=append.fact.epoch)
            chain, row = link(chain, append.seq, append.fact.KIND, encode_fact(append.fact), salt, now)
            rows.append(row)
        return chain, rows


def _last_cursors(effects: tuple[Effect, ...]) -> list[tuple[str, Cursor]]:
    last = {(e.device, e.cursor.boot): e for e in effects if isinstance(e, Settle)}
    return [(effect.device, effect.cursor) for effect in last.values()]
