"""What the centre's pages lead to, by what somebody is about, and to whom each is shown: a new page adds its line."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from registry.guard.areas import Area, Verb
from registry.guard.authority import NO_SITE, sites_for
from registry.web.viewer import Viewer

IN_A_ROW = 5
"""As many pages stand in a row; more are folded into their groups."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation: its path, the key of its words (``nav.KEY``, ``nav.KEY_about``), who is shown it."""

    path: str
    key: str
    shown: Callable[[Viewer], bool]

    def holds(self, path: str) -> bool:
        """Whether a page is this one or below it."""
        return path == self.path or path.startswith(f"{self.path}/")


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that somebody needs together; ``menu.KEY`` are its words."""

    key: str
    entries: tuple[Entry, ...]

    def holds(self, path: str) -> bool:
        """Whether a page is one of these or below one."""
        return any(entry.holds(path) for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Menu:
    """What one viewer is led to."""

    groups: tuple[Group, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every page, in the order in which they stand."""
        return tuple(entry for group in self.groups for entry in group.entries)

    @property
    def folded(self) -> bool:
        """Whether the pages stand in their groups."""
        return len(self.entries) > IN_A_ROW


def _somewhere(area: Area) -> Callable[[Viewer], bool]:
    """To whoever reads an area at any site."""
    return lambda viewer: sites_for(viewer.authority, area) != NO_SITE


def _staff(area: Area, verb: Verb = Verb.READ) -> Callable[[Viewer], bool]:
    """To staff who may read or write an area."""
    return lambda viewer: viewer.is_staff and viewer.may(area, verb)


def _somebody(viewer: Viewer) -> bool:
    """To whoever is known as a person."""
    return viewer.person is not None


MENU = Menu(
    (
        Group(
            "today",
            (
                Entry("/sites", "sites", _somewhere(Area.LOG)),
                Entry("/bookings", "bookings", _somewhere(Area.BOOKINGS)),
                Entry("/sessions", "sessions", _somewhere(Area.SESSIONS)),
                Entry("/service", "service", _staff(Area.SERVICE, Verb.WRITE)),
            ),
        ),
        Group(
            "people",
            (
                Entry("/people", "people", _somewhere(Area.PEOPLE)),
                Entry("/badges", "badges", _somewhere(Area.BADGES)),
                Entry("/enrol", "enrol", lambda viewer: viewer.may(Area.BADGES, Verb.WRITE)),
                Entry("/imports", "imports", _staff(Area.EXCHANGE)),
                Entry("/requests", "requests", _staff(Area.PEOPLE, Verb.WRITE)),
                Entry("/consents", "consents", _staff(Area.PROGRAMMES, Verb.WRITE)),
            ),
        ),
        Group(
            "programmes",
            (
                Entry("/programmes", "programmes", _somewhere(Area.COHORTS)),
                Entry("/registers", "registers", _staff(Area.ATTENDANCE, Verb.WRITE)),
                Entry("/hours", "hours", lambda viewer: viewer.is_staff and _somewhere(Area.ATTENDANCE)(viewer)),
                Entry("/reports", "reports", _somewhere(Area.AGGREGATES)),
            ),
        ),
        Group(
            "space",
            (
                Entry("/opening", "opening", _staff(Area.CLOSURES)),
                Entry("/closures", "closures", _staff(Area.CLOSURES)),
                Entry("/use", "use", _somewhere(Area.BOOKINGS)),
            ),
        ),
        Group(
            "guard",
            (
                Entry("/accounts", "accounts", _staff(Area.ACCOUNTS)),
                Entry("/audit", "audit", _somewhere(Area.AUDIT)),
                Entry("/holds", "holds", _somewhere(Area.RETENTION)),
            ),
        ),
        Group(
            "mine",
            (
                Entry("/me/today", "me_today", _somebody),
                Entry("/me/book", "me_book", _somebody),
                Entry("/me/bookings", "me_bookings", _somebody),
                Entry("/me/consents", "me_consents", _somebody),
                Entry("/account", "account", lambda _viewer: True),
            ),
        ),
    )
)
"""Everything, in the order in which it stands: a page's line goes into the group in which it would be looked for."""


def menu_for(viewer: Viewer) -> Menu:
    """What this viewer is led to; nothing before they have passed what is asked at signing in."""
    if not viewer.let_in:
        return Menu()
    shown = (
        replace(group, entries=tuple(entry for entry in group.entries if entry.shown(viewer))) for group in MENU.groups
    )
    return Menu(tuple(group for group in shown if group.entries))
