"""What `hubout log` says of a log over epochs, whose beginning was let go and in which events are missing."""

import json
from pathlib import Path

import pytest

from hubout.cli import run
from tests.support.judged_logs import ASKED, judged_log
from tests.support.logs import let_go, lost, over_epochs


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = run(["log", *map(str, arguments)])
    return code, capsys.readouterr().out


def test_verify_says_what_is_not_there(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    over_epochs(path)
    let_go(path, 3)
    lost(path, 6, 7, "its page was damaged")
    code, out = said(capsys, "verify", path)
    assert code == 0
    assert out.splitlines()[:4] == [
        f"{path} holds: 9 events, 0 of them erased",
        "events 1 to 3 are not here: kept no longer",
        "events 6 to 7 are not here: its page was damaged",
        out.splitlines()[3],
    ]
    assert [line.split(",")[0] for line in out.splitlines()[3:]] == [
        "epoch 1 ends at event 1-5",
        "epoch 4 ends at event 4-9",
        "epoch 5 ends at event 5-14",
    ]
    _, out = said(capsys, "verify", path, "--json")
    assert json.loads(out)["gaps"][0] == {"first": 1, "last": 3, "why": "kept no longer"}


def test_an_export_says_what_is_not_there_and_hangs_together(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    over_epochs(path)
    lost(path, 6, 7)
    code, out = said(capsys, "export", path)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert lines[5]["gap"]["first"] == 6
    assert json.loads(lines[6]["header"])["prev"] == lines[5]["gap"]["head"]


def test_a_verdict_after_a_gap_is_explained_and_judged_again(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    judged_log(path)
    let_go(path, 2)
    lost(path, 4, 4)
    code, out = said(capsys, "replay", path)
    assert code == 0
    assert out.startswith(f"{len(ASKED) - 1} verdicts: {len(ASKED) - 3} the same, 0 different")
    assert said(capsys, "explain", "1-5", path)[0] == 0
    assert said(capsys, "explain", "1-4", path)[0] == 2
