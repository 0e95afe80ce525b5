"""Whatever comes of the lane and of the feed, in whatever order: versions never go back, and who was revoked by a word
that has come is let in by nothing but a version that is no older than it (guarantees D9, S10).
"""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from access.denials import Denial, Origin
from access.events import DenialsTold, ReplicaArrived
from access.records import Badge
from access.replica import Put, Replica, apply
from access.stored import checkpoint
from access.turn import Turn
from tests.support.barred import playing, reason
from tests.support.core_site import NINE, PEOPLE
from tests.support.transcript import Player

BADGES = ("anna", "bruno")
LONGEST = 20


@dataclass
class Registry:
    """The registry's badges, version by version: version 1 gives both, each later one revokes one or gives it back."""

    revoked: list[dict[str, bool]] = field(default_factory=lambda: [{}, dict.fromkeys(BADGES, False)])
    denied: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in BADGES})

    @property
    def version(self) -> int:
        return len(self.revoked) - 1

    def toggle(self, name: str) -> None:
        self.revoked.append({**self.revoked[-1], name: not self.revoked[-1][name]})
        if self.revoked[-1][name]:
            self.denied[name].append(self.version)

    def at(self, version: int) -> Replica:
        records = (
            Badge(one.id, one.person, one.credentials, revoked=self.revoked[version].get(one.id, False))
            if isinstance(one, Badge)
            else one
            for one in PEOPLE
        )
        return apply(Replica(), "g", version, map(Put, records))

    def look(self, since: int) -> tuple[Denial, ...]:
        last = ((name, versions[-1]) for name, versions in self.denied.items() if versions and versions[-1] > since)
        return tuple(Denial("badge", name, Origin.LANE, "g", version) for name, version in sorted(last))


Step = tuple[str, int]
steps = st.lists(
    st.tuples(st.sampled_from(("toggle", "toggle", "look", "arrive", "late", "late", "restart")), st.integers(0, 11)),
    min_size=3,
    max_size=LONGEST,
)


def settled(player: Player, registry: Registry) -> int:
    """A look, as the lane takes one every second; the version that the site then knows the revocations of."""
    player.take(DenialsTold(registry.look(player.state.replica.version)))
    return registry.version


def test_who_was_revoked_comes_back_by_a_later_version_alone() -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=150, deadline=None)
    @given(steps)
    def plays(played: list[Step]) -> None:
        _play(played, met)

    plays()
    assert min(met[case] for case in ("older", "barred", "given back")) > 20, met


def _play(played: list[Step], met: Counter[str]) -> None:
    registry = Registry()
    player, known = playing(replica=registry.at(1)), 1
    for what, number in played:
        before = player.state.replica.version
        match what:
            case "toggle":
                registry.toggle(BADGES[number % 2])
            case "look":
                known = settled(player, registry)
            case "arrive" | "late":
                version = registry.version if what == "arrive" else 1 + number % registry.version
                met["older"] += version < before
                player.take(ReplicaArrived(registry.at(version)))
                known = settled(player, registry)
            case _:
                told = ((NINE, checkpoint(Turn(player.state, player.now))),)
                player = playing(told, player.state.replica)
        assert player.state.replica.version >= before
        for name in BADGES:
            _holds(player, registry, name, known, met)


def _holds(player: Player, registry: Registry, name: str, known: int, met: Counter[str]) -> None:
    """A badge's revocation of a version up to ``known`` bars it until a version that is no older."""
    held = player.state.replica.version
    lost = [version for version in registry.denied[name] if version <= known]
    if lost and held < lost[-1]:
        met["barred"] += 1
        assert reason(player, name) in {"denied", "badge-revoked"}
    elif held == registry.version and not registry.revoked[held][name]:
        met["given back"] += bool(lost)
        assert reason(player, name) == "booking"
