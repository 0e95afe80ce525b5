"""The pages' process itself: started wrong, started first, stopped, orphaned, and left alone by its gateway."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gateway.pages.process import STOP_WITHIN_S as PROCESS_STOPS_WITHIN_S
from hubout.ports import free_port
from tests.support.live_day import busy
from tests.support.live_pages import (
    CODE,
    DEADLINE_S,
    FakeGateway,
    answers,
    running,
    site_file,
    start,
    wait_until,
)

COMMAND = [sys.executable, "-m", "gateway.pages.main"]
PARENT = """
from hubout.ports import free_port
import subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "gateway.pages.main", "--config", sys.argv[1]])
print(child.pid, flush=True)
child.wait()
"""


def ended(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=DEADLINE_S, check=False)


def test_without_a_site_file_it_says_so_in_one_sentence(tmp_path: Path) -> None:
    for arguments in ([], ["--config", str(tmp_path / "none.toml")]):
        run = ended(*arguments)
        assert run.returncode == 2
        assert "Traceback" not in run.stderr
        assert run.stderr


def test_a_code_file_without_a_code_is_said(tmp_path: Path) -> None:
    path = site_file(tmp_path, free_port())
    (tmp_path / "code").write_text("\n")
    run = ended("--config", str(path))
    assert (run.returncode, "holds no code" in run.stderr, "Traceback" in run.stderr) == (2, True, False)


def test_a_port_that_is_taken_ends_it_with_an_error(tmp_path: Path) -> None:
    with running(tmp_path) as pages:
        (tmp_path / "other").mkdir()
        path = site_file(tmp_path / "other", int(pages.url.rsplit(":", 1)[1]))
        run = ended("--config", str(path))
        assert (run.returncode > 0, len(run.stderr.splitlines()), "in use" in run.stderr) == (True, 1, True)
        assert answers(pages.url)


def test_the_first_start_makes_the_staffs_code_and_it_opens_the_pages(tmp_path: Path) -> None:
    port = free_port()
    path = site_file(tmp_path, port)
    (tmp_path / "code").unlink()
    process, url = start(path), f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(url), "the pages answer")
        assert stat.S_IMODE((tmp_path / "code").stat().st_mode) == 0o600
        code = (tmp_path / "code").read_text().strip()
        assert httpx.post(f"{url}/sign-in", data={"name": "Paola", "code": CODE}).status_code == 403
        assert httpx.post(f"{url}/sign-in", data={"name": "Paola", "code": code}).status_code == 303
    finally:
        process.terminate()
        process.wait(DEADLINE_S)


@contextmanager
def signed_in(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, headers={"accept-language": "it"}, timeout=DEADLINE_S) as client:
        client.post("/sign-in", data={"name": "Paola", "code": CODE})
        yield client


def test_it_stops_at_once_though_live_pages_are_open(tmp_path: Path) -> None:
    with running(tmp_path) as pages, signed_in(pages.url) as client:
        pages.gateway.publish(busy())
        with client.stream("GET", "/live/events") as stream:
            chunks = stream.iter_raw()
            next(chunks)
            begun = time.monotonic()
            pages.process.terminate()
            pages.process.wait(DEADLINE_S)
            assert time.monotonic() - begun < 2 * PROCESS_STOPS_WITHIN_S


def test_it_ends_when_the_gateway_that_started_it_was_killed(tmp_path: Path) -> None:
    port = free_port()
    path = site_file(tmp_path, port)
    with subprocess.Popen([sys.executable, "-c", PARENT, str(path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(url), "the pages answer")
        parent.kill()
    wait_until(lambda: not alive(child), "the orphan ended")
    assert not answers(url)


def test_pages_whose_gateway_died_before_they_looked_end_too(tmp_path: Path) -> None:
    """Killed in its first second, a gateway is gone before its pages have read their first module."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert ended("--config", str(site_file(tmp_path, free_port())), "--parent", str(gone.pid)).returncode in {0, 1}


def alive(process: int) -> bool:
    """Whether a process runs; one that ended and waits to be reaped does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_the_page_says_that_the_gateway_is_silent_and_recovers_by_itself(tmp_path: Path) -> None:
    with running(tmp_path) as pages, signed_in(pages.url) as client:
        assert "non c'è ancora nulla da mostrare" in client.get("/").text.replace("&#39;", "'")
        assert client.get("/readyz").status_code == 503
        pages.gateway.publish(busy())
        wait_until(lambda: client.get("/readyz").status_code == 200, "a snapshot is read")
        assert "Aggiornato alle 11:10:00" in client.get("/").text
        pages.gateway.stop()
        wait_until(lambda: client.get("/readyz").status_code == 503, "the silence is noticed")
        page = client.get("/").text
        assert "Il gateway non risponde da" in page
        assert "quello che vedi è delle 11:10:00" in page
        assert "Aurora Ferri" in page
        back = FakeGateway(tmp_path)
        back.publish(busy())
        back.start()
        wait_until(lambda: client.get("/readyz").status_code == 200, "the new gateway is found")
        back.stop()


def test_asking_a_gateway_that_is_gone_is_said_and_nothing_is_done_later(tmp_path: Path) -> None:
    with running(tmp_path) as pages, signed_in(pages.url) as client:
        pages.gateway.publish(busy())
        wait_until(lambda: client.get("/readyz").status_code == 200, "a snapshot is read")
        csrf = client.get("/").text.split('name="csrf" value="')[1].split('"')[0]
        pages.gateway.stop()
        client.post("/doors/ingresso/open", data={"csrf": csrf, "reason": "visitor"})
        page = client.get("/").text
        assert "non risponde: non è stato fatto nulla" in page or "non ha risposto in tempo" in page
        back = FakeGateway(tmp_path)
        back.publish(busy())
        back.start()
        wait_until(lambda: client.get("/readyz").status_code == 200, "the new gateway is found")
        back.stop()
        assert back.asked == []


def test_a_restart_signs_everybody_out(tmp_path: Path) -> None:
    with running(tmp_path) as pages, signed_in(pages.url) as client:
        assert client.get("/").status_code == 200
        pages.process.kill()
        pages.process.wait(DEADLINE_S)
        again = start(tmp_path / "site.toml")
        try:
            wait_until(lambda: answers(pages.url), "the pages are back")
            assert client.get("/").headers["location"] == "/sign-in?ended"
        finally:
            again.terminate()
            again.wait(DEADLINE_S)


def test_it_yields_to_the_door_on_a_small_machine(tmp_path: Path) -> None:
    with running(tmp_path) as pages:
        assert os.getpriority(os.PRIO_PROCESS, pages.process.pid) >= os.getpriority(os.PRIO_PROCESS, 0) + 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_when_told_to(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as pages:
        pages.process.send_signal(number)
        pages.process.wait(DEADLINE_S)
        assert pages.process.returncode in {0, -number}
