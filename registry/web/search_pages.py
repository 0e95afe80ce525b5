"""The search of the header: one box for people, badges, bookings, sessions, programmes and sites; and where every form
leads on to that looks for people.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from pages.sought import SEEK, led_to
from registry.web import search_rows
from registry.web.asked import Looking, Sending
from registry.web.face import NotOurForm, cookie_of
from registry.web.search_rows import FEWEST, MOST, WORDS, Look

SEARCH = "/search"


def routes() -> APIRouter:
    """The page of what was found."""
    router = APIRouter()

    @router.get(SEARCH)
    def search(asked: Looking, q: Annotated[str, Query(max_length=120)] = "") -> Response:
        """What goes by all of these words, within what the viewer may see."""
        asked.need(asked.viewer.is_staff)
        words = tuple(q.split()[:WORDS])
        short = sum(map(len, words)) < FEWEST
        with asked.reading() as connection:
            look = Look(connection, asked.t, words, asked.at_ms, asked.viewer.authority)
            groups = {} if short else search_rows.found(look)
        return asked.page("search.html", q=q, groups=groups, short=short, most=MOST)

    @router.post(SEEK)
    def seek(asked: Sending) -> Response:
        """Lead on to a list with what was typed, which the address tells nobody."""
        asked.need(asked.viewer.is_staff)
        path = led_to(cookie_of(asked.request), asked.fields)
        if path is None:
            raise NotOurForm
        return asked.see(path)

    return router
