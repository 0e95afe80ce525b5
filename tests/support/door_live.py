"""A live gateway for a door table: real Mosquitto, the real loop, core and log, in this process; readers over the wire.

One gateway a table. For each row its clock is put to the row's moment, somebody taps, and as the tap is taken the state
is what the row says that holds: as staff's buttons, the doorkeeper and the log would have left it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from os import urandom
from pathlib import Path
from time import monotonic

from access.case import Age
from access.clock import Now
from access.denials import Denial, Origin
from access.effects import Effect
from access.events import Event, Tapped
from access.facts import Judged
from access.occupancy import Occupancy, Stay
from access.records import Person
from access.replica import Put, Replica, apply
from access.state import PinTries, SiteState
from access.stored import begin
from devices.sitefile import read_site_file
from devices.wire_messages import Tap
from gateway.clock import Clock
from gateway.keeper import Keeper
from gateway.log.shape import Hole
from gateway.log.store import Store
from gateway.loop import Loop
from gateway.mqtt.broker import Broker
from gateway.mqtt.inward import Inward
from gateway.outward import Outward
from gateway.wake import Wake
from gateway.writer import Writer
from tests.support.door_conditions import age_of, conditions_of, pin_of
from tests.support.door_table import KEY, Row, Table, credential, uid
from tests.support.inner_site import write_site
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE, Plan, reader
from tests.support.site_toml import Table as Setting
from tests.support.wire_device import WireDevice

HOST = Person("live-host", "Host", frozenset(), staff=True)
"""Staff who are on the site, where no row says otherwise, and in no zone that a row counts."""
WITHIN_S = 60.0
SETTLED_MS = 60_000


class TableClock(Clock):
    """The wall stands where a row puts it; real time passes beside it, and not while a tap is taken."""

    def __init__(self, wall_ms: int) -> None:
        super().__init__()
        self.wall_ms, self.unsure_ms = wall_ms, 0
        self.held_ms: int | None = None

    def mono_ms(self) -> int:
        """Since it began."""
        return super().mono_ms() if self.held_ms is None else self.held_ms

    def now(self) -> Now:
        """The row's moment."""
        mono_ms = self.mono_ms()
        return Now(self.wall_ms, mono_ms, mono_ms, unsure_ms=self.unsure_ms)


def is_live(row: Row) -> bool:
    """Whether a reader can produce it: one that says a tap again is answered as before, and is not judged twice."""
    return "repeated" not in row.holds


@dataclass
class LiveTable:
    """``signals`` is what each row's reader showed, None where it shows nothing."""

    table: Table
    clock: TableClock
    loop: Loop
    writer: Writer
    log: SiteLog
    readers: dict[str, WireDevice]
    row: Row | None = None
    taken: int = 0
    taps: list[tuple[str, Tap] | None] = field(default_factory=list)

    def install(self) -> None:
        """Have each tap find what its row says."""
        take = self.writer.take

        def arranged(batch: Iterable[Event], lost: Sequence[Hole] = ()) -> tuple[Effect, ...]:
            events = list(batch)
            if self.row is None or not any(isinstance(event, Tapped) for event in events):
                return take(events, lost)
            self.clock.held_ms = self.clock.mono_ms()
            self.writer.state = held(self.writer.state, self.table, self.row, self.clock.now())
            effects = take(events, lost)
            self.clock.held_ms, self.taken = None, self.taken + 1
            return effects

        self.writer.take = arranged  # type: ignore[method-assign]

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Turn the loop until something holds."""
        deadline = monotonic() + WITHIN_S
        while not holds():
            assert monotonic() < deadline, f"not within {WITHIN_S} s: {what}; {self.loop.native.trouble}"
            self.loop.once()

    def show(self, row: Row) -> None:
        """One row: somebody taps, and the gateway takes it."""
        self.clock.wall_ms, self.clock.unsure_ms = row.at_ms, conditions_of(row).clock_unsure_ms
        before, self.row = self.taken, row
        self.taps.append(self._tapped(row))
        self.until(lambda: self.taken > before, f"the tap of {row}")
        self.row = None

    def _tapped(self, row: Row) -> tuple[str, Tap] | None:
        at = self.readers[row.door]
        if age_of(row) is Age.UNPROVED:
            at.say(f"tele/{row.door}/SENSOR", f'{{"RC522":{{"UID":"{uid(row.who)}","Type":"","Data":""}}}}')
            return None
        tap = replace(at.tap_of(uid(row.who)), pin=pin_of(row) or None)
        if age_of(row) is Age.STALE and tap.heard is not None:
            tap = replace(tap, heard=replace(tap.heard, ms_ago=SETTLED_MS + 1))
        at.send(tap)
        return row.door, tap

    def signals(self) -> list[str | None]:
        """What the readers showed, row by row."""
        return [None if tap is None else self.readers[tap[0]].signal(tap[1]) for tap in self.taps]


def held(state: SiteState, table: Table, row: Row, now: Now) -> SiteState:
    """The state of a site at which holds what a row says."""
    asked, door = conditions_of(row), table.site.doors[row.door]
    badge = table.replica.badge_of.get(credential(row.who))
    stays = {HOST.id: Stay("", now.wall_ms)} if asked.staff_present else {}
    if asked.inside and badge is not None:
        stays[badge.person] = Stay(door.zone, now.wall_ms)
    here = sum(stay.zone == door.zone for stay in stays.values())
    pins: dict[str, PinTries] = {}
    if asked.pin_blocked_until_ms is not None and badge is not None:
        pins[badge.id] = PinTries(0, now.mono_ms + asked.pin_blocked_until_ms - now.wall_ms)
    return replace(
        state,
        lockdown=asked.lockdown,
        fire=asked.fire,
        evacuation=asked.evacuation,
        free=frozenset({door.id}) if asked.free_passage else frozenset(),
        occupancy=Occupancy(stays, {door.zone: asked.headcount - here} if asked.headcount else {}),
        staff_came=asked.staff_came,
        pins=pins,
        released=asked.released,
        denials={one.key: one for one in map(_denial, asked.denied)},
        confirmed_ms=now.day_ms - asked.replica_age_ms,
        subscribed_ms=now.mono_ms - SETTLED_MS,
    )


def _denial(name: str) -> Denial:
    what, _, ident = name.partition("/")
    return Denial(what, ident, Origin.LANE, "g", 2)


def _plan(table: Table) -> Plan:
    doors, devices = list[Setting](), list[Setting]()
    for door in table.site.doors.values():
        outer: Setting = {} if door.outer is None else {"outer": door.outer}
        asks: Setting = {"asks_pin": door.asks_pin, "first_in": door.first_in, "freshness": str(door.proof)}
        doors.append({"id": door.id, "name": door.id, "zone": door.zone, **outer, **asks})
        devices.append(reader(f"{door.id}-in", door.id))
        if any(row.door == door.id and age_of(row) is Age.UNPROVED for row in table.rows):
            devices.append(reader(f"{door.id}-maker", door.id, "tasmota", topic=f"tele/{door.id}/SENSOR"))
    return Plan(doors=doors, devices=devices, policy={"tap_interval_s": 0, "card_repeat_s": 0})


def _zones(table: Table) -> str:
    lines = []
    for zone in table.site.zones.values():
        capacity = "" if zone.capacity is None else f"capacity = {zone.capacity}\n"
        lines.append(
            f'[[zones]]\nid = "{zone.id}"\nname = "{zone.id}"\n{capacity}when_full = "{zone.when_full}"\n'
            f'passback = "{zone.passback}"\n'
        )
    return "\n".join(lines)


@contextmanager
def live_table(table: Table, folder: Path, port: int) -> Iterator[LiveTable]:
    """A gateway that lives a table's site, with a reader at each of its doors."""
    path = write_site(folder, _plan(table), port)
    path.write_text(path.read_text().replace('[[zones]]\nid = "hall"\nname = "Hall"\ncapacity = 400\n', _zones(table)))
    file, clock, wake = read_site_file(path), TableClock(table.rows[0].at_ms), Wake()
    (folder / "state").mkdir()
    store = Store.open(folder / "state" / "log.db")
    store.identity(SITE)
    loaded = store.load()
    replica = apply(Replica(), "g", 1, [Put(HOST), *map(Put, table.records)])
    begun = begin(file.site, replica, loaded.epoch, loaded.seq, (), {}, {}, clock.now())
    writer = Writer(begun, loaded.chain("0123456789abcdef"), store, clock, urandom)
    inward = Inward(file.site, KEY)
    native = Broker(file.broker, f"hubout-{SITE}", inward.native_wishes(), wake.up, durable=True)
    makers = Broker(file.broker, f"hubout-{SITE}-m", inward.maker_wishes(), wake.up, durable=False)
    keeper = Keeper(file.keeper.socket, writer.chain.run, clock.base_ms)
    outward = Outward(SITE, file.site.policy, writer.state.zone, native, keeper, clock)
    loop = Loop(
        clock,
        writer,
        store,
        inward,
        native,
        makers,
        keeper,
        outward,
        wake,
        (),
        lambda _: None,
        lambda _: False,
    )
    with ExitStack() as stack:
        stack.callback(store.close)
        stack.callback(wake.close)
        readers = {door: stack.enter_context(WireDevice(port, SITE, f"{door}-in")) for door in table.site.doors}
        live = LiveTable(table, clock, loop, writer, SiteLog(folder / "state" / "log.db", SITE), readers)
        live.install()
        heard_over = [native, makers] if inward.maker_wishes() else [native]
        live.until(lambda: all(one.subscribed for one in heard_over), "the subscriptions")
        for one in readers.values():
            one.raw("status", _online(one), retain=False)
        live.until(lambda: all(one.beacon is not None for one in readers.values()), "a beacon at every reader")
        yield live
        loop.stop()
        loop.run()


def _online(device: WireDevice) -> str:
    return f'{{"v":1,"state":"online","boot":"{device.boot}","conn":1,"kind":"reader","firmware":"test 1"}}'


def verdicts(live: LiveTable) -> list[Judged]:
    """What the log has of the rows, in their order."""
    return live.log.facts(Judged)
