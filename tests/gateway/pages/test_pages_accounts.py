"""Staff's own accounts at the site's pages: from the replica on disk, with nothing else there."""

import sqlite3
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from access.clock import DAY_MS
from access.records import Person
from access.staff import Staff
from gateway.pages.accounts import Moment, author, signed_in, staff_in
from gateway.pages.shape import Snapshot
from pages import passwords
from tests.support.link_files import link_with
from tests.support.live_day import busy
from tests.support.live_pages import CODE, running, wait_until

NOW_MS = 1_800_000_000_000
PASSWORD = "quattro parole messe a caso"
HASH = passwords.hashed(PASSWORD)
ZENO = Staff("a1", "zeno@example.org", "Zeno Sportello", "operator", HASH)


def at(age_ms: int = 0, late_ms: int = 0) -> Moment:
    seen = {"at_ms": NOW_MS, "sources": {"replica_age_ms": age_ms}}
    return Moment(cast("Snapshot", cast("Any", seen)), late_ms, 30 * DAY_MS)


def test_the_login_in_any_case_and_the_password_open_it(tmp_path: Path) -> None:
    path = link_with(tmp_path, ZENO, Person("p1", "Anna", frozenset({"hall"})))
    assert signed_in(path, " Zeno@Example.ORG", PASSWORD, at()) == ZENO
    assert signed_in(path, "zeno@example.org", "another password", at()) is None
    assert signed_in(path, "nobody@example.org", PASSWORD, at()) is None


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(age_ms=30 * DAY_MS), True),
        (at(age_ms=30 * DAY_MS, late_ms=1), False),
        (at(age_ms=30 * DAY_MS + 1), False),
        (Moment(None, 0, 30 * DAY_MS), False),
    ],
)
def test_it_counts_as_long_as_doors_trust_staff_by_the_replica(tmp_path: Path, moment: Moment, opens: bool) -> None:
    path = link_with(tmp_path, ZENO)
    assert (signed_in(path, ZENO.login, PASSWORD, moment) is not None) is opens


@pytest.mark.parametrize(("until_ms", "opens"), [(NOW_MS + 1, True), (NOW_MS, False), (None, True)])
def test_it_ends_with_the_role(tmp_path: Path, until_ms: int | None, opens: bool) -> None:
    path = link_with(tmp_path, Staff("a1", "zeno", "Zeno", "operator", HASH, until_ms))
    assert (signed_in(path, "zeno", PASSWORD, at()) is not None) is opens


def test_a_row_that_was_changed_on_disk_opens_nothing(tmp_path: Path) -> None:
    path = link_with(tmp_path, ZENO)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE record SET record = replace(record, 'zeno@', 'evil@')")
    connection.close()
    assert staff_in(path) == []
    assert signed_in(path, "evil@example.org", PASSWORD, at()) is None


def test_no_file_and_a_damaged_one_open_nothing(tmp_path: Path) -> None:
    assert staff_in(tmp_path / "none.db") == []
    (tmp_path / "link.db").write_bytes(b"no database" * 100)
    assert signed_in(tmp_path / "link.db", "zeno", PASSWORD, at()) is None


def test_the_log_tells_accounts_from_names_that_were_typed() -> None:
    assert author(ZENO) == "Zeno Sportello (zeno@example.org)"
    assert author(Staff("a", "zeno@example.org", "N" * 70, "operator", HASH)) == "N" * 41 + " (zeno@example.org)"
    assert author(Staff("a", "l" * 60, "N" * 70, "operator", HASH)) == f"({'l' * 57})"


def test_staff_sign_in_at_the_page_by_their_account_or_by_the_sites_code(tmp_path: Path) -> None:
    with running(tmp_path) as pages:
        link_with(tmp_path, ZENO)
        pages.gateway.publish(busy())
        wait_until(lambda: httpx.get(f"{pages.url}/readyz").status_code == 200, "the first snapshot is read")
        for name, code, status, shown in (
            ("ZENO@example.org", PASSWORD, 303, "Zeno Sportello (zeno@example.org)"),
            ("zeno@example.org", "a guess at the password", 403, ""),
            ("Paola (zeno@example.org)", CODE, 303, "Paola [zeno@example.org]"),
            ("Paola", PASSWORD, 403, ""),
        ):
            with httpx.Client(base_url=pages.url) as client:
                answer = client.post("/sign-in", data={"name": name, "code": code})
                assert answer.status_code == status, name
                page = client.get("/", follow_redirects=True).text
                assert (shown in page) if shown else ("/sign-in" in page)
                assert PASSWORD not in page
