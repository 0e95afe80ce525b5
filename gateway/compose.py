"""The gateway's one composition root: a site file and a clock become a loop that can run."""

import logging
import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from access.clock import DAY_MS
from access.credential import KEY_BYTES
from access.layout import layout_of
from access.replica import Replica
from access.room import Bounds
from access.site import Site
from access.stored import Logged, begin
from devices.sitefile import SiteFile, read_site_file
from devices.sitefile_settings import FEED_SOCKET
from gateway.clock import Clock
from gateway.database import StoreDamaged
from gateway.keeper import Keeper
from gateway.link.client import Address, RegistryClient
from gateway.link.exchange import Exchange
from gateway.link.links import RegistryLinks, links_of
from gateway.link.store import LinkStore
from gateway.log.mender import Mender
from gateway.log.purging import Purging
from gateway.log.reserve import Holding, Reserve
from gateway.log.returning import Returning
from gateway.log.store import Store
from gateway.log.store_mending import anew, opened
from gateway.log.tidying import Tidying
from gateway.loop import Loop
from gateway.mqtt.broker import Broker
from gateway.mqtt.inward import Inward
from gateway.outward import Outward
from gateway.pages.asked import Askable
from gateway.pages.happened import Recent
from gateway.pages.process import PagesProcess
from gateway.revoking import REVOCATIONS_FILE, Revoking
from gateway.showing.feed import Feed
from gateway.showing.live import Publisher
from gateway.showing.parts import Showing
from gateway.staying import to_stay
from gateway.timekeeping import Timekeeping, Times, read_times, recall, replica_age_at_start
from gateway.version import software_version
from gateway.wake import Wake
from gateway.watchdog import Watchdog
from gateway.watched import Watched
from gateway.writer import Writer

LOG = logging.getLogger("hubout.gateway")
HAND_OVER_EVERY_S, HAND_OVER_LOOKS = 0.05, 40
LOG_FILE, LINK_FILE, TIMES_FILE, RESERVE_FILE = "log.db", "link.db", "times.json", "reserve"
MB = 1024 * 1024
NEVER_CONFIRMED_MS = 3_650 * DAY_MS
"""The age of a replica of which nobody knows when the registry confirmed it."""


class CannotStart(Exception):
    """The gateway cannot start; the message says what is wrong, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A composed gateway: ``loop`` runs it; ``close`` ends what it started."""

    loop: Loop
    link: RegistryLinks | None
    store: Store

    def run(self) -> None:
        """Live until ``loop.stop``."""
        if self.link is not None:
            self.link.start()
        try:
            self.loop.run()
            self._hand_over()
        finally:
            if self.link is not None:
                self.link.stop()
            self.store.close()
            self.loop.wake.close()

    def _hand_over(self) -> None:
        """What the registry has not got yet it gets now, if it answers; else at the next start."""
        pause, last = threading.Event(), self.loop.writer.chain.seq
        for _ in range(HAND_OVER_LOOKS):
            if self.link is None or not self.link.status.online or self.link.status.acked >= last:
                return
            pause.wait(HAND_OVER_EVERY_S)


def compose(site_path: Path, clock: Clock) -> Gateway:
    """The gateway of a site file. Raises SiteFileError, StoreBroken or CannotStart, each with what to do."""
    with to_stay():
        return _composed(site_path, clock)


def _composed(site_path: Path, clock: Clock) -> Gateway:
    file = read_site_file(site_path)
    for warning in file.warnings:
        LOG.warning("%s:%s: %s", site_path, warning.line, warning.what)
    key, directory = credential_key(file.keys.credential_key_file), _directory(file.storage.directory)
    run, wake = secrets.token_hex(8), Wake()
    times = read_times(directory / TIMES_FILE)
    lost = None if recall(clock, times) else times
    keeping = Timekeeping(directory / TIMES_FILE, clock, alone=file.registry is None, lost=lost)
    mending = opened(directory / LOG_FILE, file.site.id, clock.now().wall_ms)
    link_store, recent = LinkStore.open(directory / LINK_FILE), Recent()
    try:
        writer = _writer(file, clock, mending.store, link_store, recent, run, times)
    except StoreDamaged as error:
        mending, recent = anew(mending, file.site.id, clock.now().wall_ms, error), Recent()
        writer = _writer(file, clock, mending.store, link_store, recent, run, times)
    mender = Mender(mending, _reserve(file), clock, wake.post)
    link = _link(file, link_store, writer, wake, clock, mender)
    loop = _loop(file, clock, key, mending.store, writer, wake, link, recent, site_path, keeping, mender)
    return Gateway(loop, link, mending.store)


def _directory(path: Path) -> Path:
    try:
        path.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the storage directory {path} cannot be made: {error.strerror}; see [storage]") from error
    return path


def credential_key(path: Path) -> bytes:
    """The site's key for credentials, 32 bytes in hex in a file of its own. Raises CannotStart."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise CannotStart(f"the credential key {path} cannot be read: {error.strerror}; see [keys]") from error
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise CannotStart(f"the credential key {path} is not {2 * KEY_BYTES} hex digits; get it from the registry anew")
    return key


def _writer(
    file: SiteFile, clock: Clock, store: Store, link_store: LinkStore, recent: Recent, run: str, times: Times | None
) -> Writer:
    loaded, replica = store.load(), link_store.replica()

    def remembered() -> Iterator[Logged]:
        for at_ms, fact in loaded.history:
            recent.take_fact(fact, at_ms)
            yield at_ms, fact

    now, history = clock.now(), remembered()
    age_ms = _age_ms(file, replica, replica_age_at_start(clock, times, link_store.standing.confirmed_ms))
    cursors, refusals = loaded.cursors, loaded.refusals
    state = begin(file.site, replica, loaded.epoch, loaded.seq, history, cursors, refusals, now, replica_age_ms=age_ms)
    return Writer(state, loaded.chain(run), store, clock, os.urandom)


def _age_ms(file: SiteFile, replica: Replica, known_ms: int | None) -> int:
    """The age of what a site begins to decide by: nothing held is as new as can be, and so is a site's own."""
    if file.registry is None or not replica.version:
        return 0
    return NEVER_CONFIRMED_MS if known_ms is None else known_ms


def _link(
    file: SiteFile, link_store: LinkStore, writer: Writer, wake: Wake, clock: Clock, mender: Mender
) -> RegistryLinks | None:
    if file.registry is None:
        return None
    address = Address(file.registry.url, file.registry.token_file, file.registry.ca_file)
    chain, log_path, chance = writer.chain, file.storage.directory / LOG_FILE, secrets.SystemRandom().random
    client, layout = RegistryClient(address, clock.mono_ms), layout_of(file.site)
    exchange = Exchange(chain, software_version(), client, log_path, layout, mender.doubt)

    def epoch() -> int:
        return writer.chain.epoch

    replica, post, returning = writer.state.replica, wake.post, Returning(mender.store)
    return links_of(exchange, chain.seq, address, link_store, replica, epoch, clock, chance, post, returning)


def _loop(
    file: SiteFile,
    clock: Clock,
    key: bytes,
    store: Store,
    writer: Writer,
    wake: Wake,
    link: RegistryLinks | None,
    recent: Recent,
    path: Path,
    keeping: Timekeeping,
    mender: Mender,
) -> Loop:
    inward = Inward(file.site, key, lambda reader: reader in writer.state.calls.waiting)
    native = Broker(file.broker, file.broker.client_id, inward.native_wishes(), wake.up, durable=True)
    wishes = inward.maker_wishes()
    makers = Broker(file.broker, f"{file.broker.client_id}-makers", wishes, wake.up, durable=False) if wishes else None
    keeper = Keeper(file.keeper.socket, writer.chain.run, clock.base_ms)
    outward = Outward(file.site.id, file.site.policy, writer.state.zone, native, keeper, clock)
    revoking = Revoking(file.storage.directory / REVOCATIONS_FILE, file.site.id, key, lambda: writer.state.revocations)
    feed = _feed(file, clock, keeping, keeper, revoking)
    publisher = Publisher(home_assistant=file.live.home_assistant) if file.live.publish else None
    standing = _no_standing if link is None else link.standing
    showing = Showing(feed, recent, clock, standing, publisher)
    watchdog = Watchdog(os.environ.get("NOTIFY_SOCKET"))
    bounds = Bounds(file.storage.log_max_mb * MB, file.storage.keep_days * DAY_MS)
    tidying = Tidying(store, bounds, _nothing_acked if link is None else link.acked, clock)
    purging = Purging(store, None if link is None else link.acked, clock)
    of_link: tuple[Watched, ...] = () if link is None else link.tended(store)
    tending: tuple[Watched, ...] = (Holding(mender.reserve), mender, tidying, purging, *of_link)
    others: tuple[Watched, ...] = (*tending, showing, PagesProcess(path), watchdog, keeping)
    grown = _nobody_to_tell if link is None else link.logged
    return Loop(clock, writer, store, inward, native, makers, keeper, outward, wake, others, grown, mender.cure)


def _reserve(file: SiteFile) -> Reserve:
    reserve = Reserve(file.storage.directory / RESERVE_FILE, file.storage.reserve_mb * MB)
    if file.storage.reserve_mb and not reserve.make():
        LOG.warning("the disk has no room for the reserve; see [storage] reserve_mb, or free some space")
    return reserve


def _openable(site: Site) -> frozenset[str]:
    """The doors whose lock is ours: staff may ask for these."""
    return frozenset(door.id for door in site.doors.values() if door.gpio is not None or door.controller is not None)


def _feed(file: SiteFile, clock: Clock, keeping: Timekeeping, keeper: Keeper, revoking: Revoking) -> Feed:
    path, may = file.storage.directory / FEED_SOCKET, Askable(_openable(file.site), frozenset(file.site.zones))
    try:
        return Feed(path, may, clock.mono_ms, keeping.set_wall, keeper.evacuate, revoking)
    except OSError as error:
        raise CannotStart(f"the pages' socket {path} cannot be made: {error}; see [storage]") from error


def _no_standing(_seq: int, _mono_ms: int) -> None:
    """A site without a registry works alone."""


def _nothing_acked() -> int:
    """Nobody else has the log of a site without a registry."""
    return 0


def _nobody_to_tell(_seq: int) -> None:
    """A site without a registry keeps its log to itself."""
