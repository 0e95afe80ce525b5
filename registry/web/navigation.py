"""What the centre's pages lead to, and to whom each is shown: a new page adds its line."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.areas import Area, Verb
from registry.authority import NO_SITE, sites_for
from registry.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation: its path, the key of its words (``nav.KEY``, ``nav.KEY_about``), who is shown it."""

    path: str
    key: str
    shown: Callable[[Viewer], bool]


ENTRIES: tuple[Entry, ...] = (
    Entry("/me/today", "me_today", lambda viewer: viewer.person is not None),
    Entry("/me/book", "me_book", lambda viewer: viewer.person is not None),
    Entry("/me/bookings", "me_bookings", lambda viewer: viewer.person is not None),
    Entry("/enrol", "enrol", lambda viewer: viewer.may(Area.BADGES, Verb.WRITE)),
    Entry("/people", "people", lambda viewer: sites_for(viewer.authority, Area.PEOPLE) != NO_SITE),
    Entry("/badges", "badges", lambda viewer: sites_for(viewer.authority, Area.BADGES) != NO_SITE),
    Entry("/closures", "closures", lambda viewer: viewer.is_staff and viewer.may(Area.CLOSURES)),
    Entry("/imports", "imports", lambda viewer: viewer.is_staff and viewer.may(Area.EXCHANGE)),
    Entry("/accounts", "accounts", lambda viewer: viewer.is_staff and viewer.may(Area.ACCOUNTS)),
    Entry("/account", "account", lambda _viewer: True),
)
"""In the order in which they stand; ``lambda viewer: viewer.may(Area.PEOPLE)`` shows a page to whom it concerns."""


def entries_for(viewer: Viewer) -> tuple[Entry, ...]:
    """What this viewer is led to; nothing before they have passed what is asked at signing in."""
    if not viewer.passed or viewer.must_change or viewer.second_missing:
        return ()
    return tuple(entry for entry in ENTRIES if entry.shown(viewer))
