"""What the participant's pages have in common: they open to whoever is somebody of the registry's people."""

from collections.abc import Sequence
from enum import StrEnum

from registry.guard.areas import Role
from registry.own import bookings as own_bookings
from registry.web.asked import Asked

ME, BOOK = "/me/today", "/me/book"


class Did(StrEnum):
    """What participants do, in the words of the audit trail."""

    BOOKED = "booking-made"
    CHANGED = "booking-changed"
    CANCELLED = "booking-cancelled"
    WAITED = "waiting-joined"
    TAKEN = "offer-taken"
    LEFT = "waiting-left"
    LINKED = "calendar-link-made"
    UNLINKED = "calendar-link-withdrawn"
    ASKED = "data-request-made"


def person_of(asked: Asked) -> str:
    """As whom one looks. Raises NotYours for an account of nobody's."""
    asked.need(bool(asked.viewer.person))
    return asked.viewer.person or ""


def sites_of(asked: Asked) -> Sequence[str]:
    """The sites that admit whoever looks, in order."""
    held = asked.viewer.authority.held
    return sorted({site for one in held if one.role is Role.PARTICIPANT for site in one.sites or ()})


def settle(asked: Asked) -> None:
    """Take back what has run out where one is admitted, before anything is said of it."""
    own_bookings.settled(asked.face.shared.database, asked.viewer.authority, asked.at_ms)
