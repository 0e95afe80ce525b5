"""Sites at a running registry as their pages show them: what gateways say of themselves, and the card of each."""

from access.clock import MINUTE_MS
from access.facts import Entered, Fact
from registry.downlink.applied import Applied, put
from registry.downlink.feed import head
from tests.support.centres import HOUR_MS, Centre
from tests.support.faces import Reader
from tests.support.fixed_day import wall_ms
from tests.support.gateway_log import GatewayLog


def card(browser: Reader, name: str) -> str:
    """What the page of all sites says of one."""
    cards = browser.look("/sites").text.split('<li class="hub-panel">')[1:]
    return next(one for one in cards if f">{name}</a>" in one)


def spoke(both: Centre, *facts: Fact, at_ms: int, site: str = "matera") -> GatewayLog:
    """A site's gateway logged this at a moment, and sent it then."""
    log = GatewayLog(both.database, site)
    log.write(*facts, at_ms=at_ms)
    log.link_up(at_ms)
    return log


def applies(both: Centre, site: str) -> None:
    """A site's gateway decides by all there is from now on."""
    with both.database.write() as connection:
        end = head(connection, site)
        put(connection, [Applied(site, 1, end.generation, end.version, wall_ms())])


def clashing(both: Centre) -> str:
    """Anna came in at two sites within a minute; her id."""
    who = both.admit("matera", "Anna Bianchi")
    now_ms = wall_ms()
    spoke(both, Entered(who, "front", "hall", "1-1"), at_ms=now_ms - HOUR_MS)
    spoke(both, Entered(who, "front", "hall", "1-1"), at_ms=now_ms - HOUR_MS + MINUTE_MS, site="cinisello")
    return who
