"""A backup that is put back brings nobody back who was erased, and is purged as what it was a copy of (P4, P5)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from access.clock import DAY_MS
from access.facts import Entered, Left
from access.facts_people import VisitBegan, VisitEnded
from hubout.cli import hubout
from registry.edit import editing
from registry.retention import holds
from registry.retention.erased_logs import KEPT_MS
from registry.retention.keeping import Keeping
from registry.retention.purge import purge
from registry.retention.remembering import FILE, remember, remembered
from registry.setup import Registry
from registry.tables import core as t
from tests.support import fixed_day
from tests.support.centres import Centre, centre
from tests.support.fixed_day import wall_ms
from tests.support.log_rows import START_MS, rows_of, sent

SITE, NAME = "matera", "Canarina Riportata"


@pytest.fixture(autouse=True)
def day() -> Iterator[None]:
    with fixed_day.for_commands():
        yield


def lived(folder: Path) -> str:
    """A registry where somebody came, was visited and went; a copy of its file from then lies beside it."""
    with centre(f"sqlite:///{folder / 'registry.db'}", folder / "keys") as made:
        made.add_site(SITE)
        who = made.admit(SITE, NAME)
        facts = (Entered(who, "front", "hall", "1-1"), VisitBegan("v-1", "hall", NAME), VisitEnded("v-1", NAME))
        rows = rows_of(*facts, Left("front", "hall", "", who), site=SITE)
        assert made.as_gateway(SITE, "POST", "/events", sent(rows, SITE)).status_code == 200
        purge(made.database, START_MS, "test", whole=True)
        shutil.copyfile(folder / "registry.db", folder / "backup.db")
        _erased(made, who)
        return who


def _erased(made: Centre, who: str) -> None:
    assert made.ask("DELETE", f"/people/{who}").status_code == 204
    Keeping(made.database, wall_ms, made.registry.keys.folder).once()


def put_back(folder: Path) -> None:
    for name in ("registry.db-wal", "registry.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copyfile(folder / "backup.db", folder / "registry.db")


def traces(folder: Path) -> set[str]:
    return {one.name for one in folder.glob("registry.db*") if NAME.encode() in one.read_bytes()}


def said(folder: Path, *command: str) -> str:
    begins = ["registry", "--database", f"sqlite:///{folder / 'registry.db'}", "--keys", str(folder / "keys")]
    done = CliRunner().invoke(hubout, [*begins, *command])
    assert done.exit_code == 0, done.output
    return done.output


def totals(folder: Path) -> tuple[int, int, int]:
    """Stays, their times added up, and visits: what figures are made of."""
    with Registry(f"sqlite:///{folder / 'registry.db'}", folder / "keys") as registry, registry.database.read() as read:
        stays = read.execute(select(func.count(), func.sum(t.stay.c.end_ms - t.stay.c.start_ms))).one()
        return stays[0], stays[1], read.execute(select(func.count()).select_from(t.visit)).scalar_one()


def test_whom_a_backup_brings_back_is_erased_again_and_its_purge_leaves_the_same(tmp_path: Path) -> None:
    who = lived(tmp_path)
    assert traces(tmp_path) == set()
    assert set(remembered(tmp_path / "keys")) == {who}
    before = totals(tmp_path)
    put_back(tmp_path)
    assert traces(tmp_path) == {"registry.db"}
    assert "1 who had been erased were in the backup" in said(tmp_path, "restored")
    said(tmp_path, "purge")
    assert traces(tmp_path) == set()
    assert totals(tmp_path) == before
    assert "nothing is over" in said(tmp_path, "purge")
    assert "erased" not in said(tmp_path, "restored"), "once"


def test_whom_a_hold_keeps_is_named_to_whoever_restores(tmp_path: Path) -> None:
    who = lived(tmp_path)
    put_back(tmp_path)
    with (
        Registry(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as registry,
        editing(registry.database, wall_ms()) as edit,
    ):
        holds.begin(edit, holds.Wanted("Procura", wall_ms() + DAY_MS, person=who), "op")
    assert f"{who} had been erased and is back: a legal hold keeps them" in said(tmp_path, "restored")


def test_the_file_is_its_owners_and_forgets_and_passes_over_what_it_cannot_read(tmp_path: Path) -> None:
    who = lived(tmp_path)
    path = tmp_path / "keys" / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert NAME not in path.read_text()
    path.write_text(path.read_text() + "old 5\nno line at all\n\nx y\n")
    assert remembered(tmp_path / "keys").keys() == {who, "old"}
    with Registry(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as registry:
        remember(registry.database, tmp_path / "keys", wall_ms())
        assert remembered(tmp_path / "keys").keys() == {who}
        remember(registry.database, tmp_path / "keys", wall_ms() + KEPT_MS + DAY_MS)
    assert remembered(tmp_path / "keys") == {}
    path.unlink()
    assert remembered(tmp_path / "keys") == {}
