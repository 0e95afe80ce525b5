"""A second gateway of a site, which begins from a copy of the first one's disk and runs beside it: a card that was
copied and put into another box, and forgotten there.

It has the site's token, and so its line to the registry; its clock is its own, and neither a device nor a doorkeeper
is where it stands. What it logs is its start, and what the registry tells it.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from functools import partial

from access.clock import MINUTE_MS
from gateway.link.answers import Answered
from hubout.simulate import observed as saw
from hubout.simulate import restore
from hubout.simulate.disk import Disk, copied
from hubout.simulate.gateway import TOKEN_FILE, Around, GatewayRun
from hubout.simulate.hub import Hub
from hubout.simulate.keeper import KeeperProcess
from hubout.simulate.machine import SiteMachine
from hubout.simulate.people import comes
from hubout.simulate.premises import Premises
from hubout.simulate.wire import Line, Weather
from hubout.simulate.world import World

SOMEBODY_COMES_MS = (1_000, 3_000)


class _NoKeeper(KeeperProcess):
    """A socket behind which no doorkeeper ever runs."""

    def start(self) -> None:
        """There is none here."""


class Clone:
    """The second box, which runs from now on until it is switched off for good."""

    def __init__(self, world: World, premises: Premises) -> None:
        """Copy the disk of a site's gateway, and start another on the copy."""
        self._world, self._site = world, premises.site.id
        self._chance = premises.chance
        self._disk = Disk(premises.disk.folder / f"clone-{world.ledger.fresh()}")
        self._copy(premises)
        world.see(saw.CloneBegan(self._site, self._disk.folder, self._last()))
        self._run = GatewayRun(self._around(premises), _nothing, self.end)

    def end(self) -> None:
        """Somebody finds it, and switches it off."""
        if self._run.alive:
            self._run.end()

    def _copy(self, premises: Premises) -> None:
        self._disk.folder.mkdir()
        for name in restore.GATEWAY_FILES:
            copied(premises.disk.folder / name, self._disk.folder / name)
        shutil.copyfile(premises.disk.folder / TOKEN_FILE, self._disk.folder / TOKEN_FILE)

    def _last(self) -> int:
        connection = sqlite3.connect(self._disk.folder / "log.db")
        ((seq,),) = connection.execute("SELECT max(seq) FROM log")
        connection.close()
        return seq or 0

    def _around(self, premises: Premises) -> Around:
        world, site, chance = self._world, premises.site, self._chance
        hub = Hub(site.id, world.agenda, chance, world.trace)
        hub.stop(forgets=True)
        keeper = _NoKeeper(site, world.agenda, chance, world.trace, lambda *_: None)
        return Around(site, world.agenda, chance, self._machine(), self._disk, hub, keeper, self._line())

    def _machine(self) -> SiteMachine:
        machine = SiteMachine(self._world.agenda, self._world.centre.begins_ms)
        if self._chance.random() < 0.5:
            machine.lose_ntp(self._chance.randrange(-80, 80))
            machine.step(self._chance.choice((-20, 0, 20)) * MINUTE_MS)
        return machine

    def _line(self) -> Line:
        chance = self._chance
        line = Line(self._site, self._world.agenda, self._world.centre, chance, self._world.trace)
        if chance.random() < 0.4:
            line.weather = Weather(lost=chance.random() / 3, unanswered=chance.random() / 4, again=chance.random() / 2)
        line.answered = self._told
        return line

    def _told(self, what: str, answer: Answered, _arrives_ms: int) -> None:
        if what == "events":
            self._world.see(saw.CloneStored(self._disk.folder, json.loads(answer.body)["acked"]))
        if what == "changes" and answer.status == 200:
            self._world.see(saw.ChangesGiven(self._site, self._run.writer.chain.epoch))


def gateway_cloned(world: World, premises: Premises) -> Callable[[], None]:
    """A copy of the gateway's disk runs in another box beside it, while people come; staff confirm the one at the door,
    before or after they find the other.
    """
    clone = Clone(world, premises)
    for after_ms in SOMEBODY_COMES_MS:
        world.agenda.after(after_ms, partial(comes, world, premises))
    world.agenda.after(premises.chance.choice(restore.CONFIRMED_AFTER_MS), partial(restore.confirm, world, premises))

    def found() -> None:
        clone.end()
        restore.confirm(world, premises)

    return found


def _nothing() -> None:
    """Nobody watches its turns."""
