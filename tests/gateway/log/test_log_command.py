import json
import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from access.log import link, read_header
from access.reasons import Reason
from gateway.log.store import Store
from hubout.cli import run
from tests.support.judged_logs import ASKED, judged_log
from tests.support.logs import at, filled, numbered, opened
from tests.support.sites import edited_site


@pytest.fixture
def path(tmp_path: Path) -> Path:
    judged_log(tmp_path / "log.db")
    return tmp_path / "log.db"


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["log", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def erase(path: Path, seq: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM body WHERE seq = ?", (seq,))
    connection.close()


def change(path: Path, seq: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE body SET body = replace(body, 'front', 'frent') WHERE seq = ?", (seq,))
    connection.close()


def rejudged(path: Path, seq: int, old: str, new: str) -> None:
    """A log whose chain holds but whose verdict was another: as a rule that changed would leave it."""
    store, chain = opened(path.with_name("other.db"))
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT header, salt, body FROM log JOIN body USING (epoch, seq) ORDER BY seq")
        for number, (header, salt, body) in enumerate(rows.fetchall(), start=1):
            text = body.replace(old.encode(), new.encode()) if number == seq else body
            chain, row = link(chain, number, read_header(header).kind, text, salt, at(number))
            store.commit([row], [], None)
    connection.close()
    store.close()
    path.with_name("other.db").rename(path)


def test_verify_says_where_a_sound_log_ends(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = len(ASKED) + 3
    code, out, _ = said(capsys, "verify", path)
    assert code == 0
    assert out.splitlines()[0] == f"{path} holds: {rows} events, 0 of them erased"
    assert out.splitlines()[1].startswith(f"epoch 1 ends at event 1-{rows}, hash ")


def test_verify_in_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    erase(path, 2)
    code, out, _ = said(capsys, "verify", path, "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["ok"], answer["rows"], answer["erased"]) == (True, len(ASKED) + 3, 1)
    assert answer["branches"]["1"]["seq"] == answer["rows"]


def test_verify_names_the_first_bad_row(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(path, 9)
    change(path, 4)
    code, out, err = said(capsys, "verify", path)
    assert (code, out) == (1, "")
    assert err == f"hubout: {path} is broken at event 1-4: the body was changed\n"
    code, out, _ = said(capsys, "verify", path, "--json")
    assert code == 1
    assert json.loads(out) == {
        "ok": False,
        "event": "1-4",
        "what": f"{path} is broken at event 1-4: the body was changed",
    }


def test_verify_says_what_is_wrong_with_a_file_that_is_no_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log.db").write_bytes(b"nothing of the kind" * 100)
    code, _, err = said(capsys, "verify", tmp_path / "log.db")
    assert code == 1
    assert "is not a database" in err
    sqlite3.connect(tmp_path / "empty.db").close()
    assert said(capsys, "verify", tmp_path / "empty.db")[0] == 1


def test_a_log_is_found_by_its_folder_and_by_its_site_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site, _ = edited_site(tmp_path, 'directory = "/var/lib/hubout"', f'directory = "{tmp_path}/kept"')
    (tmp_path / "kept").mkdir(mode=0o750)
    filled(tmp_path / "kept" / "log.db", 3)
    for name in (tmp_path / "kept", site):
        code, out, err = said(capsys, "verify", name)
        assert (code, err) == (0, "")
        assert "holds: 3 events" in out


def test_a_log_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(capsys, "verify", tmp_path)
    assert code == 2
    assert err.count("\n") == 1
    assert f"there is no log {tmp_path}/log.db; name a gateway's log.db" in err


def test_a_log_can_be_read_while_its_gateway_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store, chain = opened(tmp_path / "log.db")
    _, rows = numbered(chain, 3)
    store.commit(rows, [], None)
    assert "holds: 3 events" in said(capsys, "verify", tmp_path)[1]
    store.close()


def exported(capsys: pytest.CaptureFixture[str], path: Path) -> list[dict[str, Any]]:
    code, out, _ = said(capsys, "export", path)
    assert code == 0
    return [json.loads(line) for line in out.splitlines()]


def test_export_writes_every_event_with_a_header_that_hashes_to_its_hash(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    erase(path, 3)
    rows = exported(capsys, path)
    assert [row["seq"] for row in rows] == list(range(1, len(ASKED) + 4))
    assert all(sha256(row["header"].encode()).hexdigest() == row["hash"] for row in rows)
    assert rows[2]["body"] is None
    assert rows[0]["body"]["door"] == "front"
    assert not any("salt" in row for row in rows)


def test_export_stops_at_a_row_that_does_not_verify(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(path, 4)
    code, _, err = said(capsys, "export", path)
    assert code == 1
    assert "is broken at event 1-4" in err


def test_export_ends_quietly_where_its_reader_has_seen_enough(tmp_path: Path) -> None:
    filled(tmp_path / "log.db", 3_000)
    command = [sys.executable, "-m", "hubout", "log", "export", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""


def test_replay_judges_every_verdict_the_same(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "replay", path)
    assert code == 0
    assert out == f"{len(ASKED) + 2} verdicts: {len(ASKED)} the same, 0 different, 0 purged, 2 without a case\n"


def test_replay_counts_what_was_erased_as_purged(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    erase(path, 1)
    erase(path, 2)
    code, out, _ = said(capsys, "replay", path, "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["ok"], answer["purged"], answer["same"]) == (True, 2, len(ASKED) - 2)


def test_replay_names_a_verdict_that_would_be_another(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seq = list(ASKED).index(Reason.NO_BOOKING) + 1
    rejudged(path, seq, '"granted":false,', '"granted":true,')
    code, out, _ = said(capsys, "replay", path)
    assert code == 1
    assert out.splitlines()[0] == (
        f"event 1-{seq}: was granted, no-booking by own-booking; now refused, no-booking by own-booking"
    )
    assert "1 different" in out.splitlines()[1]


def test_replay_names_a_case_that_cannot_be_read(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rejudged(path, 1, '"grace_before_ms"', '"grace_bofore_ms"')
    code, out, _ = said(capsys, "replay", path, "--json")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["differ"]) == (1, False, 1)
    assert answer["differences"][0]["event"] == "1-1"
    assert "its case cannot be read" in answer["differences"][0]["now"]


def test_replay_does_not_judge_a_broken_log(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(path, 2)
    code, out, err = said(capsys, "replay", path)
    assert (code, out) == (1, "")
    assert "broken at event 1-2" in err


def test_reading_a_log_leaves_it_as_it_was(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()
    for command in ("verify", "export", "replay"):
        assert said(capsys, command, path)[0] == 0
    assert path.read_bytes() == before
    store = Store.open(path)
    store.close()
