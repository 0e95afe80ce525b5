"""The links to the registry together: the log's upwards, the replica's downwards, and the lane of revocations.

Each has its own connection, so that none waits for another.
"""

from collections.abc import Callable, Sequence

from access.events import Event
from access.forgotten import Forgotten
from access.replica import Replica
from gateway.clock import Clock
from gateway.link.calls import CallLink
from gateway.link.client import Address, RegistryClient
from gateway.link.confirmations import Confirmations
from gateway.link.exchange import Exchange
from gateway.link.lane import IMPATIENT, LaneLink
from gateway.link.refetch import Refetch
from gateway.link.replica import ReplicaLink
from gateway.link.replica_exchange import ReplicaExchange
from gateway.link.standing import RegistryStanding
from gateway.link.status import LinkStatus, LinkTold, Told
from gateway.link.store import LinkStore
from gateway.link.uplink import Link
from gateway.log.forgetting import Forgetting
from gateway.log.returning import Returning
from gateway.log.store import Store
from gateway.watched import Watched


class RegistryLinks:
    """The links and the file that they share. ``start`` them once, and ``stop`` them."""

    def __init__(
        self,
        up: Link,
        down: ReplicaLink,
        lane: LaneLink,
        confirmed: Confirmations,
        store: LinkStore,
        returning: Returning,
        calls: CallLink,
    ) -> None:
        """``returning`` and ``calls`` are for the loop, too: one writes what the registry gives back of the log, the
        other tells of calls on readers.
        """
        self.up, self.down, self.lane, self._confirmed, self._store = up, down, lane, confirmed, store
        self.returning, self.calls = returning, calls

    def start(self) -> None:
        """Begin."""
        for link in (self.lane, self.down, self.up, self.calls):
            link.start()

    def stop(self) -> None:
        """End all, and let go of the file."""
        for link in (self.calls, self.up, self.lane, self.down):
            link.stop()
        self._store.close()

    @property
    def logged(self) -> Callable[[int], None]:
        """What is told up to where rows are on disk."""
        return self.up.logged

    def acked(self) -> int:
        """Up to where the registry has the log; from any thread."""
        return self.up.status.acked

    def tended(self, store: Store) -> tuple[Watched, ...]:
        """What of them the loop tends: of the log in ``store`` goes what names those whom the registry has erased."""
        return self.returning, self.calls, Forgetting(store, self.forgotten, self.acked)

    def forgotten(self) -> Sequence[Forgotten]:
        """Those whom the registry has erased; from any thread."""
        return self.up.forgotten

    @property
    def status(self) -> LinkStatus:
        """How all stand; from any thread."""
        parts = [self.lane.status, self.up.status, self.down.status]
        troubles = tuple(trouble for part in parts for trouble in part.troubles)
        online = all(part.online for part in parts)
        return LinkStatus(online, self.up.status.acked, self._confirmed.at_ms, troubles)

    def standing(self, seq: int, mono_ms: int) -> RegistryStanding:
        """How the links stand at ``mono_ms`` for the site's pages, when the log ends at ``seq``; a site is online while
        its lane is answered (guarantee D9).
        """
        seen = self.status
        online = seen.online and self.lane.answers(mono_ms)
        _, trouble, kind = seen.troubles[0] if seen.troubles else Told("", "")
        return RegistryStanding(online, seen.confirmed_ms, max(0, seq - seen.acked), trouble, seen.confirmed, kind)


def links_of(
    up: Exchange,
    logged_seq: int,
    address: Address,
    store: LinkStore,
    replica: Replica,
    epoch: Callable[[], int],
    clock: Clock,
    chance: Callable[[], float],
    post: Callable[[Event], None],
    returning: Returning,
) -> RegistryLinks:
    """The links of a site: its log, which ends at ``logged_seq``, goes up by ``up``; ``replica`` is what ``store``
    holds, and ``epoch`` says which the log is in. ``chance`` gives numbers in [0, 1); ``post`` takes events to the
    loop, and ``returning`` the rows that the registry gives back.
    """
    told, confirmed = LinkTold(), Confirmations(store, clock, post)
    pulling = ReplicaExchange(RegistryClient(address, clock.mono_ms), store, replica, epoch)
    down = ReplicaLink(pulling, clock, chance, post, confirmed, told)
    asking = RegistryClient(address, clock.mono_ms, IMPATIENT)
    link = Link(up, store, logged_seq, clock, chance, told, post, Refetch(up, returning))
    lane = LaneLink(asking, epoch, link, down, clock, chance, post, confirmed, told)
    calls = CallLink(RegistryClient(address, clock.mono_ms), clock)
    return RegistryLinks(link, down, lane, confirmed, store, returning, calls)
