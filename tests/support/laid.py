"""Sites with a layout at a running registry, and records that their feed holds, as questions to the judge need them."""

from collections.abc import Iterable
from typing import Any

from access.layout import layout_of
from access.records import Record
from access.site import Door, Passback, Proof, Site, WhenFull, Zone
from registry.edit import editing
from tests.support.centres import NINE_MS, Centre


def small_site(ident: str = "matera") -> Site:
    """A hall behind the front door and a lab behind the hall; a side door for makers' readers; a safe with a PIN."""
    zones = (
        Zone("hall", "Hall", 2, WhenFull.REFUSE, Passback.HARD),
        Zone("lab", "Lab", 4, WhenFull.WARN, Passback.SOFT),
        Zone("safe", "Safe"),
    )
    doors = (
        Door("front", "Front", "hall"),
        Door("inner", "Inner", "lab", "hall"),
        Door("side", "Side", "hall", proof=Proof.UNPROVED),
        Door("vault", "Vault", "safe", "hall", asks_pin=True),
        Door("attic", "Attic", "lab", "hall", first_in=True),
    )
    return Site(ident, ident, "Europe/Rome", {z.id: z for z in zones}, {d.id: d for d in doors})


def lay(both: Centre, site: Site) -> None:
    """Tell the registry a site's layout, as its gateway does."""
    answer = both.as_gateway(site.id, "PUT", "/layout", {"epoch": 9, "layout": layout_of(site)})
    assert answer.status_code == 200, answer.text


def publish(both: Centre, site: str, records: Iterable[Record]) -> None:
    """Let the site's feed hold these records."""
    with editing(both.database, NINE_MS) as edit:
        for record in records:
            edit.publish(site, record)


def decided(both: Centre, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    """The verdicts on some questions."""
    answer = both.ask("POST", "/decisions", {"requests": list(requests)})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["verdicts"]
    return found
