"""A database of before branches: each log is one branch from its beginning, of which all has taken effect."""

import pytest
from sqlalchemy import text

from registry import migrate
from registry.database import Database
from registry.uplink.branches import TO_THE_END

SITE = (
    "INSERT INTO site (id, name, timezone, version, revision, no_show_minutes, offer_minutes, holiday_province,"
    " holiday_language, holidays_added, holidays_removed, digest)"
    " VALUES (:id, :id, 'Europe/Rome', 0, 1, 15, 30, '', 'it', '[]', '', '')"
)
BRANCH = (
    "INSERT INTO branch (site, epoch, seq, head, run, software, seen_ms, poisoned, occupancy, overview)"
    " VALUES (:site, :epoch, :seq, :head, 'r', '', 5, 0, '{}', '{}')"
)
NAMED = "SELECT seq, applied, counts_to, base_epoch, base_seq, made_run FROM branch"
VISIT = (
    "INSERT INTO visit (site, epoch, id, zone, host, purpose, start_ms, end_ms, ended_by)"
    " VALUES ('matera', 1, :id, 'hall', 'paola', '', 1, :end, '')"
)


@pytest.mark.parametrize("epoch", [0, 1])
def test_a_log_of_before_is_the_sites_and_all_of_it_counts_and_has_taken_effect(url: str, epoch: int) -> None:
    database = Database(url)
    migrate.upgrade(database, "0007")
    with database.write() as connection:
        connection.execute(text(SITE), [{"id": "cinisello"}, {"id": "matera"}])
        connection.execute(text(BRANCH), {"site": "matera", "epoch": epoch, "seq": 7, "head": bytes(32)})
        connection.execute(text(VISIT), [{"id": "v1", "end": 5}, {"id": "v2", "end": None}])
    migrate.upgrade(database)
    with database.read() as connection:
        sites = connection.execute(text("SELECT id, confirmed_epoch FROM site ORDER BY id")).all()
        branches = connection.execute(text(NAMED)).all()
        visits = connection.execute(text("SELECT id, end_seq FROM visit ORDER BY id")).all()
    assert sites == [("cinisello", None), ("matera", epoch)]
    assert branches == [(7, 7, TO_THE_END, None, 0, "")]
    assert visits == [("v1", 0), ("v2", None)]
    database.close()
