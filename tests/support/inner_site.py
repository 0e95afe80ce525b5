"""A site's gateway inside the test's own process: the real loop, store, broker and doorkeeper; no pages, no registry.

with inner_site(tmp_path, mosquitto.port) as site:       # the loop runs in a thread of its own
    ...
site = InnerSite(tmp_path, mosquitto.port)                # or turn by turn: site.loop.once()
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import urandom
from pathlib import Path
from threading import Thread

from access.clock import HOUR_MS
from access.credential import keyed_hash
from access.records import Badge, Booking, Person, Record
from access.replica import Put, Replica, apply
from access.stored import begin
from devices.doorkeeper.config import keeper_config
from devices.sitefile import read_site_file
from gateway.clock import Clock
from gateway.keeper import Keeper
from gateway.log.mender import Mender
from gateway.log.reserve import Reserve
from gateway.log.store_mending import opened
from gateway.loop import Loop
from gateway.mqtt.broker import Broker
from gateway.mqtt.inward import Inward
from gateway.outward import Outward
from gateway.wake import Wake
from gateway.watched import Watched
from gateway.writer import Writer
from tests.support.keepers import RunningKeeper, running_keeper
from tests.support.parts import wait_until
from tests.support.site_books import SiteLog
from tests.support.site_toml import FRONT_LOCK, SITE, Plan, desk, door, reader, sensor, site_text

KEY = bytes(range(32))
ANNA, BRUNO, STRANGER = "04A1B2C3D4E580", "04A1B2C3D4E581", "04FFFFFFFFFF80"
"""Booked, known without a booking, unknown."""
MAKERS_TOPIC = "tele/side/SENSOR"
PLAN = Plan(
    doors=[door("front", FRONT_LOCK), {**door("side", 18), "freshness": "unproved"}],
    desks=[desk("d1")],
    devices=[
        reader("front-in", "front"),
        reader("side-in", "side", "tasmota", topic=MAKERS_TOPIC),
        sensor("d1-sensor", "d1"),
    ],
    policy={"tap_interval_s": 0, "card_repeat_s": 0},
)


def write_site(folder: Path, plan: Plan, port: int, pages_port: int = 9_999) -> Path:
    """A site file with the secrets that it names."""
    secrets = folder / "secrets"
    secrets.mkdir(exist_ok=True)
    for name, text in (("gateway.token", "t" * 43), ("credential.key", KEY.hex()), ("pages-code", "c" * 16)):
        (secrets / name).write_text(text)
        (secrets / name).chmod(0o600)
    path = folder / "site.toml"
    path.write_text(site_text(plan, {"host": "127.0.0.1", "port": port}, 9, pages_port))
    return path


def people(now_ms: int) -> tuple[Record, ...]:
    """Anna, who is booked; Bruno, who is not."""
    hall = frozenset({"hall"})
    return (
        Person("anna", "Anna", hall),
        Badge("badge-anna", "anna", (keyed_hash(KEY, ANNA),)),
        Booking("b1", "anna", "hall", "d1", now_ms - HOUR_MS, now_ms + 8 * HOUR_MS),
        Person("bruno", "Bruno", hall),
        Badge("badge-bruno", "bruno", (keyed_hash(KEY, BRUNO),)),
    )


class InnerSite:
    """Composed, nothing opened but the log."""

    def __init__(
        self,
        folder: Path,
        port: int,
        plan: Plan = PLAN,
        *,
        state: Path | None = None,
        others: Sequence[Watched] = (),
        reserve_bytes: int = 0,
    ) -> None:
        """``state`` is where the log lies: ``folder`` / state where nothing else is said; ``reserve_bytes`` what is
        held back there for a full disk.
        """
        self.file = read_site_file(write_site(folder, plan, port))
        self.clock, self.wake, self.turns = Clock(), Wake(), 0
        self.state_folder = state or folder / "state"
        self.state_folder.mkdir(exist_ok=True)
        self.mending = opened(self.state_folder / "log.db", SITE, self.clock.now().wall_ms)
        self.store = self.mending.store
        loaded, now = self.store.load(), self.clock.now()
        held = apply(Replica(), "g", 1, map(Put, people(now.wall_ms)))
        history, cursors = loaded.history, loaded.cursors
        begun = begin(self.file.site, held, loaded.epoch, loaded.seq, history, cursors, loaded.refusals, now)
        self.writer = Writer(begun, loaded.chain("0123456789abcdef"), self.store, self.clock, urandom)
        inward = Inward(self.file.site, KEY)
        self.native = Broker(self.file.broker, f"hubout-{SITE}", inward.native_wishes(), self.wake.up, durable=True)
        makers = Broker(self.file.broker, f"hubout-{SITE}-m", inward.maker_wishes(), self.wake.up, durable=False)
        self.keeper = Keeper(self.file.keeper.socket, self.writer.chain.run, self.clock.base_ms)
        policy, zone = self.file.site.policy, self.writer.state.zone
        outward = Outward(SITE, policy, zone, self.native, self.keeper, self.clock)
        self.grown: list[int] = []
        parts = (self.clock, self.writer, self.store, inward, self.native, makers, self.keeper, outward, self.wake)
        self.reserve = Reserve(self.state_folder / "reserve", reserve_bytes)
        self.reserve.make()
        self.mender = Mender(self.mending, self.reserve, self.clock, self.wake.post)
        # The list itself: who gave it may still add to it.
        tended = others if isinstance(others, list) else list(others)
        tended.append(self.mender)
        self.loop = Loop(*parts, tended, self.grown.append, self.mender.cure)
        self.log = SiteLog(self.state_folder / "log.db", SITE)
        self.thread = Thread(target=self._run, name="inner gateway", daemon=True)
        self.fault: BaseException | None = None

    def _run(self) -> None:
        once = self.loop.once

        def counted() -> None:
            self.turns += 1
            once()

        self.loop.once = counted  # type: ignore[method-assign]
        self.loop.run()

    @property
    def ready(self) -> bool:
        """Whether the loop has its broker, and its keeper where one runs."""
        return self.native.subscribed and self.loop.makers is not None and self.loop.makers.subscribed

    def until(self, holds: Callable[[], object], what: str, within_s: float = 60.0) -> None:
        """Wait for a condition while the loop runs."""
        wait_until(lambda: holds() or not self.thread.is_alive(), what, within_s, self.words)
        assert self.thread.is_alive(), f"the loop ended before: {what}"

    def words(self) -> str:
        """How it stands."""
        last = [str(entry.fact)[:200] for entry in self.log.entries()[-8:]]
        return "\n".join([f"broker: {self.native.trouble}; keeper: {self.keeper.trouble}", *last])

    def close(self) -> None:
        """End the loop, where it runs, and let everything go."""
        self.loop.stop()
        if self.thread.ident is None:
            self.loop.run()
        else:
            self.thread.join(10)
        self.store.close()
        self.wake.close()


@contextmanager
def inner_site(
    folder: Path,
    port: int,
    plan: Plan = PLAN,
    *,
    state: Path | None = None,
    others: Sequence[Watched] = (),
    reserve_bytes: int = 0,
) -> Iterator[InnerSite]:
    """One whose loop runs, connected to its broker."""
    site = InnerSite(folder, port, plan, state=state, others=others, reserve_bytes=reserve_bytes)
    site.thread.start()
    try:
        site.until(lambda: site.ready, "the broker's sessions")
        yield site
    finally:
        site.close()


@contextmanager
def doorkeeper_of(site: InnerSite) -> Iterator[RunningKeeper]:
    """The site's doorkeeper, found by its gateway."""
    with running_keeper(keeper_config(site.file)) as running:
        site.until(lambda: site.writer.state.keeper_run, "the doorkeeper to be found")
        yield running


def kinds(site: InnerSite, among: Iterable[str]) -> list[str]:
    """The log's facts of these kinds, in order."""
    wanted = set(among)
    return [entry.fact.KIND for entry in site.log.entries() if entry.fact.KIND in wanted]
