"""The two links to the registry together: the log's upwards, the replica's downwards, each with its own connection."""

from collections.abc import Callable

from gateway.link import Link
from gateway.link_status import LinkStatus
from gateway.link_store import LinkStore
from gateway.replica_link import ReplicaLink
from gateway.standing import RegistryStanding


class RegistryLinks:
    """Both links and the file that they share. ``start`` them once, and ``stop`` them."""

    def __init__(self, up: Link, down: ReplicaLink, store: LinkStore) -> None:
        self.up, self.down, self._store = up, down, store

    def start(self) -> None:
        """Begin."""
        self.down.start()
        self.up.start()

    def stop(self) -> None:
        """End both, and let go of the file."""
        for link in (self.up, self.down):
            link.stop()
        self._store.close()

    @property
    def logged(self) -> Callable[[int], None]:
        """What is told up to where rows are on disk."""
        return self.up.logged

    @property
    def status(self) -> LinkStatus:
        """How both stand; from any thread."""
        up, down = self.up.status, self.down.status
        return LinkStatus(up.online and down.online, up.acked, down.confirmed_ms, up.troubles + down.troubles)

    def standing(self, seq: int, mono_ms: int) -> RegistryStanding:
        """How the links stand for the site's pages, when the log ends at ``seq``."""
        del mono_ms
        seen = self.status
        trouble = seen.troubles[0][1] if seen.troubles else ""
        return RegistryStanding(seen.online, seen.confirmed_ms, max(0, seq - seen.acked), trouble, seen.confirmed)
