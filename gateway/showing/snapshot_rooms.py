"""What the live page shows of a site's rooms: where they are on the plan, and what they are booked for."""

from access.clock import DAY_MS
from access.plan import booked, out_of_service
from access.site import Rectangle
from access.state import SiteState
from gateway.pages.happened import name_of, place_of
from gateway.pages.shape import RoomSeen


def rooms(state: SiteState, at_ms: int) -> list[RoomSeen]:
    """The rooms in the file's order. No sensor says who is in one: it is in use while it is booked."""
    if not state.site.rooms:
        return []
    lies_in = {room.id: room.zone for room in state.site.rooms.values()}
    closed, seen = out_of_service(state.replica, at_ms, state.zone, lies_in), list[RoomSeen]()
    for room in state.site.rooms.values():
        running, coming = booked(state.replica.of_resource.get(room.id), at_ms, state.released)
        seen.append(
            {
                "id": room.id,
                "name": room.name,
                "zone": place_of(state.site, room.zone),
                "at": drawn(room.at),
                "closed": room.id in closed,
                "booked_by": "" if running is None else name_of(state.replica, running.person),
                "until_ms": None if running is None else running.end_ms,
                "next_ms": None if coming is None or coming.start_ms > at_ms + DAY_MS else coming.start_ms,
            }
        )
    return seen


def drawn(at: Rectangle | None) -> list[int] | None:
    """A part of the plan as the feed carries it."""
    return None if at is None else [at.x, at.y, at.width, at.height]
