"""What the gateway shows to others: snapshots to the site's pages, and, where the site wants it, live topics."""

from collections.abc import Callable, Sequence

from access import events
from access.effects import Effect
from gateway.clock import Clock
from gateway.loop import Loop
from gateway.pages.happened import Recent
from gateway.showing import live
from gateway.showing.feed import Feed
from gateway.showing.snapshot import Links, RegistryStanding, snapshot

SHOWN_EVERY_MS = 250
PUBLISHED_EVERY_MS = 1_000
FRESH_EVERY_MS = 2_000


class Showing:
    """Makes at most four snapshots a second, only when something changed or freshness must be told anew."""

    def __init__(
        self,
        feed: Feed,
        recent: Recent,
        clock: Clock,
        standing: Callable[[int, int], RegistryStanding | None],
        publisher: "live.Publisher | None",
    ) -> None:
        """``standing`` tells how the registry's link stands, given the last number logged and this moment."""
        self._feed, self._recent, self._clock = feed, recent, clock
        self._standing, self._publisher = standing, publisher
        self._due_ms, self._publish_due_ms, self._fresh_due_ms, self._changed = 0, 0, 0, True

    def filenos(self) -> Sequence[int]:
        """The feed's one descriptor."""
        return (self._feed.fileno(),)

    def ready(self) -> list[events.Event]:
        """What staff ask for."""
        return list(self._feed.take())

    def note(self, effects: Sequence[Effect]) -> None:
        """A batch was committed."""
        if effects:
            self._changed = True
            self._recent.take(effects, self._clock.now().wall_ms)

    def tend(self, loop: Loop, mono_ms: int) -> None:
        """Show what is due."""
        if mono_ms < self._due_ms or not (self._changed or mono_ms >= self._fresh_due_ms):
            return
        publishing = self._publisher is not None and mono_ms >= self._publish_due_ms
        self._due_ms, self._fresh_due_ms = mono_ms + SHOWN_EVERY_MS, mono_ms + FRESH_EVERY_MS
        if not (self._feed.read or publishing):
            return
        self._changed = False
        now = self._clock.now()
        standing = self._standing(loop.writer.chain.seq, now.mono_ms)
        links = Links(loop.native.subscribed, standing, not loop.store_trouble, self._clock.speed, loop.room)
        seen = snapshot(loop.writer.state, self._recent, links, now)
        self._feed.publish(seen)
        if self._publisher is not None and publishing:
            self._publish_due_ms = mono_ms + PUBLISHED_EVERY_MS
            self._publisher.show(loop.native, seen)

    def close(self) -> None:
        """Hang up on the pages."""
        self._feed.close()
