"""Everything that goes wrong, and how it ends."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from access.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from firmware_sim import happenings
from hubout.simulate import restore
from hubout.simulate.centre import AFTER_COMMIT, BEFORE_COMMIT
from hubout.simulate.clone import gateway_cloned
from hubout.simulate.disk import AFTER, BEFORE, copied
from hubout.simulate.hub import Air
from hubout.simulate.people import comes, tap
from hubout.simulate.premises import Premises
from hubout.simulate.wire import Weather
from hubout.simulate.world import World

Healed = Callable[[], None]
Fault = Callable[[World, Premises], Healed]


RESTORED_AFTER_MS = (4 * SECOND_MS, 12 * SECOND_MS, 3 * HOUR_MS)
"""How old a backup is when it is put back."""
POISON = "of-tomorrow"
"""The kind of a row that nobody knows."""


def _nothing() -> None:
    """It heals by itself."""


def bad_weather(_world: World, premises: Premises) -> Healed:
    """The line to the registry loses, delays and repeats."""
    chance = premises.chance
    premises.line.weather = Weather(
        lost=chance.random() / 2,
        unanswered=chance.random() / 3,
        again=chance.random() / 2,
        slow_ms=chance.choice((30, 1_500, 6_000)),
    )
    return lambda: _clear(premises)


def partition(_world: World, premises: Premises) -> Healed:
    """Nothing goes through to the registry, or (half-open) no answer comes back."""
    deaf = premises.chance.random() < 0.4
    premises.line.weather = Weather(cut=not deaf, deaf=deaf)
    return lambda: _clear(premises)


def _clear(premises: Premises) -> None:
    premises.line.weather = Weather()


def registry_away(world: World, premises: Premises) -> Healed:
    """The registry is killed."""
    del premises
    world.centre.stop()
    return lambda: None if world.centre.up else world.centre.start()


def registry_dies(world: World, premises: Premises) -> Healed:
    """The registry dies in the middle of its next write, and is started again."""
    world.centre.dies_at_its_next_commit(premises.chance.choice((BEFORE_COMMIT, AFTER_COMMIT)))
    return _nothing


def killed(_world: World, premises: Premises) -> Healed:
    """The gateway is killed between two turns."""
    premises.crash(again_ms=premises.chance.choice((200, 2_000, 5_000)))
    return _nothing


def power_cut(_world: World, premises: Premises) -> Healed:
    """The gateway goes in the middle of its next commit."""
    premises.disk.cut_at = premises.chance.choice((BEFORE, AFTER))
    return _nothing


def crash_loop(_world: World, premises: Premises) -> Healed:
    """The gateway is killed again and again, faster than it can do anything."""
    for index in range(premises.chance.randrange(3, 8)):
        premises.agenda.after(index * 900, lambda: premises.crash(again_ms=premises.chance.randrange(1, 800)))
    return _nothing


def reboot(_world: World, premises: Premises) -> Healed:
    """The machine loses its power for a while; without a battery its clock forgets the time."""
    forgets = premises.chance.random() < 0.4
    premises.reboot(off_ms=premises.chance.choice((3, 60)) * SECOND_MS, forgets_time=forgets)
    return premises.machine.find_ntp


def keeper_dies(_world: World, premises: Premises) -> Healed:
    """The doorkeeper is killed."""
    premises.keeper_dies()
    return _nothing


def disk_full(world: World, premises: Premises) -> Healed:
    """The disk has no room, or fails."""
    premises.disk.fails(world.agenda.now_ms, broken=premises.chance.random() < 0.3)
    return lambda: _sound(premises)


def disk_slow(_world: World, premises: Premises) -> Healed:
    """Every commit takes long."""
    premises.disk.slow_ms = premises.chance.choice((40, 700, 2_500))
    return lambda: _sound(premises)


def _sound(premises: Premises) -> None:
    premises.disk.full = premises.disk.broken = False
    premises.disk.slow_ms = 0


def bad_air(world: World, premises: Premises) -> Healed:
    """The site's own network loses connections, repeats and delays what devices say."""
    chance = premises.chance
    for after_ms in (1_000, 3_000):
        world.agenda.after(after_ms, partial(comes, world, premises))
    premises.hub.air = Air(chance.random() / 4, chance.random() / 2, chance.choice((0, 400, 7_000, 12_000)))
    return lambda: setattr(premises.hub, "air", Air())


def broker_away(_world: World, premises: Premises) -> Healed:
    """The broker ends, with what it held or without."""
    premises.hub.stop(forgets=premises.chance.random() < 0.5)
    return premises.hub.start


def device_off(_world: World, premises: Premises) -> Healed:
    """A device loses its power."""
    device = premises.chance.choice(sorted(premises.devices.held))
    premises.devices.happen(device, happenings.PowerCut())
    return lambda: premises.devices.power_on(device)


def device_unheard(world: World, premises: Premises) -> Healed:
    """A device, mostly a reader at which people come, loses its network; it keeps what it has to say."""
    devices = sorted(premises.devices.held)
    readers = [device for device in devices if device.endswith("-in")]
    device = premises.chance.choice(readers if premises.chance.random() < 0.7 else devices)
    premises.devices.happen(device, happenings.WifiLost())
    if device in readers:
        card = premises.chance.choice([card for card in world.ledger.cards if card.site == premises.site.id])
        world.agenda.after(700, partial(tap, world, premises, device, card.uid))
    return lambda: premises.devices.happen(device, happenings.WifiBack())


def clock_wrong(_world: World, premises: Premises) -> Healed:
    """NTP is gone; the clock drifts, or jumps."""
    chance, machine = premises.chance, premises.machine
    machine.lose_ntp(chance.randrange(-80, 80))
    if chance.random() < 0.6:
        machine.step(chance.choice((-1, 1)) * chance.choice((3 * SECOND_MS, 20 * MINUTE_MS, 26 * HOUR_MS)))
    return machine.find_ntp


def fire(_world: World, premises: Premises) -> Healed:
    """The fire alarm goes; afterwards somebody resets the latch by hand."""
    premises.fire(active=True)
    return premises.fire_is_over


def killed_in_lease(world: World, premises: Premises) -> Healed:
    """The gateway or the doorkeeper dies while the next door is released."""
    chance = premises.chance
    dies = premises.keeper_dies if chance.random() < 0.5 else premises.crash
    premises.upon_release.append(lambda: world.agenda.after(chance.randrange(1, 2_500), dies))
    return _nothing


def fire_and_death(world: World, premises: Premises) -> Healed:
    """The fire alarm goes, and the doorkeeper dies while it holds the doors."""
    premises.fire(active=True)
    world.agenda.after(premises.chance.randrange(1, 3_000), premises.keeper_dies)
    return premises.fire_is_over


def poison(_world: World, premises: Premises) -> Healed:
    """The log holds a row of a kind that nobody knows: of a later version, or of a mistake."""
    if premises.gateway is not None:
        premises.gateway.log_poison(POISON)
    return _nothing


def gateway_restored(world: World, premises: Premises) -> Healed:
    """The gateway's disk is put back from a copy of a while ago; later staff confirm the branch that it began."""
    backup = restore.back_up_gateway(premises)
    world.agenda.after(premises.chance.choice(RESTORED_AFTER_MS), lambda: _put_back(world, premises, backup))
    return lambda: restore.confirm(world, premises)


def _put_back(world: World, premises: Premises, backup: Path) -> None:
    if world.faulty:
        restore.restore_gateway(world, premises, backup)


def registry_restored(world: World, premises: Premises) -> Healed:
    """The registry's database is put back from a copy of a little while ago."""
    at_ms, backup = world.agenda.now_ms, world.centre.path.with_name("backup.db")
    copied(world.centre.path, backup)
    after_ms = premises.chance.choice(RESTORED_AFTER_MS)
    world.agenda.after(after_ms, lambda: restore.restore_registry(world, backup, at_ms) if world.faulty else None)
    return _nothing


FAULTS: tuple[tuple[Fault, int], ...] = (
    (bad_weather, 4),
    (partition, 3),
    (registry_away, 2),
    (registry_dies, 3),
    (killed, 3),
    (power_cut, 4),
    (crash_loop, 1),
    (reboot, 2),
    (keeper_dies, 2),
    (disk_full, 2),
    (disk_slow, 2),
    (bad_air, 3),
    (broker_away, 2),
    (device_off, 2),
    (device_unheard, 2),
    (clock_wrong, 2),
    (killed_in_lease, 5),
    (fire, 1),
    (fire_and_death, 1),
    (poison, 2),
    (gateway_restored, 2),
    (gateway_cloned, 2),
    (registry_restored, 1),
)
OF_THE_NETWORK = frozenset(
    {bad_weather, partition, registry_away, registry_dies, poison, gateway_cloned, registry_restored}
)
"""What is amiss beyond the site, or amiss with nothing at its doors."""
