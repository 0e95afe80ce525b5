"""What a change would refuse at the sites that somebody may see: made, read and undone, for the API and for pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from access.replica import Replica
from access.site import Site
from registry.guard.authority import Sites
from registry.judging import previews, rehearsed
from registry.judging.previews import Lost
from registry.judging.rehearsed import Doing
from registry.settings import Shared
from registry.sites import layouts, sites


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would be lost, by site, person and start; ``unjudged`` are sites that a change touches and that have told no
    layout, so that nobody can say what their doors would do.
    """

    lost: Sequence[Lost]
    unjudged: Sequence[str]


def foresee(shared: Shared, do: Doing, shown: Sites, now_ms: int, until_ms: int) -> Foreseen:
    """What an edit would refuse of all that begins before ``until_ms``, at the sites that are ``shown`` (None: all);
    nothing of it stays. Raises Problem where it cannot be saved.
    """
    laid: dict[str, Site] = {}
    held: dict[str, Replica] = {}

    def before(connection: Connection) -> None:
        laid.update(layouts.sites_laid(connection, set(sites.site_ids(connection))))
        held.update({site: shared.replicas.at(connection, site) for site in laid})

    told = rehearsed.rehearse(shared.database, now_ms, do, before)
    seen = {site for site in told if shown is None or site in shown}
    found = [
        lost
        for site, changes in sorted(told.items())
        if site in laid and site in seen
        for lost in previews.lost_at(laid[site], held[site], changes, now_ms, until_ms)
    ]
    found.sort(key=lambda lost: (lost.site, lost.person, lost.start_ms, lost.id))
    return Foreseen(found, sorted(seen - set(laid)))
