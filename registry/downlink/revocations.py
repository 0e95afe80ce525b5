"""What the signed file of revocations says that is carried to a site without network (``access.revocations``)."""

from sqlalchemy import Connection

from access.revocations import MOST, Revocations
from registry.downlink.feed import head
from registry.downlink.lane import denied_latest
from registry.programmes.checks import check_site


def of_site(connection: Connection, site: str, at_ms: int) -> Revocations:
    """Who has lost something at a site, the latest of them, as its feed ends at ``at_ms``. Raises Problem."""
    check_site(connection, site)
    end = head(connection, site)
    listed = tuple((one.what, one.id, one.version) for one in denied_latest(connection, site, MOST))
    return Revocations(site, end.generation, end.version, at_ms, listed)
