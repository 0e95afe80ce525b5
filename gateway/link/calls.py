"""The thread that tells the registry of calls on readers: that one waits, and which card was shown (``access.calls``).

It has a connection of its own, so that the lane never waits for it. What cannot be told is tried again for as long as
somebody may still be waiting for it, and then forgotten: staff call again.
"""

import json
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from access.clock import SECOND_MS
from access.effects import CallHeard, CardRead, Effect
from gateway.clock import Clock
from gateway.link.client import RegistryClient
from gateway.link.status import UNEXPECTED
from gateway.link.threads import LinkThread
from gateway.link.trouble import Refusal, Trouble
from gateway.watched import Tended

if TYPE_CHECKING:
    from gateway.loop import Loop

LOG = logging.getLogger("hubout.gateway")
TRIED_FOR_MS = 60 * SECOND_MS
AGAIN_AFTER_S = 1.0
MOST = 64
Told = CallHeard | CardRead


class CallLink(LinkThread, Tended):
    """The thread, and its place in the gateway's loop, from which it hears what there is to tell. ``start`` it once,
    and ``stop`` it; it closes its connection.
    """

    def __init__(self, client: RegistryClient, clock: Clock) -> None:
        """``client`` is this link's own connection."""
        super().__init__("registry-calls", client.abort)
        self._client, self._clock = client, clock
        self._waiting: deque[tuple[int, Told]] = deque(maxlen=MOST)
        self._introduced = False

    # -- for the loop

    def note(self, effects: Sequence[Effect]) -> None:
        """A batch was committed: what it says of calls is to be told."""
        told = [effect for effect in effects if isinstance(effect, CallHeard | CardRead)]
        if told:
            self._waiting.extend((self._clock.mono_ms() + TRIED_FOR_MS, one) for one in told)
            self._wake.set()

    def tend(self, loop: "Loop", mono_ms: int) -> None:
        """Nothing is due."""

    # -- its thread

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            while self._waiting and not self._stopping and self._attempt(*self._waiting[0]):
                self._waiting.popleft()
            if not self._stopping:
                self._wake.wait(AGAIN_AFTER_S if self._waiting else None)
        self._client.close()

    def _attempt(self, until_ms: int, told: Told) -> bool:
        """Tell it; whether that is done with, because it was told or no longer can be."""
        try:
            self._tell(told)
        except Refusal as error:
            LOG.warning("the registry takes nothing more for the call %s: %s", told.call, error)
        except (Trouble, *UNEXPECTED) as error:
            self._introduced = False
            if self._clock.mono_ms() < until_ms:
                return False
            LOG.warning(
                "the card of the call %s could not be told in time, so staff must call again: %s", told.call, error
            )
        return True

    def _tell(self, told: Told) -> None:
        if not self._introduced:
            self._client.introduce()
            self._introduced = True
        if isinstance(told, CallHeard):
            self._client.call_heard(told.call)
        else:
            self._client.card_read(told.call, body_of(told))


def body_of(read: CardRead) -> bytes:
    """A card as it is told to the registry: the UID sealed, so that no proxy and no log holds it."""
    shown = {"credential": read.credential.hex(), "sealed": read.sealed.hex(), "badge": read.badge}
    return json.dumps({**shown, "opens": [asdict(one) for one in read.opens]}).encode()
