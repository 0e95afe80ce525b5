"""A site of the usual people, some of whom lose something: what its doors say then, and what its log."""

from access.effects import Append
from access.facts import DenialLifted, Denied, Fact, Judged, ReplicaApplied, RevocationsRead
from access.records import Record
from access.replica import Put, Replica, apply
from tests.support.core_site import NINE, PEOPLE, badge, begun
from tests.support.transcript import Player


def people(*changed: Record, version: int = 5, generation: str = "g") -> Replica:
    """The usual people, some of them changed."""
    gone = {(type(one), one.id) for one in changed}
    kept = [one for one in PEOPLE if (type(one), one.id) not in gone]
    return apply(Replica(), generation, version, map(Put, (*kept, *changed)))


def revoked(version: int, generation: str = "g") -> Replica:
    """Anna's badge is revoked."""
    return people(badge("anna", revoked=True), version=version, generation=generation)


def playing(history: tuple[tuple[int, Fact], ...] = (), replica: Replica | None = None) -> Player:
    """The site, whose people are at version 5."""
    return Player(begun(history, replica=replica or people()))


def reason(player: Player, card: str = "anna") -> str:
    """What the front door says to a card."""
    player.do(f"+2000 tap in {card}")
    (said,) = [one.fact for one in player.effects if isinstance(one, Append) and isinstance(one.fact, Judged)][-1:]
    return said.reason


def facts(player: Player) -> list[Fact]:
    """What was logged of denials and replicas."""
    kinds = (Denied, DenialLifted, ReplicaApplied, RevocationsRead)
    return [one.fact for one in player.effects if isinstance(one, Append) and isinstance(one.fact, kinds)]


def history(player: Player) -> tuple[tuple[int, Fact], ...]:
    """Its log."""
    return tuple((NINE, one.fact) for one in player.effects if isinstance(one, Append))
