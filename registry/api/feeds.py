"""Calendar feeds: made and revoked by staff, read by any calendar program that has the address.

The address holds a token that is shown once, when the feed is made; the gate finds it, paces it, and keeps it out of
logs (guarantees P3, P8).
"""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import select

from registry import identity
from registry.api.answers import Answer
from registry.api.desk import Desk, created, done, reads, with_secrets, writes
from registry.api.paging import Cursor, Limit, paged
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.ical import feed_tokens
from registry.ical import feeds as feeds_ical
from registry.ical.feed_tokens import FeedOf, Subscriber, Target
from registry.names import Id
from registry.people.known_at import known_at
from registry.settings import Shared
from registry.shapes.shown import PageOf
from registry.tables.feeds import feed_token

router = APIRouter(tags=["feeds"])
API = "/api/v1"
_HEADERS = {"Cache-Control": "private, max-age=300", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class FeedShown(BaseModel):
    """A calendar feed in force: of a person, of a site, or of a resource of a site; and who made it."""

    id: str
    kind: FeedOf
    person: str | None
    site: str | None
    resource: str | None
    created_ms: int
    created_by: str


class MadeFeed(FeedShown):
    """A new feed; its address is shown this once, null to a repeated request."""

    path: str | None


def _feed(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the feed_token table
    names = ("id", "kind", "person", "site", "resource", "created_ms", "created_by")
    return {name: getattr(row, name) for name in names}


@router.get(f"{API}/feeds", response_model=PageOf[FeedShown])
def list_feeds(
    desk: Annotated[Desk, reads(Area.FEEDS, whose.ROWS)], cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the calendar feeds in force; never their addresses."""
    with desk.reading() as connection:
        f = feed_token.c
        here = desk.here(f.site) if desk.sites is None else desk.here(f.site) | known_at(f.person, desk.sites)
        return paged(connection, select(feed_token).where(here), [feed_token.c.id], cursor, limit, _feed)


@router.post(f"{API}/people/{{person}}/feeds", status_code=201, response_model=MadeFeed)
def add_of_person(desk: Annotated[Desk, writes(Area.FEEDS, whose.PERSON)], person: Id) -> Response:
    """Make a feed of a person's bookings and sessions; its address is shown this once."""
    return _made(desk, Target(person=person))


@router.post(f"{API}/sites/{{site}}/feeds", status_code=201, response_model=MadeFeed)
def add_of_site(desk: Annotated[Desk, writes(Area.FEEDS, whose.SITE)], site: Id) -> Response:
    """Make a feed of a site's sessions and closures; its address is shown this once."""
    return _made(desk, Target(site=site))


@router.post(f"{API}/sites/{{site}}/resources/{{resource}}/feeds", status_code=201, response_model=MadeFeed)
def add_of_resource(desk: Annotated[Desk, writes(Area.FEEDS, whose.SITE)], site: Id, resource: Id) -> Response:
    """Make a feed of when a desk, room or zone is taken, without by whom; its address is shown this once."""
    return _made(desk, Target(site=site, resource=resource))


@router.delete(f"{API}/feeds/{{feed}}", status_code=204)
def revoke(desk: Annotated[Desk, writes(Area.FEEDS, whose.FEED)], feed: Id) -> Response:
    """Revoke a feed: its address shows nothing from now on."""

    def do(edit: Edit) -> Answer:
        feed_tokens.revoke(edit, feed)
        return done()

    return desk.edit(do)


@router.get(
    f"{feed_tokens.PREFIX}{{token}}{feed_tokens.SUFFIX}",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}, 304: {"description": "It is what you have."}},
)
def read(request: Request, token: str, if_none_match: Annotated[str, Header()] = "") -> Response:
    """Give a feed's calendar; no credential but the token in its address."""
    del token  # The gate has found whose it is.
    shared: Shared = request.app.state.shared
    subscriber: Subscriber = request.state.principal
    with shared.database.read() as connection:
        feed = feeds_ical.feed(connection, subscriber, shared.settings.wall_ms())
    headers = _HEADERS | {"ETag": feed.tag}
    if feed.tag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{subscriber.target.kind}.ics"'
    return Response(feed.text(), headers=headers, media_type="text/calendar; charset=utf-8")


def _made(desk: Desk, target: Target) -> Response:
    ident, token = identity.new_id(), identity.new_token()

    def do(edit: Edit) -> Answer:
        feed_tokens.add(edit, ident, token, target, desk.operator)
        said = {"person": target.person, "site": target.site, "resource": target.resource}
        body = {"id": ident, "kind": str(target.kind), **said, "created_ms": edit.at_ms, "created_by": desk.operator}
        return with_secrets(created(body), path=f"{feed_tokens.PREFIX}{token}{feed_tokens.SUFFIX}")

    return desk.edit(do)
