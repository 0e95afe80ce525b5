"""What a change would refuse, as pages tell it before it is saved: how much, and whom, the first of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from access.clock import DAY_MS
from registry.guard.areas import Area
from registry.judging import previews
from registry.judging.foreseen import foresee
from registry.judging.previews import Lost
from registry.judging.rehearsed import Doing
from registry.sites import live
from registry.web.asked import Asked
from registry.web.reaching import sites_where
from registry.web.sites import closures_rows

AHEAD_DAYS, SHOWN = 366, 50


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is refused: counts, each with whose it is and its site's time zone; ``unjudged`` are the sites that have not
    told their doors, so that nobody can say, and where ``within`` bookings lie in the span of the change; ``sites`` are
    the names of all.
    """

    counts: dict[str, int]
    lost: Sequence[tuple[Lost, str, str]]
    more: bool
    unjudged: Sequence[str]
    sites: Mapping[str, str]
    within: int = 0


def look_ahead(asked: Asked, doing: Doing, within: int = 0, *, site: str = "") -> Ahead:
    """What an edit would refuse within a year, at the sites whose decisions the viewer may see; at one ``site`` where
    what they may edit is of that one alone. Raises Problem where it cannot be saved.
    """
    shown = frozenset({site}) if site else sites_where(asked, Area.DECISIONS)
    seen = foresee(asked.face.shared, doing, shown, asked.at_ms, asked.at_ms + AHEAD_DAYS * DAY_MS)
    first = seen.lost[:SHOWN]
    with asked.reading() as connection:
        names = live.names_of(connection, sorted({lost.person for lost in first}))
        sites = {row.id: row for row in closures_rows.sites_of(connection, shown)}
    told = [(lost, names.get(lost.person, ""), sites[lost.site].timezone) for lost in first]
    called = {site: row.name for site, row in sites.items()}
    unjudged = [called[site] for site in seen.unjudged]
    return Ahead(dict(previews.counted(seen.lost)), told, len(seen.lost) > SHOWN, unjudged, called, within)
