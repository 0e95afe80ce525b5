"""What whoever looks may see and do at pages for staff: one's own is shown on pages of one's own."""

from sqlalchemy import Connection

from registry.guard import asked as decided
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.authority import NO_SITE, Sites, at, sites_for
from registry.web.asked import Asked
from registry.web.viewer import Viewer


def is_open(viewer: Viewer, area: Area, verb: Verb = Verb.READ) -> bool:
    """Whether a viewer may read or write anything of an area that is not their own."""
    return sites_for(viewer.authority, area, verb) != NO_SITE


def sites_where(asked: Asked, area: Area, verb: Verb = Verb.READ) -> Sites:
    """The sites whose objects of an area are shown or may be written (None: all). Raises NotYours where none are."""
    asked.need(is_open(asked.viewer, area, verb))
    return sites_for(asked.viewer.authority, area, verb)


def check_site(asked: Asked, site: str, area: Area, verb: Verb = Verb.READ) -> None:
    """What is of a site may be read or written. Raises NotYours or Problem."""
    asked.need(is_open(asked.viewer, area, verb))
    decided.check(asked.viewer.authority, area, verb, at(site), "site")


def check_person(asked: Asked, connection: Connection, person: str, area: Area, verb: Verb = Verb.READ) -> None:
    """What is a person's may be read or written. Raises NotYours or Problem."""
    asked.need(is_open(asked.viewer, area, verb))
    decided.check(asked.viewer.authority, area, verb, whose.person(connection, person), "person")


def may_write(asked: Asked, connection: Connection, person: str, area: Area) -> bool:
    """Whether what is a person's may be written."""
    return is_open(asked.viewer, area, Verb.WRITE) and asked.viewer.may(
        area, Verb.WRITE, whose.person(connection, person)
    )
