"""``hubout replica``: what a site's doors judge by, out of its own files, with nobody's name unless asked."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from access.records import Record
from access.site import Proof
from devices.replica_file import read_replica_file
from devices.sitefile import read_site_file
from gateway.link.store import LinkStore
from hubout.cli import run
from tests.support.feeds import BADGE, ONE_OF_EACH, START_MS, replica_of, site_of, snapshot
from tests.support.sites import example_site

NAMES = ("Zoë Ferri", "Santa Bruna")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The published example, its files in the test's own folder."""
    path = example_site(tmp_path)
    text = path.read_text()
    assert 'directory = "/var/lib/hubout"' in text
    path.write_text(text.replace('directory = "/var/lib/hubout"', 'directory = "state"'))
    (tmp_path / "state").mkdir()
    return path


def kept(site: Path, *records: Record, version: int = 7) -> LinkStore:
    """The link of a gateway that runs, with these records."""
    store = LinkStore.open(site.parent / "state" / "link.db")
    store.keep(snapshot(version, records or ONE_OF_EACH))
    return store


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["replica", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def records_in(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["records"]
    return found


def test_it_writes_the_sites_doors_policy_and_records(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = kept(site)
    code, out, err = said(capsys, "--config", site, "--names")
    store.close()
    assert (code, err) == (0, f"{read_site_file(site).site.id}: version 7, {len(ONE_OF_EACH)} records\n")
    file, described = read_replica_file(out.encode()), read_site_file(site).site
    assert file.replica == replica_of(7, ONE_OF_EACH)
    assert (file.site, file.zone.key) == (described.id, described.timezone)
    assert file.policy.grace_before_ms == described.policy.grace_before_ms
    assert {door.id: door.accepts_unproved for door in file.doors.values()} == {
        door.id: door.proof is Proof.UNPROVED for door in described.doors.values()
    }


def test_without_names_it_names_nobody(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(site).close()
    _, plain, _ = said(capsys, "--config", site)
    _, named, _ = said(capsys, "--config", site, "--names")
    assert [name for name in NAMES if name in plain] == []
    assert [name for name in NAMES if name in named] == [*NAMES]
    assert BADGE.credentials[0].hex() in plain
    assert [(row["kind"], row["record"]["id"]) for row in records_in(plain)] == [
        (row["kind"], row["record"]["id"]) for row in records_in(named)
    ]


def test_a_file_is_whole_and_its_owners_alone(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(site).close()
    out = tmp_path / "replica.json"
    out.write_text("an older one")
    out.chmod(0o644)
    code, printed, _ = said(capsys, "--config", site, "--out", out)
    assert (code, printed) == (0, "")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert read_replica_file(out.read_bytes()).replica.version == 7
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("replica")] == ["replica.json"]


def test_what_it_wrote_is_judged(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(site).close()
    said(capsys, "--config", site, "--out", tmp_path / "replica.json")
    door = next(iter(read_site_file(site).site.doors))
    asked = {"at": START_MS, "door": door, "credential": BADGE.credentials[0].hex()}
    command = [sys.executable, "-m", "hubout", "decide", "--replica", str(tmp_path / "replica.json")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["person"] == BADGE.person


def test_a_site_to_which_nothing_came_is_said_so(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    LinkStore.open(site.parent / "state" / "link.db").close()
    code, out, err = said(capsys, "--config", site)
    assert (code, records_in(out)) == (0, [])
    assert err.endswith(": nothing has come from the registry yet\n")


def test_a_site_that_never_ran_is_wrong_use(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "--config", site)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "link.db; start the gateway of this site once" in err


def test_a_damaged_link_is_one_sentence_and_exit_code_1(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site.parent / "state" / "link.db").write_bytes(b"no database" * 100)
    code, out, err = said(capsys, "--config", site)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "link.db is not a database" in err


def test_a_bad_site_file_is_wrong_use(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--config", tmp_path / "none.toml")[0] == 2
    site.write_text("[site]\n")
    code, _, err = said(capsys, "--config", site)
    assert (code, err.count("\n")) == (2, 1)
    assert "cannot be used" in err


def test_a_place_that_cannot_be_written_is_wrong_use(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(site).close()
    code, _, err = said(capsys, "--config", site, "--out", tmp_path / "nowhere" / "replica.json")
    assert (code, err.count("\n")) == (2, 1)
    assert "cannot be written: No such file or directory; name another with --out" in err


def test_a_reader_who_leaves_early_is_no_error(site: Path) -> None:
    kept(site, *site_of(100, 100, 3_000)).close()
    taken, given_up = os.pipe()
    os.close(taken)
    command = [sys.executable, "-m", "hubout", "replica", "--config", str(site)]
    done = subprocess.run(command, stdout=given_up, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(given_up)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
