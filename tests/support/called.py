"""Calls on readers at a running registry, and cards shown for them, as a site's gateway tells it."""

from typing import Any

import httpx

from access.credential import keyed_hash, sealed
from registry.people import calls
from tests.support import fixed_day
from tests.support.centres import Centre

CARD, OTHER_CARD, PHONE = "04A1B2C3D4E580", "04FFFFFFFFFF80", "08112233"
LAYOUT = {
    "timezone": "Europe/Rome",
    "zones": [{"id": "hall"}],
    "doors": [{"id": "front", "name": "Main door", "zone": "hall"}],
    "readers": [{"id": "front-in", "door": "front"}, {"id": "desk-in", "door": "front"}],
}


def lay_readers(both: Centre, *sites: str) -> None:
    """Give sites a front door with two readers."""
    for site in sites:
        assert both.ask("PUT", f"/sites/{site}/layout", LAYOUT, If_Match="*").status_code == 200


def call(both: Centre, reader: str = "front-in", site: str = "matera", **wanted: str) -> dict[str, Any]:
    """Call on a reader; what must succeed."""
    return both.made("/badge-calls", {"site": site, "reader": reader, **wanted})


def card_body(both: Centre, uid: str, site: str = "matera", badge: str = "", **said: object) -> dict[str, Any]:
    """A card as the site's gateway tells it."""
    key = both.registry.keys.of(site)
    shown = {"credential": keyed_hash(key, uid).hex(), "sealed": sealed(key, uid, b"n" * 16).hex()}
    return {**shown, "badge": badge, "opens": [], **said}


def shows(both: Centre, ident: str, uid: str = CARD, site: str = "matera", badge: str = "") -> httpx.Response:
    """The card is shown for a call."""
    return both.as_gateway(site, "POST", f"/calls/{ident}/card", card_body(both, uid, site, badge))


def now(both: Centre, ident: str) -> dict[str, Any]:
    """How a call stands."""
    answer = both.ask("GET", f"/badge-calls/{ident}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def confirm(both: Centre, ident: str, **terms: object) -> httpx.Response:
    """Staff confirm the card that was read."""
    return both.ask("POST", f"/badge-calls/{ident}/confirm", terms)


def waiting(both: Centre, site: str = "matera", held: int = 2**62) -> list[tuple[str, str]]:
    """The same as ``listed`` for a gateway that decides by version ``held``: without its word of that, which is written
    a little later.
    """
    with both.database.read() as connection:
        return [(one["id"], one["reader"]) for one in calls.told(connection, site, fixed_day.wall_ms(), held)]


def listed(both: Centre, site: str = "matera", epoch: int | None = None) -> list[tuple[str, str]]:
    """The calls that the lane tells the site's gateway of, with their readers."""
    query = "" if epoch is None else f"?epoch={epoch}"
    answer = both.as_gateway(site, "GET", f"/lane{query}")
    assert answer.status_code == 200, answer.text
    return [(one["id"], one["reader"]) for one in answer.json()["calls"]]
