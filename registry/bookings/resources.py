"""What can be booked at a site: desks, rooms and zones."""

from dataclasses import dataclass

from sqlalchemy import delete

from registry import store
from registry.calendars import calendars
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.tables import core as t

KINDS = ("desk", "room", "zone")


@dataclass(frozen=True, slots=True)
class Resource:
    """A desk, room or zone, in ``zone`` (a zone lies in itself); ``capacity`` is a zone's places at one moment.

    After each booking it stays blocked for ``buffer_minutes``; where it ``needs_approval``, staff confirm each booking.
    """

    id: str
    kind: str
    name: str
    zone: str
    capacity: int | None = None
    buffer_minutes: int = 0
    needs_approval: bool = False


def resource_values(site: str, resource: Resource) -> dict[str, object]:
    """A resource's columns."""
    return {
        "site": site,
        "id": resource.id,
        "kind": resource.kind,
        "name": resource.name,
        "zone": resource.zone,
        "capacity": resource.capacity,
        "buffer_minutes": resource.buffer_minutes,
        "needs_approval": resource.needs_approval,
        "revision": 1,
    }


def _check(resource: Resource) -> None:
    if resource.kind == "zone" and resource.zone != resource.id:
        raise Problem(Kind.INVALID, "a zone's own zone is itself; write the same id in both.")
    if resource.kind != "zone" and resource.capacity is not None:
        raise Problem(Kind.INVALID, "only a zone has a capacity; a desk or room takes one booking at a time.")


def add(edit: Edit, site: str, resource: Resource) -> None:
    """Make a resource of a known site bookable. Raises Problem."""
    _check(resource)
    store.add(edit.connection, t.resource, resource_values(site, resource), "resource")


def change(
    edit: Edit,
    site: str,
    ident: str,
    name: str,
    capacity: int | None,
    buffer_minutes: int = 0,
    needs_approval: bool = False,  # noqa: FBT001, FBT002 -- a column, not a switch
) -> None:
    """Change a known resource; bookings that are made stay as they are. Raises Problem."""
    here = (t.resource.c.site == site) & (t.resource.c.id == ident)
    row = store.one(edit.connection, t.resource, here, "resource")
    _check(Resource(ident, row.kind, name, row.zone, capacity))
    terms = {"buffer_minutes": buffer_minutes, "needs_approval": needs_approval}
    store.change(edit.connection, t.resource, here, {"name": name, "capacity": capacity, **terms})


def drop(edit: Edit, site: str, ident: str) -> None:
    """Take a resource away. Raises Problem where there is none, or bookings say that they are or were of it: close it
    instead.
    """
    if any(
        store.count(edit.connection, table, (table.c.site == site) & (table.c.resource == ident))
        for table in (t.booking, t.series)
    ):
        raise Problem(Kind.IN_USE, "there are or were bookings of it, which are kept; put a closure on it instead.")
    gone = delete(t.resource).where(t.resource.c.site == site, t.resource.c.id == ident)
    if edit.connection.execute(gone).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "there is no such resource; list the site's to see which there are.")
    calendars.set_week(edit, site, "", (), ident)
