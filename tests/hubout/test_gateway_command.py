"""``hubout gateway`` as systemd starts it: what it cannot start with is one sentence; told to end, it ends."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.log.store import Store
from hubout.ports import free_port
from tests.support.inner_site import PLAN, write_site
from tests.support.mosquitto import Mosquitto
from tests.support.parts import Part, wait_until
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE
from tests.support.small_disk import small_disk

WRONG_USE, CANNOT = 2, 1


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path, PLAN, free_port(), free_port())


def ends(*words: str | Path) -> tuple[int, str]:
    """How the command ends, and the one line that it said."""
    command = [sys.executable, "-m", "hubout", "gateway", *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    errors = [line for line in done.stderr.splitlines() if not line.startswith("WARNING")]
    assert len(errors) == 1, done.stderr
    assert done.stdout == ""
    return done.returncode, errors[0]


def test_help_has_an_example() -> None:
    done = subprocess.run([sys.executable, "-m", "hubout", "gateway", "--help"], check=True, capture_output=True)
    assert b"Example: hubout gateway --config site.toml" in done.stdout


@pytest.mark.parametrize("day", ["", "fast", "2:now:x", "2:3"])
def test_a_day_that_is_none_is_wrong_use(site: Path, day: str) -> None:
    code, said = ends("--config", site, "--day", day)
    assert code == WRONG_USE
    assert "SPEED:WALL_MS:FILE" in said


def test_a_storage_that_is_a_file_is_named(site: Path) -> None:
    (site.parent / "state").write_text("in the way")
    code, said = ends("--config", site)
    assert code in {WRONG_USE, CANNOT}
    assert 'directory "state" is a file; name a directory' in said


def test_a_storage_that_cannot_be_written_is_named(site: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1_024) as disk:
        site.write_text(site.read_text().replace('directory = "state"', f'directory = "{disk.folder}"'))
        disk.read_only()
        code, said = ends("--config", site)
    assert code in {WRONG_USE, CANNOT}
    assert str(disk.folder) in said


def test_the_log_of_another_site_is_refused_and_left_alone(site: Path) -> None:
    log = site.parent / "state" / "log.db"
    log.parent.mkdir()
    store = Store.open(log)
    store.identity("cinisello")
    store.close()
    code, said = ends("--config", site)
    assert code == CANNOT
    assert f"{log} is the log of site cinisello, not of {SITE}; name that site's own file" in said


def test_a_key_that_cannot_be_used_is_found_before_anything_is_touched(site: Path) -> None:
    (site.parent / "secrets" / "credential.key").write_text("00" * 31)
    code, said = ends("--config", site)
    assert code in {WRONG_USE, CANNOT}
    assert "credential.key" in said
    assert not (site.parent / "state").exists()


def test_a_socket_for_the_pages_that_cannot_be_made_is_named(site: Path) -> None:
    (site.parent / "state" / "feed.sock").mkdir(parents=True)
    code, said = ends("--config", site)
    assert code == CANNOT
    assert "feed.sock cannot be made" in said


@pytest.fixture
def running(site: Path, tmp_path: Path) -> Iterator[Part]:
    part = Part("gateway", tmp_path, ["gateway", "--config", site])
    with Mosquitto(tmp_path) as mosquitto:
        site.write_text(write_site(tmp_path, PLAN, mosquitto.port, free_port()).read_text())
        part.start()
        log = SiteLog(tmp_path / "state" / "log.db", SITE)
        wait_until(log.entries, "the first event", words=part.tail)
        yield part
        part.end_all()


def test_a_second_gateway_on_one_log_is_refused_and_the_first_goes_on(running: Part, site: Path) -> None:
    code, said = ends("--config", site)
    assert code == CANNOT
    assert "another process holds" in said
    assert "end the other gateway of this log first" in said
    assert running.running


def test_told_to_end_it_ends_soon_and_in_order(running: Part) -> None:
    assert running.stop() == 0
    assert "Traceback" not in running.words()


def test_what_is_wrong_around_it_is_said_once_each(running: Part) -> None:
    wait_until(lambda: running.said("doorkeeper"), "a word on the doorkeeper", words=running.tail)
    wait_until(lambda: running.said("the link to the registry"), "a word on the registry", words=running.tail)
    (said,) = running.said("doorkeeper")
    assert said.startswith("ERROR hubout.gateway: the doorkeeper at ")
    assert said.endswith("keeper.sock does not answer; see that its service runs")
    assert len(running.said("the link to the registry: nobody answers at http://127.0.0.1:9")) == 1
    assert running.said("broker") == []
