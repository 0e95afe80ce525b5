"""A gateway as its one composition root makes it: it runs, hands over at its end, and lets everything go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest

from access.events import LockdownAsked
from devices.sitefile import SiteFileError
from gateway.clock import Clock
from gateway.compose import CannotStart, Gateway, compose, credential_key
from gateway.database import StoreBroken
from hubout.ports import free_port
from tests.support.centres import Centre, centre
from tests.support.inner_site import KEY, PLAN, write_site
from tests.support.mosquitto import Mosquitto
from tests.support.parts import wait_until
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE


@contextmanager
def run(site_file: Path) -> Iterator[tuple[Gateway, Thread]]:
    """A composed gateway, running until the block ends."""
    gateway = compose(site_file, Clock())
    thread = Thread(target=gateway.run, name="a whole gateway")
    thread.start()
    try:
        yield gateway, thread
    finally:
        gateway.loop.stop()
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Centre]:
    with centre(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as made:
        yield made


@pytest.fixture
def site_file(tmp_path: Path, asked: Centre) -> Iterator[Path]:
    with Mosquitto(tmp_path) as mosquitto:
        path = write_site(tmp_path, PLAN, mosquitto.port, free_port())
        address = str(asked.http.base_url).rstrip("/")
        path.write_text(path.read_text().replace('"http://127.0.0.1:9"', f'"{address}"'))
        for secret in ("gateway.token", "credential.key"):
            (tmp_path / "secrets" / secret).unlink()
        asked.add_site(SITE).write(tmp_path / "secrets")
        yield path


def test_at_its_end_the_registry_has_its_last_words(site_file: Path, asked: Centre, tmp_path: Path) -> None:
    log = SiteLog(tmp_path / "state" / "log.db", SITE)
    with run(site_file) as (gateway, _):
        assert gateway.link is not None
        wait_until(lambda: gateway.loop.native.subscribed and gateway.link and gateway.link.status.online, "the links")
        for note in ("one", "two", "three"):
            gateway.loop.wake.post(LockdownAsked(active=note != "two", author="sara", note=note))
        wait_until(lambda: sum(e.fact.KIND == "lockdown" for e in log.entries()) == 3, "the last words in the log")
    standing = asked.registry.standing(SITE)
    assert standing is not None
    assert standing.seq == len(log.entries())


def test_without_a_registry_that_answers_it_waits_for_none(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as mosquitto:
        path = write_site(tmp_path, PLAN, mosquitto.port, free_port())
        with run(path) as (gateway, thread):
            wait_until(lambda: gateway.loop.native.subscribed, "the broker")
            wait_until(lambda: gateway.link is not None and gateway.link.status.troubles, "the link's trouble")
            begun = monotonic()
            gateway.loop.stop()
            thread.join(10)
            assert monotonic() - begun < 2.0


def test_a_gateway_that_ended_can_be_composed_again_on_the_same_log(tmp_path: Path) -> None:
    path = write_site(tmp_path, PLAN, free_port(), free_port())
    log = SiteLog(tmp_path / "state" / "log.db", SITE)
    for runs in (1, 2):
        with run(path):
            wait_until(lambda runs=runs: len({e.run for e in log.entries()}) == runs, "this run's first event")  # type: ignore[misc]
    assert [e.fact.KIND for e in log.entries()].count("started") == 2


def test_what_is_wrong_with_the_file_is_the_files(tmp_path: Path) -> None:
    path = write_site(tmp_path, PLAN, 1_883)
    path.write_text(path.read_text().replace("pulse_ms = 400", "pulse_ms = 1", 1))
    with pytest.raises(SiteFileError, match="pulse_ms"):
        compose(path, Clock())


def test_a_log_that_another_gateway_writes_is_left_to_it(tmp_path: Path) -> None:
    path = write_site(tmp_path, PLAN, free_port(), free_port())
    with run(path), pytest.raises(StoreBroken, match="end the other gateway of this log first"):
        compose(path, Clock())


def test_the_sites_key_is_64_hex_digits_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"{KEY.hex().upper()}\n")
    assert credential_key(path) == KEY


@pytest.mark.parametrize("held", [b"", b"00" * 31, b"00" * 33, b"zz" * 32, b"\xff" * 64])
def test_a_key_that_is_none_is_said_and_never_shown(held: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(held)
    with pytest.raises(CannotStart, match="is not 64 hex digits; get it from the registry anew") as raised:
        credential_key(path)
    assert len(str(raised.value)) < len(str(path)) + 100
    path.unlink()
    with pytest.raises(CannotStart, match=r"cannot be read: .*see \[keys\]"):
        credential_key(path)
