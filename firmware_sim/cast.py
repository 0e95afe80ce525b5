"""Invented people and their cards."""

from dataclasses import dataclass, replace
from random import Random

from access.records import Badge, Person
from firmware_sim.scenario import Card

FIRST = (
    "Anna", "Bruno", "Chiara", "Davide", "Elena", "Fabio", "Giulia", "Hamza", "Irene", "Jacopo", "Karima", "Luca",
    "Marta", "Nicola", "Olga", "Paolo", "Rosa", "Samuele", "Teresa", "Ugo", "Valeria", "Wei", "Yasmin", "Zeno",
)  # fmt: skip
LAST = (
    "Amato", "Bianchi", "Cifarelli", "Di Lecce", "Esposito", "Ferrara", "Gaudiano", "Hoxha", "Iacovone", "Lanza",
    "Marino", "Nicoletti", "Olivieri", "Pace", "Quinto", "Riva", "Sala", "Tosi", "Uva", "Venezia", "Zaccaro",
)  # fmt: skip
UID_BYTES = 7
NXP = 0x04


@dataclass(frozen=True, slots=True)
class Member:
    """A person with the card in their hand."""

    person: Person
    card: Card

    @property
    def id(self) -> str:
        """The person's id."""
        return self.person.id

    @property
    def uid(self) -> str:
        """What their card shows."""
        return self.card.uid

    def of_no_group(self) -> "Member":
        """The same person where no group's booking or session is theirs."""
        return replace(self, person=replace(self.person, groups=()))


def new_uid(chance: Random) -> str:
    """A card's UID of seven bytes, as NXP's begin."""
    return bytes([NXP, *chance.randbytes(UID_BYTES - 1)]).hex().upper()


def members(site: str, count: int, zones: frozenset[str], chance: Random) -> list[Member]:
    """So many different people with a badge each, all of whom may enter these zones."""
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    return [_member(site, number, name, zones, chance) for number, name in enumerate(chance.sample(names, count), 1)]


def _member(site: str, number: int, name: str, zones: frozenset[str], chance: Random) -> Member:
    person = Person(f"{site}-p{number:03}", name, zones)
    badge = Badge(f"{site}-b{number:03}", person.id, ())
    return Member(person, Card(badge, new_uid(chance), _new_pin(chance)))


def _new_pin(chance: Random) -> str:
    """Four digits, neither all the same nor in a row: those are refused."""
    first, second, last = (chance.randrange(10) for _ in range(3))
    return f"{first}{second}{(second + 5) % 10}{last}"
