"""What would follow if a branch were the site's, and that it does."""

import pytest

from access.facts import Entered, Left, Started
from registry.uplink.confirming import Follows, foreseen
from tests.support.centres import Centre
from tests.support.gateway_log import GatewayLog


def came(who: str) -> Entered:
    return Entered(who, "front", "hall", "1-1")


def went(who: str) -> Left:
    return Left("front", "hall", "", who)


def follows(both: Centre, epoch: int) -> Follows:
    with both.database.read() as connection:
        return foreseen(connection, "matera", epoch)


def stays(both: Centre) -> set[str]:
    return {item["person"] for item in both.ask("GET", "/sites/matera/stays").json()["items"]}


def present(both: Centre) -> int:
    total: int = both.ask("GET", "/sites/matera/occupancy").json()["total"]
    return total


@pytest.fixture
def cloned(both: Centre) -> Centre:
    """Matera's log, and a copy that parts from it after Anna's stay: Bruno came and went in one, two in the other."""
    log = GatewayLog(both.database)
    log.write(Started("0.1.0"), came("anna"), went("anna"))
    base = len(log.rows)
    log.write(came("bruno"), went("bruno"))
    log.link_up()
    copy = log.copied("r2", base)
    for who in ("carla", "dario"):
        copy.write(came(who), went(who))
    copy.write(came("elena"))
    copy.link_up()
    return both


def test_what_is_foreseen_is_what_follows_and_nothing_is_done_before(cloned: Centre) -> None:
    told = follows(cloned, 2)
    assert (told.present, told.present_then, told.lost, told.gained) == (0, 1, 1, 2)
    assert told.rows == 7  # The seven of the copy, its beginning of an epoch among them.
    assert (stays(cloned), present(cloned)) == ({"anna", "bruno"}, 0)
    cloned.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": 2, "note": "x"})
    assert (stays(cloned), present(cloned)) == ({"anna", "carla", "dario"}, 1)


def test_back_again_is_the_same_the_other_way_round(cloned: Centre) -> None:
    cloned.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": 2, "note": "x"})
    assert follows(cloned, 1) == Follows(present=1, present_then=0, lost=2, gained=1, rows=0)
    assert follows(cloned, 2) == Follows(present=1, present_then=1, lost=0, gained=0, rows=0)
