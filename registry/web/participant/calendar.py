"""A participant's calendar link: made, shown once with a picture for the telephone, and withdrawn (guarantee P8)."""

from zoneinfo import ZoneInfo

import segno
from fastapi import APIRouter, Response
from sqlalchemy import select

from access.hours import local
from registry import identity
from registry.ical import feed_tokens
from registry.ical.feed_tokens import PREFIX, SUFFIX, Target
from registry.names import Id
from registry.people.enrolments import HOME_ZONE
from registry.problems import Kind, Problem
from registry.tables.feeds import feed_token
from registry.web.asked import Asked, Looking, Sending
from registry.web.participant.own import Did, person_of

CALENDAR = "/me/calendar"
MOST_LINKS = 5
"""So many links of a person are in force at once, at most."""


def routes() -> APIRouter:
    """One's own links."""
    router = APIRouter()

    @router.get(CALENDAR)
    def links(asked: Looking) -> Response:
        """Those in force; what each leads to was shown once."""
        return _page(asked)

    @router.post(CALENDAR)
    def make(asked: Sending) -> Response:
        """Make one, and show it this once."""
        return _made(asked)

    @router.post(f"{CALENDAR}/{{feed}}/withdraw")
    def withdraw(asked: Sending, feed: Id) -> Response:
        """Let one show nothing from now on."""
        person = person_of(asked)
        f = feed_token.c
        with asked.editing() as edit:
            own = select(f.id).where(f.id == feed, f.person == person)
            if edit.connection.execute(own).one_or_none() is None:
                raise Problem(Kind.NOT_FOUND, "there is no such calendar link of yours.")
            feed_tokens.revoke(edit, feed)
            asked.note(edit.connection, Did.UNLINKED, feed, person=person)
        return asked.see(CALENDAR, "success", asked.t("me.calendar.withdrawn"))

    return router


def _made(asked: Asked) -> Response:
    person = person_of(asked)
    f = feed_token.c
    ident, token = identity.new_id(), identity.new_token()
    with asked.editing() as edit:
        held = edit.connection.execute(select(f.id).where(f.person == person)).all()
        if len(held) < MOST_LINKS:
            feed_tokens.add(edit, ident, token, Target(person=person), asked.viewer.account)
            asked.note(edit.connection, Did.LINKED, ident, person=person)
    if len(held) >= MOST_LINKS:
        return asked.see(CALENDAR, "warning", asked.t("me.calendar.enough", most=MOST_LINKS))
    return _page(asked, f"{str(asked.request.base_url).rstrip('/')}{PREFIX}{token}{SUFFIX}")


def _page(asked: Asked, link: str = "") -> Response:
    person = person_of(asked)
    f = feed_token.c
    with asked.reading() as connection:
        mine = select(f.id, f.created_ms).where(f.person == person).order_by(f.created_ms.desc(), f.id)
        rows = connection.execute(mine).all()
    picture = segno.make(link).svg_data_uri(scale=5) if link else ""
    found = [(row.id, asked.t.date(local(row.created_ms, ZoneInfo(HOME_ZONE)).date())) for row in rows]
    return asked.page("me_calendar.html", links=found, link=link, picture=picture)
