"""When a site is open, and when it is closed."""

from sqlalchemy import Table, delete

from access.records import Closure, Opening
from registry import store
from registry import tables as t
from registry.edit import Edit
from registry.problems import Kind, Problem

DAY_MINUTES = 24 * 60
_TABLES: dict[str, Table] = {"closure": t.closure, "opening": t.opening}


def add_closure(edit: Edit, site: str, closure: Closure) -> None:
    """Close a whole known site for a span. Raises Problem."""
    if closure.end_ms <= closure.start_ms:
        raise Problem(Kind.INVALID, "a closure ends after it starts; correct its times.")
    span = {"start_ms": closure.start_ms, "end_ms": closure.end_ms}
    store.add(edit.connection, t.closure, {"site": site, "id": closure.id, **span, "why": closure.why}, "closure")
    edit.publish(site, closure)


def add_opening(edit: Edit, site: str, opening: Opening) -> None:
    """Open a known site each week from one local minute of a day to another. Raises Problem."""
    in_day = 0 <= opening.from_minute < opening.to_minute <= DAY_MINUTES
    if not in_day or opening.weekday not in range(7):
        raise Problem(Kind.INVALID, "opening hours are of a weekday 0 (Monday) to 6, from a minute to a later one.")
    hours = {"weekday": opening.weekday, "from_minute": opening.from_minute, "to_minute": opening.to_minute}
    store.add(edit.connection, t.opening, {"site": site, "id": opening.id, **hours}, "opening")
    edit.publish(site, opening)


def drop(edit: Edit, site: str, kind: str, ident: str) -> None:
    """Take a ``closure`` or an ``opening`` back. Raises Problem."""
    table = _TABLES[kind]
    gone = delete(table).where(table.c.site == site, table.c.id == ident)
    if edit.connection.execute(gone).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, f"there is no such {kind}; list the site's to see which there are.")
    edit.withdraw(site, kind, ident)
