"""Further branches of a site's log, as gateways come by them: one greets with a log that is not the site's."""

from access.facts import Started
from registry.database import Database
from registry.uplink.branches import confirmed
from registry.uplink.hello import Forked, Hello, greet
from registry.uplink.ingest import take
from tests.support.log_rows import rows_of

FIRST = Started("0.1.0")


def twig(database: Database, site: str, run: str, at_ms: int = 0) -> int:
    """The epoch of a new branch that has nothing in common with the site's first, for a run of a gateway.

    A site that has never spoken is given its first branch beforehand, with FIRST; ``at_ms`` counts in what is too soon.
    """
    with database.write() as connection:
        if confirmed(connection, site) is None:
            take(connection, site, 1, rows_of(FIRST, site=site), at_ms)
        found = greet(connection, Hello(site, 1, 1, b"\1" * 32, run, "0.1.0", 0, ()), at_ms)
    assert isinstance(found, Forked), found
    assert found.base_seq == 0
    return found.epoch
