"""The whole simulated world of one run: both sites, the registry, everybody's cards, and who watches."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from firmware_sim.seed import chance_of
from hubout.simulate import observed as saw
from hubout.simulate.agenda import Agenda
from hubout.simulate.books import Prepared
from hubout.simulate.centre import Centre, Died
from hubout.simulate.places import BEGINS_MS, SITES, SPRING_MS, everybody, sites
from hubout.simulate.plan import Plan
from hubout.simulate.premises import Premises, See
from hubout.simulate.trace import Trace
from registry.edit import Edit, editing
from registry.problems import Problem

REGISTRY_BACK_MS = 1_500


@dataclass(slots=True)
class Card:
    """A card and its badge; ``revoked_ms``: when the registry committed that it is revoked, None: it is in force.
    ``barred_at``: sites that knew of a revocation which the registry forgot when it was restored.
    """

    uid: str
    badge: str
    person: str
    site: str
    revoked_ms: int | None = None
    barred_at: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Ledger:
    """What people have and did, as nobody inside the simulated programs knows it."""

    cards: list[Card] = field(default_factory=list)
    bookings: list[tuple[str, str]] = field(default_factory=list)
    shown: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    walked: dict[str, int] = field(default_factory=dict)
    made: int = 0

    def shows(self, site: str, reader: str, uid: str) -> None:
        """A card is held to a reader, or somebody says so in its name."""
        self.shown[site, reader, uid] += 1

    def times_shown(self, site: str, reader: str, badge: str) -> int:
        """How often a badge's card was held to a reader."""
        return sum(self.shown[site, reader, card.uid] for card in self.cards if card.badge == badge)

    def fresh(self) -> int:
        """A number that nothing had before."""
        self.made += 1
        return self.made


class World:
    """One run's. ``see`` is shown what happens, when it does."""

    def __init__(self, seed: int, plan: Plan, prepared: Prepared, folder: Path, see: See) -> None:
        self.chance = chance_of(f"hubout {seed}")
        self.plan = plan
        self.agenda, self.trace, self.see = Agenda(self.plan.spans), Trace(), see
        begins_ms = SPRING_MS if seed % 4 == 0 else BEGINS_MS
        self.centre = Centre(prepared, folder, self.agenda, begins_ms)
        self.ledger = Ledger([Card(one.uid, one.badge, one.id, site) for site in SITES for one in everybody(site)])
        self.sites = {
            site.id: Premises(
                site, folder / site.id, self.agenda, chance_of(f"hubout {seed} {site.id}"), self.centre, see, self.trace
            )
            for site in sites().values()
        }
        self.faulty = True
        self.centre.died = self.registry_back
        self.centre.wrote = lambda: see(saw.Wrote())

    def begin(self) -> None:
        """Switch everything on."""
        for premises in self.sites.values():
            premises.begin()

    def registry_back(self, after_ms: int = REGISTRY_BACK_MS) -> None:
        """The registry is started again after a while."""
        self.agenda.after(after_ms, lambda: None if self.centre.up else self.centre.start())

    def edit(self, what: Callable[[Edit], object]) -> bool:
        """Staff's edit at the registry; whether it was committed."""
        if not self.centre.up:
            return False
        try:
            with editing(self.centre.database, self.centre.wall_ms()) as edit:
                what(edit)
        except Problem:
            return False
        except Died:
            committed = self.centre.committed_its_last
            self.centre.stop()
            self.registry_back()
            return committed
        return True

    def site_chance(self, site: str) -> Random:
        """The chance of one site's own matters."""
        return self.sites[site].chance
