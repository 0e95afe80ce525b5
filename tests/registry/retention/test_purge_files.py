"""Of who was erased nothing is left in a dump of PostgreSQL nor in any of its files, once it was purged (P4, P5)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from access.facts import Entered
from access.facts_people import VisitBegan
from hubout.registry_retention import warn
from registry.retention.purge import purge
from registry.retention.remains import remains
from tests.support.canaries import files_with, within
from tests.support.centres import Centre, centre
from tests.support.databases import Cluster, client, database_url
from tests.support.fixed_day import wall_ms
from tests.support.log_rows import rows_of, sent
from tests.support.parts import wait_until

SITE = "matera"
NAME, CODE, EMAIL, REF = "Canarina Postgrini", "CNLPST03L59F052Q", "canarina@postgres.example", "ref-canary-pg"
UID = "04CA11A2D00D99"
KNOWN = (NAME, CODE, EMAIL, REF)


@pytest.fixture
def running(postgresql: Cluster, tmp_path: Path) -> Iterator[Centre]:
    with (
        database_url("postgresql", tmp_path, postgresql) as url,
        centre(url, tmp_path / "keys") as made,
    ):
        made.add_site(SITE)
        yield made


def administered(url: str, *statements: str) -> None:
    """What whoever runs the server says to it, each by itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def dumped(url: str) -> bytes:
    return subprocess.run([client("pg_dump"), url], check=True, capture_output=True).stdout


def in_files(postgresql: Cluster) -> dict[str, set[str]]:
    """In which of the server's files each stands."""
    return {one: names for one, names in files_with(postgresql.folder, *KNOWN, UID).items() if names}


def test_nothing_of_who_was_erased_is_in_a_dump_or_a_file(
    running: Centre, postgresql: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    warn(running.registry)
    assert "set wal_recycle = off" in capsys.readouterr().err
    administered(running.url, "ALTER SYSTEM SET wal_recycle = off", "SELECT pg_reload_conf()")
    wait_until(lambda: not remains(running.database), "the server to know its setting")
    warn(running.registry)
    assert capsys.readouterr().err == ""
    known = {"name": NAME, "fiscal_code": CODE, "email": EMAIL, "ref": REF}
    who = str(running.made("/people", known)["id"])
    for other in ("Abramo Altri", "Zeno Altri"):
        running.admit(SITE, other)  # With these the server notes names to plan by.
    running.ask("PUT", f"/sites/{SITE}/rights/{who}", {"zones": ["hall"]})
    running.made(f"/people/{who}/badges", {"uid": UID})
    running.made(f"/people/{who}/data-requests", {"kind": "correct", "said": f"{NAME}, {CODE}"})
    facts = (Entered(who, "front", "hall", "1-1"), VisitBegan("v-1", "hall", "Sara", f"con {NAME}"))
    assert running.as_gateway(SITE, "POST", "/events", sent(rows_of(*facts, site=SITE), SITE)).status_code == 200
    administered(running.url, "ANALYZE", "CHECKPOINT")
    assert within(dumped(running.url), *KNOWN, UID, running.token) == set(KNOWN), "what is known, and no secret"
    assert in_files(postgresql).keys() == set(KNOWN), "the search finds what is there"

    assert running.ask("DELETE", f"/people/{who}").status_code == 204
    purge(running.database, wall_ms(), "test")
    assert within(dumped(running.url), *KNOWN, UID) == set()
    administered(running.url, "SELECT pg_switch_wal()", "CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT")
    assert in_files(postgresql) == {}
    for whole in (False, True):
        assert purge(running.database, wall_ms(), "test", whole=whole) == {}
