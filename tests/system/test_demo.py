"""``hubout demo`` as anybody runs it: a day of both sites on real programs, counted, and an end in order."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import pytest
from sqlalchemy import Connection, insert, select, update

from access.clock import HOUR_MS
from access.register import SALT_BYTES
from hubout.demo.stage import KEYS_DIR
from hubout.ports import free_port
from registry import identity
from registry.edit import editing
from registry.registers import editions, keeping, lines
from registry.registers.reading import Author
from registry.setup import Registry
from registry.tables import core as t
from tests.support import recount
from tests.support.parts import wait_until

DAY_S, FEWEST_REASONS = 30, 6
DAYS_LATER_MS = 4_000_000_000_000
"""The demo plays a day of its own; whoever was still there then has stayed to the end of every lesson."""
WITHIN_S = 240
WRONG_USE = 2
pytestmark = pytest.mark.timeout(240)


class Demo:
    """One run in a terminal of its own: what it has said so far is in ``words``."""

    def __init__(self, folder: Path, *words: str | Path) -> None:
        self._out = folder / "demo.out"
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hubout", "demo", *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )

    @property
    def words(self) -> str:
        """What it has said."""
        return self._out.read_text()

    def until(self, pattern: str) -> None:
        """Wait until it has said something."""
        wait_until(
            lambda: re.search(pattern, self.words) or self.process.poll() is not None,
            f"{pattern!r} of the demo",
            WITHIN_S,
            lambda: self.words,
        )

    def ended(self) -> int:
        """Its exit code."""
        return self.process.wait(WITHIN_S)


@contextmanager
def demo(folder: Path, *words: str | Path) -> Iterator[Demo]:
    """A demo that ends with the block."""
    running = Demo(folder, *words)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(60)


@pytest.fixture
def keep() -> Iterator[Path]:
    """A folder that may be kept, by a short name: sockets lie in it, and the path of one has 107 bytes at most."""
    with TemporaryDirectory(prefix="hubout-") as folder:
        yield Path(folder) / "kept"


def programs_in(folder: Path) -> list[str]:
    """The programs that run with a file of this folder among their words."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if str(folder) in words and "pytest" not in words:
            found.append(words)
    return found


def assert_registers_are_recounted(keep: Path) -> None:
    """The registers of the day say, minute for minute, what a script counts from the raw logs without our code: that of
    its lesson, and those of a lesson of every cohort, of nine hours with a break.
    """
    path = keep / "registry.db"
    with Registry(f"sqlite:///{path}", keep / KEYS_DIR) as registry:
        with registry.database.write() as connection:
            whole_day(connection)
            connection.execute(update(t.session).values(state="delivered"))
            found = connection.execute(select(t.session.c.site, t.session.c.id, t.session.c.programme)).all()
        said = {(site, session): minutes_of(registry, site, session) for site, session, _ in found}
    counted = {
        (site, session): {
            who: minutes for (one, who), minutes in recount.recount(str(path), site, of).items() if one == session
        }
        for site, session, of in found
    }
    assert said == counted
    assert {site for site, session in said if said[site, session]} == {"cinisello", "matera"}
    assert any(0 < recognised < delivered for some in said.values() for delivered, recognised in some.values())


def whole_day(connection: Connection) -> None:
    """Plan a lesson of every cohort around that of the day."""
    c = t.cohort.c
    lesson = connection.execute(select(t.session)).one()._mapping
    start_ms = lesson["start_ms"] - 3 * HOUR_MS
    breaks = f"{start_ms + 2 * HOUR_MS}-{start_ms + 2 * HOUR_MS + 900_000}"
    for cohort, site, programme in connection.execute(select(c.id, c.site, c.programme)).all():
        mine = {"site": site, "id": f"l-{cohort}", "programme": programme, "start_ms": start_ms, "breaks": breaks}
        connection.execute(insert(t.session).values({**lesson, **mine, "end_ms": start_ms + 9 * HOUR_MS}))
        connection.execute(insert(t.session_group).values(site=site, session=f"l-{cohort}", group_id=cohort))


def minutes_of(registry: Registry, site: str, session: str) -> dict[str, tuple[int, int]]:
    """By person, what a session's register says: minutes delivered and recognised."""
    with editing(registry.database, DAYS_LATER_MS) as edit:
        author, ident = Author("", "Prova"), identity.new_id()
        scope = keeping.open_session(edit, ident, site, session, author, lambda: identity.new_salt(SALT_BYTES))
        rows = lines.people_of(editions.latest(edit.connection, scope))
        return {row.person: (row.have.delivered_minutes, row.have.recognised_minutes) for row in rows}


def test_a_day_of_both_sites_ends_with_everything_counted_and_equal(tmp_path: Path, keep: Path) -> None:
    report = tmp_path / "r.json"
    with demo(tmp_path, "--for", str(DAY_S), "--report", report, "--keep", keep) as running:
        assert running.ended() == 0, running.words
    said = json.loads(report.read_text())
    assert said["ok"]
    assert said["events_logged"] == said["events_synced"] > 100
    assert said["chain_ok"]
    assert said["registry_equal"]
    assert said["trouble"] == said["unsettled"] == []
    assert said["visits"] == 2
    assert min(said["no_shows"], said["checked_in"]) >= 1
    assert len(said["refusals"]) >= FEWEST_REASONS, said["refusals"]
    assert said["taps"] == said["grants"] + sum(said["refusals"].values())
    assert min(said["taps"], said["grants"], said["entries"], said["desk_changes"]) > 0
    assert set(said["sites"]) == {"cinisello", "matera"}
    assert len(set(re.findall(r"http://127\.0\.0\.1:\d+/", running.words))) == 3, "two sites and the registry"
    assert "log verified; registry equal to the gateways" in running.words
    assert programs_in(keep) == []
    for site in said["sites"]:
        words = ["log", "verify", str(keep / site / "state" / "log.db")]
        verified = subprocess.run([sys.executable, "-m", "hubout", *words], check=False, capture_output=True, text=True)
        assert verified.returncode == 0, verified.stderr
    assert_registers_are_recounted(keep)
    again = subprocess.run(
        [sys.executable, "-m", "hubout", "demo", "--keep", str(keep)], check=False, capture_output=True, text=True
    )
    assert again.returncode == WRONG_USE
    assert f"the folder {keep} is not empty; name a new one for --keep" in again.stderr
    assert len(again.stderr.splitlines()) == 1


def test_a_folder_too_deep_for_sockets_is_refused_in_one_sentence_before_anything_begins(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    with demo(tmp_path, "--keep", deep) as running:
        assert running.ended() == WRONG_USE
        assert "bytes too long for the sockets in it; name a shorter --keep" in running.words
        assert len(running.words.splitlines()) == 1
    assert not deep.exists()


def test_ctrl_c_ends_it_in_order_and_it_still_counts(tmp_path: Path, keep: Path) -> None:
    port = free_port()
    with demo(tmp_path, "--speed", "120", "--port", str(port), "--keep", keep) as running:
        running.until(r"\d\d:\d\d  Hubout Cinisello")
        assert f"registry: http://127.0.0.1:{port}/" in running.words
        for page in (port + 1, port + 2):
            with urlopen(f"http://127.0.0.1:{page}/healthz", timeout=5) as answer:
                assert answer.status == 200
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == 0, running.words
        assert "registry equal to the gateways" in running.words
        assert "Traceback" not in running.words
    assert programs_in(keep) == []


def test_a_program_of_it_that_dies_ends_it_with_that_programs_name(tmp_path: Path, keep: Path) -> None:
    with demo(tmp_path, "--speed", "60", "--keep", keep) as running:
        running.until(r"\d\d:\d\d  Hubout Cinisello")
        (pid,) = [
            int(line.parent.name)
            for line in Path("/proc").glob("[0-9]*/cmdline")
            if f"gateway\0--config\0{keep}/matera" in line.read_text(errors="replace")
        ]
        os.kill(pid, signal.SIGKILL)
        assert running.ended() == 1
        assert "hubout demo: gateway-matera ended with -9" in running.words
    wait_until(lambda: not programs_in(keep), "the pages of the gateway that is gone to end", WITHIN_S)
