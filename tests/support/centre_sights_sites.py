"""The pages of sites that tests look at; Matera has two branches of its log, a ``{conflict}`` and a ``{gateway}``."""

from itertools import count

from playwright.sync_api import Page
from sqlalchemy import update

from access.clock import DAY_MS
from registry.tables.bookings import booking
from tests.support.centres import HOUR_MS, NINE_MS, Centre
from tests.support.page_rules import Sight, send_at_once

_NUMBERS = count(1)
_SITE, _EDIT = "/sites/{site}", "/sites/{site}/edit"
_BRANCH, _CONFLICT = "/sites/{site}/branches/{epoch}", "/sites/{site}/conflicts/{conflict}"
_DROP, _REKEY = "/sites/{site}/gateways/{gateway}/drop", "/sites/{site}/rekey"


def forgotten(running: Centre, person: str) -> str:
    """A booking of the week before, whose desk is forgotten."""
    span = {"start_ms": NINE_MS - 7 * DAY_MS, "end_ms": NINE_MS - 7 * DAY_MS + HOUR_MS}
    ident: str = running.made("/sites/matera/bookings", {"resource": "d2", "person": person, **span})["id"]
    with running.database.write() as connection:
        connection.execute(update(booking).where(booking.c.id == ident).values(resource=None))
    return ident


def make_site(page: Page) -> None:
    """Make a site that there is not yet."""
    number = next(_NUMBERS)
    page.fill("#id", f"nuova-{number}")
    page.fill("#name", f"Nuova {number}")
    send_at_once(page)


def rekey_site(page: Page) -> None:
    """Say why a site is to have another key."""
    page.fill("#reason", "Rubato nella notte")
    send_at_once(page)


def _at(route: str, **first: object) -> Sight:
    path = route.replace("{site}", "matera").replace("{epoch}", "2")
    return Sight(path, route, **first)  # type: ignore[arg-type]


SITES: tuple[tuple[str, Sight], ...] = (
    ("guida", Sight("/sites")),
    ("guida", Sight("/sites?still")),
    ("socia", Sight("/sites", status=403)),
    ("guida", _at(_SITE)),
    ("guida", _at(_BRANCH)),
    ("guida", _at(_BRANCH, status=422, first=send_at_once)),
    ("guida", _at(_CONFLICT)),
    ("guida", _at(_CONFLICT, status=422, first=send_at_once)),
    ("guida", _at(_DROP)),
    ("guida", _at(_DROP, status=422, first=send_at_once)),
    ("guida", _at(_REKEY)),
    ("guida", _at(_REKEY, status=422, first=send_at_once)),
    ("guida", Sight("/sites/cinisello/rekey", _REKEY, first=rekey_site, once=True)),
    ("guida", _at(_EDIT)),
    ("guida", Sight("/sites-new")),
    ("guida", Sight("/sites-new", status=422, first=send_at_once)),
    ("guida", Sight("/sites-new", first=make_site, once=True)),
)
SITES_NO_PAGES = ("/sites-events", "/sites/{site}/events")
"""Streams."""
