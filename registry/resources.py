"""What can be booked at a site: desks, rooms and zones."""

from dataclasses import dataclass

from sqlalchemy import delete

from registry import store
from registry import tables as t
from registry.edit import Edit
from registry.problems import Kind, Problem

KINDS = ("desk", "room", "zone")


@dataclass(frozen=True, slots=True)
class Resource:
    """A desk, room or zone, in ``zone`` (a zone lies in itself); ``capacity`` is a zone's bookings at one moment."""

    id: str
    kind: str
    name: str
    zone: str
    capacity: int | None = None


def resource_values(site: str, resource: Resource) -> dict[str, object]:
    """A resource's columns."""
    return {
        "site": site,
        "id": resource.id,
        "kind": resource.kind,
        "name": resource.name,
        "zone": resource.zone,
        "capacity": resource.capacity,
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


def change(edit: Edit, site: str, ident: str, name: str, capacity: int | None) -> None:
    """Change a known resource's name and capacity; bookings that are made stay. Raises Problem."""
    here = (t.resource.c.site == site) & (t.resource.c.id == ident)
    row = store.one(edit.connection, t.resource, here, "resource")
    _check(Resource(ident, row.kind, name, row.zone, capacity))
    store.change(edit.connection, t.resource, here, {"name": name, "capacity": capacity})


def drop(edit: Edit, site: str, ident: str) -> None:
    """Take a resource away. Raises Problem where there is none, or bookings of it are left."""
    booked = (t.booking.c.site == site) & (t.booking.c.resource == ident)
    if store.count(edit.connection, t.booking, booked):
        raise Problem(Kind.IN_USE, "there are bookings of it; cancel those first.")
    gone = delete(t.resource).where(t.resource.c.site == site, t.resource.c.id == ident)
    if edit.connection.execute(gone).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "there is no such resource; list the site's to see which there are.")
