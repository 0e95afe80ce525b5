"""A short run of the whole bench on real programs: what it reports, and that nothing is lost. No speed decides here."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.broker import start_broker
from bench.clock import holds_within
from bench.memory import children, resident_mb
from bench.population import Size
from bench.processes import Processes
from bench.report import Measured, table, to_json
from bench.run import Effort, measure
from bench.trouble import CannotMeasure
from bench.watched import Crowd
from registry.web.navigation import MENU

SPANS = {"p50_us", "p99_us", "floor_p50_us", "floor_p99_us"}
TARGETS, TARGETS_OF_A_DATABASE, PAGES = 17, 3, 5
pytestmark = [pytest.mark.alone, pytest.mark.timeout(900)]
"""Some dozen programs start one after another."""
AWAY_EVENTS, VERIFIED_EVENTS = 3_000, 5_000


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Measured, list[str]]:
    told: list[str] = []
    large, any_floor = Size(1_000, 2_000, 10_000), math.inf
    effort = Effort(30, 1.5, large, 2, AWAY_EVENTS, VERIFIED_EVENTS, any_floor, Crowd(PAGES, 50, 8, 1), 1, a_year=False)
    return measure(tmp_path_factory.mktemp("b"), effort, told.append), told


@pytest.fixture(scope="module")
def report(short: tuple[Measured, list[str]]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(to_json(short[0])))
    return content


def test_taps_are_measured_to_the_reader_and_to_the_lock_line_beside_their_floor(report: dict[str, Any]) -> None:
    for name in ("tap_to_feedback", "tap_to_lock"):
        assert set(report[name]) == SPANS
        assert 0 < report[name]["p50_us"] <= report[name]["p99_us"]
        assert 0 < report[name]["floor_p50_us"] <= report[name]["floor_p99_us"]


def test_every_message_is_in_the_log_once_and_answered(report: dict[str, Any]) -> None:
    assert report["ingest"]["lost"] == 0
    assert report["ingest"]["messages_per_s"] > 0
    assert report["ingest"]["floor_messages_per_s"] > 0


def test_judge_memory_and_start_are_measured(report: dict[str, Any]) -> None:
    assert all(value > 0 for value in report["judge"].values())
    assert all(value > 0 for value in report["memory"].values())
    assert 0 < report["start"]["first_decision_s"] < 30


def test_every_target_has_its_line(short: tuple[Measured, list[str]]) -> None:
    databases = len(short[0].drained)
    assert len(table(short[0]).splitlines()) == TARGETS + databases * TARGETS_OF_A_DATABASE


def test_a_log_of_days_is_drained_into_each_database_beside_its_floor(report: dict[str, Any]) -> None:
    assert set(report["drain"]) == {"sqlite", "postgresql"}, "the tests install both"
    for kind, drained in report["drain"].items():
        assert (drained["events"], drained["lost"]) == (AWAY_EVENTS, 0)
        assert all(drained[name] > 0 for name in ("events_per_s", "floor_events_per_s", "gateway_mb", "registry_mb"))
        assert report["ratios"][f"drain_{kind}"] > 0


def test_a_long_log_is_verified_beside_reading_and_hashing_its_rows(report: dict[str, Any]) -> None:
    assert report["verify"]["events"] == VERIFIED_EVENTS
    assert 0 < report["verify"]["floor_s"] < report["verify"]["took_s"]


def test_every_tap_comes_to_every_open_page_while_devices_talk(report: dict[str, Any]) -> None:
    found = report["live_pages"]
    assert (found["pages"], found["missing"]) == (PAGES, 0)
    assert 0 < found["page_p50_ms"] <= found["page_p99_ms"] < 10_000
    assert all(found[name] > 0 for name in ("lock_p99_us", "alone_lock_p99_us", "ratio", "kb_per_s", "memory_mb"))


def test_every_page_that_the_navigation_leads_to_is_rendered_beside_its_floor(report: dict[str, Any]) -> None:
    pages = {page["page"]: page for page in report["pages"]}
    assert {f"centre: {entry.path}" for entry in MENU.entries} < set(pages)
    assert {"site: /", "site: /muster", "site: /timeline", "centre: /sites/cinisello"} < set(pages)
    assert all(page["ms"] > 0 and page["floor_ms"] > 0 and page["kb"] > 1 for page in pages.values())


def test_it_tells_what_it_is_at(short: tuple[Measured, list[str]]) -> None:
    said = " ".join(short[1])
    for what in (
        "normal site",
        "sustained messages: floor",
        "sustained messages: gateway",
        "large site",
        "judge",
        "week drained",
        "live pages open: pair 1 of 1",
        "pages of the centre",
    ):
        assert what in said


def test_without_mosquitto_one_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("bench.broker.PLACES", str(tmp_path))
    with Processes(tmp_path) as processes, pytest.raises(CannotMeasure, match="mosquitto is not installed"):
        start_broker(processes)


def test_a_broker_that_does_not_come_up_is_told_in_its_own_words(tmp_path: Path) -> None:
    broken = tmp_path / "mosquitto"
    broken.write_text("#!/bin/sh\necho 'no such setting' >&2\nexit 3\n")
    broken.chmod(0o755)
    words = f"import os; os.environ['PATH'] = {str(tmp_path)!r} + ':' + os.environ['PATH']\n"
    words += "from hubout.cli import run\nraise SystemExit(run(['bench', '--taps', '24', '--seconds', '1']))"
    ended = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert "mosquitto did not start; it said: no such setting." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_process_s_memory_and_children_are_found() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert child.pid in children(os.getpid())
        assert holds_within(lambda: resident_mb(child.pid) > 1, 10)
    finally:
        child.kill()
        child.wait()
    assert resident_mb(child.pid) == 0
    assert children(child.pid) == []
