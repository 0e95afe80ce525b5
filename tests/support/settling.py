"""Playing a day up to a moment, and what it settles: who came for their booking, and what nobody came for."""

from access.records import Record
from access.replica import Replica
from tests.support.core_site import badge, begun, person, replica_of, rome
from tests.support.transcript import Player

NO_SHOW, UNPROVED = "log no-show k1 d2 not-unproved", "log no-show k1 d2 unproved"
ALIVE = "heartbeat s3 present no"


def site_of(*records: Record, version: int = 1) -> Replica:
    """Anna with her badge, and these."""
    return replica_of(person("anna"), badge("anna"), *records, version=version)


def playing(*records: Record, desk: str = "no") -> Player:
    """The site from nine on, whose desk's sensor has said this."""
    player = Player(begun(replica=site_of(*records)))
    if desk:
        player.do(f"presence s3 {desk}")
    return player


def settled(player: Player, *lines: str) -> list[str]:
    """What is settled by these lines."""
    return [told for line in lines for told in player.do(line) if told.split()[1] in {"checked-in", "no-show"}]


def until(player: Player, clock: str, *each_minute: str) -> list[str]:
    """What is settled up to a moment of the day, these lines said each minute."""
    found = []
    while player.now.wall_ms < rome(f"2026-06-01 {clock}"):
        found += settled(player, "+60000 tick", *each_minute)
    return found
