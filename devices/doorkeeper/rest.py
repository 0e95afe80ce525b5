"""What the lines must be when nobody holds a lease: the one answer for a keeper's start, its death, and the unit's end.

Released where a latch is on disk or the fire input is active at this moment, secured otherwise.
"""

from gpiozero.pins import Factory

from devices.doorkeeper.config import KeeperConfig
from devices.doorkeeper.latches import read_latches
from devices.doorkeeper.lines import LineFaultError, Locks, fire_is_active, pin_factory


def bring_to_rest(config: KeeperConfig) -> tuple[str, ...]:
    """Claim every lock's line, bring it to rest and let it go; returns what went wrong, in sentences.

    For when no keeper runs: a living one holds the lines, and then nothing is moved.
    """
    latches, _, fault = read_latches(config.state_directory)
    try:
        factory = pin_factory(config)
    except LineFaultError as error:
        return (str(error),)
    try:
        released, unread = resting_released(config, factory, held=bool(latches))
        driven = Locks(config, factory, released).faults
    finally:
        factory.close()
    return tuple(said for said in (fault, unread, *driven) if said)


def resting_released(config: KeeperConfig, factory: Factory, *, held: bool) -> tuple[frozenset[str], str]:
    """The doors released at rest: all while a latch is ``held`` or the fire input is active, else none; and a fault
    in one sentence, or empty. A fire input that cannot be read releases nothing: the wiring does (docs/wiring.md).
    """
    doors = frozenset(door.id for door in config.doors)
    if held:
        return doors, ""
    try:
        return (doors if fire_is_active(config, factory) else frozenset()), ""
    except LineFaultError as error:
        return frozenset(), str(error)
