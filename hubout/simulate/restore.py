"""What comes back from a backup: a gateway's disk, or the registry's; and staff, who afterwards say what is the site's.

Checkers are told, for what a restored disk holds is another story than the one that was watched.
"""

import shutil
import sqlite3
from pathlib import Path

from access.clock import SECOND_MS
from hubout.simulate import observed as saw
from hubout.simulate.disk import copied
from hubout.simulate.premises import Premises
from hubout.simulate.world import World
from registry.uplink import catching_up, confirming

GATEWAY_FILES = ("log.db", "link.db")
CONFIRMED_AFTER_MS = (8 * SECOND_MS, 70 * SECOND_MS)


def back_up_gateway(premises: Premises) -> Path:
    """A copy of the gateway's disk as it is, beside it."""
    folder = premises.disk.folder / "backup"
    folder.mkdir(exist_ok=True)
    for name in GATEWAY_FILES:
        copied(premises.disk.folder / name, folder / name)
    return folder


def restore_gateway(world: World, premises: Premises, folder: Path) -> None:
    """Somebody puts the old copy back; the gateway starts on it."""
    premises.crash(again_ms=1 * SECOND_MS)
    for name in GATEWAY_FILES:
        for ending in ("", "-wal", "-shm"):
            (premises.disk.folder / f"{name}{ending}").unlink(missing_ok=True)
        shutil.copyfile(folder / name, premises.disk.folder / name)
    with sqlite3.connect(premises.disk.folder / "log.db") as connection:
        ((seq,),) = connection.execute("SELECT max(seq) FROM log").fetchall()
    connection.close()
    world.see(saw.GatewayRestored(premises.site.id, seq or 0))
    after_ms = premises.chance.choice(CONFIRMED_AFTER_MS)
    world.agenda.after(after_ms, lambda: confirm(world, premises))


def confirm(world: World, premises: Premises) -> None:
    """Staff say that the gateway which runs is the site's, if the registry knows it and thinks otherwise."""
    run = premises.gateway
    if run is None:
        return
    site, epoch = premises.site.id, run.writer.chain.epoch
    known = "SELECT confirmed_epoch FROM site WHERE id = ?"
    ((confirmed,),) = world.centre.glimpse(known, (site,))
    branch = world.centre.glimpse("SELECT epoch FROM branch WHERE site = ? AND epoch = ?", (site, epoch))
    if branch and confirmed != epoch:
        world.edit(lambda edit: confirming.confirm(edit, site, epoch, "sara", "the new one is in its place"))
        if world.centre.up:
            catching_up.sweep(world.centre.database, world.centre.wall_ms())


def restore_registry(world: World, backup: Path, at_ms: int) -> None:
    """The registry's database is put back as it was at ``at_ms``, and begins a new generation."""
    centre = world.centre
    centre.restore(backup, f"g-{world.ledger.fresh() + 1}")
    for card in world.ledger.cards:
        if card.revoked_ms is not None and card.revoked_ms > at_ms:
            card.revoked_ms = None
            card.barred_at |= {site for site, premises in world.sites.items() if _bars(premises, card.badge)}
    world.see(saw.RegistryRestored())


def _bars(premises: Premises, badge: str) -> bool:
    """Whether a site's gateway knows that a badge is revoked."""
    if premises.gateway is None:
        return False
    held = premises.gateway.writer.state.replica.badges.get(badge)
    return held is not None and held.revoked
