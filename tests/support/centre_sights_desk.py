"""The pages of the Digital Angels' desk that tests look at; ``{angel}`` gave hours (``{given}``) and helped
(``{visit}``), and of both something was corrected.
"""

from access.clock import HOUR_MS
from access.service import Entry, Ledger
from registry.attendance import desk_visits, service_hours
from registry.attendance.desk_visits import Visit
from registry.edit import editing
from registry.tables import core as t
from tests.support.centres import NINE_MS, Centre
from tests.support.page_rules import Sight, send_at_once

_MONTH = "month=2026-11"
_ONE, _HOURS, _VISIT = "/service/{person}", "/service/{person}/hours/{entry}", "/service/{person}/visits/{visit}"
_THEIRS = "/service/{angel}"


def angel_at(running: Centre, name: str, *sites: str) -> str:
    """A Digital Angel of some sites."""
    person: str = running.made("/people", {"name": name})["id"]
    for site in sites:
        running.made(f"/people/{person}/roles", {"role": "angel", "site": site, "from_ms": 0})
    return person


def desked(running: Centre) -> dict[str, str]:
    """What stands for each in a path."""
    angel = angel_at(running, "Angela Neri", "matera", "cinisello")
    running.ask("PUT", f"/people/{angel}/service-target", {"minutes": 6_000})
    with editing(running.database, NINE_MS) as edit:
        for n, (ident, ledger) in enumerate((("given", Ledger.TEAM), ("wrong", Ledger.CITIZEN))):
            start_ms = NINE_MS + n * HOUR_MS
            entry = Entry(ident, angel, ledger, start_ms, start_ms + HOUR_MS, "Aula")
            service_hours.add(edit, entry, "guida", "matera")
            visit = Visit(f"visit-{ident}", "matera", angel, "identity", 20, start_ms)
            desk_visits.add(edit, visit, "guida")
        row = edit.connection.execute(t.service_entry.select().where(t.service_entry.c.id == "wrong")).one()
        service_hours.void(edit, row, "Scritta due volte", "guida")
        desk_visits.void(edit, desk_visits.one(edit.connection, "visit-wrong"), "Scritta due volte", "guida")
    return {"{angel}": angel, "{given}": "given", "{visit}": "visit-given"}


DESK: tuple[tuple[str, Sight], ...] = (
    ("guida", Sight(f"/service?site=matera&{_MONTH}")),
    ("guida", Sight("/service?site=matera&month=2020-01")),
    ("socia", Sight("/service", status=403)),
    ("guida", Sight(f"{_THEIRS}?{_MONTH}", _ONE)),
    ("guida", Sight(f"{_THEIRS}?{_MONTH}", status=422, first=send_at_once)),
    ("guida", Sight(f"{_THEIRS}/target", f"{_ONE}/target")),
    ("guida", Sight(f"{_THEIRS}/hours/{{given}}", _HOURS)),
    ("guida", Sight(f"{_THEIRS}/hours/{{given}}", status=422, first=send_at_once)),
    ("guida", Sight(f"{_THEIRS}/visits/{{visit}}", _VISIT)),
)
DESK_NO_PAGES = ("/service/{person}/file/{form}", "/service-sheets/{site}/file/{form}")
"""Files."""
