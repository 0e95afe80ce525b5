"""Badges: enrolled, changed, revoked, replaced, forgotten. A UID comes in, is hashed for every site, and is gone."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, select

from registry import identity, store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, done, reads, writes
from registry.api.paging import Cursor, Limit, by_name, paged
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.people import badges, pins
from registry.shapes.common import BadgeBody, Card, NewBadge, PinBody
from registry.shapes.shown import BadgeRead, BadgeShown, PageOf, PendingShown
from registry.sites import pending, sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["badges"])


def _badge(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the badge table
    return {
        "id": row.id,
        "person": row.person,
        "valid_from_ms": row.valid_from_ms,
        "valid_until_ms": row.valid_until_ms,
        "revoked": row.revoked,
        "long_pulse": row.long_pulse,
        "emergency": row.emergency,
        "exposed_ms": row.exposed_ms,
    }


def _find(edit: Edit, badge: str) -> Any:  # noqa: ANN401 -- a row of the badge table
    return store.one(edit.connection, t.badge, t.badge.c.id == badge, "badge")


def _read(desk: Desk, connection: Connection, row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the badge table
    late = pending.sites_of(connection, "badge", row.id)
    return {**_badge(row), "pending_sites": [site for site in late if desk.sites is None or site in desk.sites]}


def _now(edit: Edit, badge: str, status: int = 200) -> Answer:
    row = _find(edit, badge)
    return Answer(status, _badge(row), row.revision)


def _hashed(desk: Desk, edit: Edit, uid: str) -> badges.Credentials:
    return badges.credentials(desk.shared.keys.of_all(sites.site_ids(edit.connection)), uid)


@router.get("/people/{person}/badges", response_model=PageOf[BadgeShown])
def list_badges(
    desk: Annotated[Desk, reads(Area.BADGES, whose.PERSON)], person: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List a person's badges, the revoked ones too."""
    b = t.badge.c
    with desk.reading() as connection:
        store.one(connection, t.person, t.person.c.id == person, "person")
        return paged(connection, select(t.badge).where(b.person == person), [b.id], cursor, limit, _badge)


@router.post("/people/{person}/badges", status_code=201, response_model=BadgeShown)
def enrol(desk: Annotated[Desk, writes(Area.BADGES, whose.PERSON)], person: Id, body: NewBadge) -> Response:
    """Enrol a card for a person, for every site there is now."""
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        store.one(edit.connection, t.person, t.person.c.id == person, "person")
        terms = badges.Terms(**body.model_dump(exclude={"uid"}))
        badges.enrol(edit, ident, person, _hashed(desk, edit, body.uid), terms)
        row = _find(edit, ident)
        return created(_badge(row), row.revision)

    return desk.edit(do)


@router.get("/badges/{badge}", response_model=BadgeRead)
def read_badge(desk: Annotated[Desk, reads(Area.BADGES, whose.BADGE)], badge: Id) -> Response:
    """Give one badge, and the sites that have yet to hear of what was taken from it; never what its card shows."""
    with desk.reading() as connection:
        row = store.one(connection, t.badge, t.badge.c.id == badge, "badge")
        shown = _read(desk, connection, row)
    return desk.show(shown, row.revision)


@router.put("/badges/{badge}", response_model=BadgeShown)
def change_badge(desk: Annotated[Desk, writes(Area.BADGES, whose.BADGE)], badge: Id, body: BadgeBody) -> Response:
    """Change a badge's terms."""

    def do(edit: Edit) -> Answer:
        desk.check_match(_find(edit, badge).revision)
        badges.change(edit, badge, badges.Terms(**body.model_dump()))
        return _now(edit, badge)

    return desk.edit(do)


@router.put("/badges/{badge}/pin", response_model=BadgeShown)
def set_pin(desk: Annotated[Desk, writes(Area.BADGES, whose.BADGE)], badge: Id, body: PinBody) -> Response:
    """Give a badge a PIN, for doors that ask for one; it is never shown again."""

    def do(edit: Edit) -> Answer:
        desk.check_match(_find(edit, badge).revision)
        pins.set_pin(edit, desk.shared.keys.of_all(sites.site_ids(edit.connection)), badge, body.pin)
        return _now(edit, badge)

    return desk.edit(do)


@router.delete("/badges/{badge}/pin", response_model=BadgeShown)
def drop_pin(desk: Annotated[Desk, writes(Area.BADGES, whose.BADGE)], badge: Id) -> Response:
    """Take a badge's PIN away."""

    def do(edit: Edit) -> Answer:
        desk.check_match(_find(edit, badge).revision)
        pins.drop_pin(edit, badge)
        return _now(edit, badge)

    return desk.edit(do)


@router.get("/revocations/pending", response_model=PageOf[PendingShown])
def list_pending(
    desk: Annotated[Desk, reads(Area.BADGES, whose.ROWS)], cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List what was taken from badges and people, and a site's gateway does not decide by yet."""
    with desk.reading() as connection:
        return paged(connection, pending.found().where(desk.here(pending.KEY[0])), pending.KEY, cursor, limit, by_name)


@router.post("/badges/{badge}/revoke", response_model=BadgeShown)
def revoke(desk: Annotated[Desk, writes(Area.BADGES, whose.BADGE)], badge: Id) -> Response:
    """Take a badge out of force for good; again changes nothing."""

    def do(edit: Edit) -> Answer:
        badges.revoke(edit, badge)
        return _now(edit, badge)

    return desk.edit(do)


@router.post("/badges/{badge}/replace", status_code=201, response_model=BadgeShown)
def replace(desk: Annotated[Desk, writes(Area.BADGES, whose.BADGE)], badge: Id, body: Card) -> Response:
    """Revoke a badge and enrol another card for its person on the same terms."""
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        badges.replace(edit, badge, ident, _hashed(desk, edit, body.uid))
        return _now(edit, ident, 201)

    return desk.edit(do)


@router.post("/badges/{badge}/sites", response_model=BadgeShown)
def complete(desk: Annotated[Desk, writes(Area.BADGES, whose.BADGE)], badge: Id, body: Card) -> Response:
    """Make a badge known at sites added since it was enrolled, by tapping its card again."""

    def do(edit: Edit) -> Answer:
        badges.complete(edit, badge, _hashed(desk, edit, body.uid))
        return _now(edit, badge)

    return desk.edit(do)


@router.delete("/badges/{badge}", status_code=204)
def drop(desk: Annotated[Desk, writes(Area.BADGES, whose.BADGE)], badge: Id) -> Response:
    """Forget a badge; its card can then be enrolled for somebody else."""

    def do(edit: Edit) -> Answer:
        badges.drop(edit, badge)
        return done()

    return desk.edit(do)
