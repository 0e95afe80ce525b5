"""The home page, which leads each viewer to what is theirs, and first to what waits for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Response

from registry.attendance.early import Told
from registry.guard.areas import Area, Verb
from registry.guard.authority import at, sites_for
from registry.sites.freshness import Fresh
from registry.web.asked import Asked, Looking
from registry.web.evidence.hours import HOURS
from registry.web.reaching import is_open
from registry.web.sites import rows as sites_rows
from registry.web.sites.rows import SITES, Glance
from registry.web.times import moment


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that somebody should look at, how pressing it is, and where."""

    tone: str
    sentence: str
    path: str


def routes() -> APIRouter:
    """The home page."""
    router = APIRouter()

    @router.get("/")
    def home(asked: Looking) -> Response:
        """What this viewer may look at and do."""
        return asked.page("home.html", hints=_hints(asked))

    return router


def _hints(asked: Asked) -> list[Hint]:
    """What of the viewer's sites and people waits for a word, or is not as it should be."""
    return [*_of_sites(asked), *_of_people(asked)]


def _of_sites(asked: Asked) -> list[Hint]:
    reach = sites_rows.reach_of(asked.viewer)
    if sites_rows.nothing_shown(reach):
        return []
    with asked.reading() as connection:
        glances = sites_rows.glances(connection, reach, asked.at_ms)
    return [Hint(tone, said, f"{SITES}/{site.id}") for site in glances for tone, said in _of_site(asked, site)]


def _of_people(asked: Asked) -> list[Hint]:
    """How many can no longer reach the threshold of a programme; who they are stands at the page of hours."""
    if not is_open(asked.viewer, Area.ATTENDANCE, Verb.WRITE):
        return []
    sites = sites_for(asked.viewer.authority, Area.ATTENDANCE, Verb.WRITE)
    return [
        Hint("warning", _unreachable(asked, told), f"{HOURS}?programme={told.programme}")
        for told in asked.face.warnings.of(sites, asked.at_ms)
    ]


def _unreachable(asked: Asked, told: Told) -> str:
    said = asked.t.number("home.unreachable", told.count, programme=told.name)
    return f"{said} {asked.t.number('home.corrected', told.corrected)}" if told.corrected else said


def _of_site(asked: Asked, site: Glance) -> Iterator[tuple[str, str]]:
    """How pressing, and what."""
    words, name, here = asked.t, site.name, at(site.id)
    if site.awaited and asked.viewer.may(Area.LOG, Verb.WRITE, here):
        yield "danger", words("home.awaited", site=name)
    if site.speaks:
        yield "warning", words("home.speaks", site=name)
    if site.heard.seen_ms is not None and site.fresh(asked.at_ms) is Fresh.SILENT:
        since = moment(words, site.heard.seen_ms, asked.at_ms, site.timezone)
        yield "danger", words("home.silent", site=name, at=since)
    if site.pending:
        yield "warning", words.number("home.pending", site.pending, site=name)
    if site.conflicts and asked.viewer.may(Area.PRESENCE, Verb.WRITE, here):
        yield "warning", words.number("home.conflicts", site.conflicts, site=name)
