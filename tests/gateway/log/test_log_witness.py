"""A log that was cut off or written anew holds in itself, and is found against what others noted of it (S4)."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from access.events import WitnessTold
from access.facts import Witnessed
from hubout.cli import run
from tests.support.centres import Centre, centre
from tests.support.link_bench import LinkBench, link_bench
from tests.support.logs import SITE, filled, let_go, linked, lost, opened, over_epochs, rise, some_fact
from tests.support.parts import wait_until

OTHER = "cinisello"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def hash_of(path: Path, seq: int) -> str:
    with closing(sqlite3.connect(path)) as connection:
        ((head,),) = connection.execute("SELECT lower(hex(hash)) FROM log WHERE seq = ?", (seq,)).fetchall()
    return str(head)


def noting(path: Path, *heads: tuple[int, int, str], site: str = SITE) -> Path:
    """Another site's log that notes these of a site's."""
    witness = path.with_name("witness.db")
    store, chain = opened(witness, OTHER)
    _, rows = linked(chain, [some_fact(1), *(Witnessed(site, *head) for head in heads)])
    store.commit(rows, [], None)
    store.close()
    return witness


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = run(["log", "verify", *map(str, words)])
    output = capsys.readouterr()
    return code, output.out + output.err


def test_another_sites_log_agrees_and_says_up_to_where(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    over_epochs(path)
    heads = [(1, 3, hash_of(path, 3)), (4, 8, hash_of(path, 8)), (5, 14, hash_of(path, 14))]
    witness = noting(path, *heads)
    code, out = said(capsys, path, "--witness", witness)
    agrees = f"the witness {witness} agrees at 3 events, the last 5-14"
    rest = "0 that it noted are not here any more, 0 are of a branch that this log left"
    assert (code, out.splitlines()[-1]) == (0, f"{agrees}; {rest}")
    let_go(path, 2)
    lost(path, 3, 3)
    lost(path, 8, 8)
    code, out = said(capsys, path, "--witness", witness, "--json")
    same = {"same": 3, "last": "5-14", "gone": 0, "elsewhere": 0}
    assert (code, json.loads(out)["witnesses"]) == (0, {str(witness): same}), "a gap keeps its last row's hash"


def test_what_was_taken_off_the_end_is_missed_and_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(path, 9)
    witness = noting(path, (1, 4, hash_of(path, 4)), (1, 8, hash_of(path, 8)))
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("log", "body"):
            connection.execute(f"DELETE FROM {table} WHERE seq > 6")  # noqa: S608
    assert said(capsys, path)[0] == 0
    code, out = said(capsys, path, "--witness", witness)
    assert code == 1
    assert "is broken at event 1-8: it is missing: a witness has it, and the log ends at 6" in out


def test_a_log_that_was_written_anew_is_found(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(path, 9)
    witness = noting(path, (1, 4, hash_of(path, 4)))
    path.unlink()
    filled(path, [some_fact(100 + number) for number in range(9)])
    assert said(capsys, path)[0] == 0
    code, out = said(capsys, path, "--witness", witness)
    assert (code, "is broken at event 1-4: a witness has another hash of it" in out) == (1, True)


def test_what_a_log_left_behind_with_an_epoch_is_no_contradiction(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(path, 9)
    witness = noting(path, (1, 4, hash_of(path, 4)), (1, 8, hash_of(path, 8)))
    path.unlink()
    filled(path, 5)
    store, chain = opened(path)
    rise(store, chain, 2, some_fact(8))
    store.close()
    code, out = said(capsys, path, "--witness", witness, "--json")
    assert (code, json.loads(out)["witnesses"][str(witness)]) == (
        0,
        {"same": 1, "last": "1-4", "gone": 0, "elsewhere": 1},
    )


def test_a_file_that_notes_nothing_of_this_log_is_one_sentence(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled(path, 3)
    for witness in (noting(path, (1, 2, "aa" * 32), site="milano"), path.with_suffix(".json")):
        if witness.suffix == ".json":
            witness.write_text("[]")
        code, out = said(capsys, path, "--witness", witness)
        assert (code, out.count("\n")) == (1, 1), out
        assert str(witness) in out


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Centre]:
    with centre(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as made:
        for site in (SITE, OTHER):
            made.add_site(site)
        yield made


def test_each_gateway_is_told_where_the_others_log_stands(
    registry: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:

        def begin(site: str) -> LinkBench:
            folder = tmp_path / site
            folder.mkdir()
            url, token = str(registry.http.base_url), registry.gateways[site].token
            return stack.enter_context(link_bench(folder, url, token, site))

        first = begin(SITE)
        first.log(5)
        first.until_acked()
        second = begin(OTHER)
        wait_until(lambda: any(isinstance(one, WitnessTold) for one in second.posted), "the other's head")
        (told,) = [one for one in second.posted if isinstance(one, WitnessTold)]
        assert told.heads == ((SITE, 1, 5, first.chain.head.hex()),)
        assert not [one for one in first.posted if isinstance(one, WitnessTold)], "the second had said nothing yet"
        answer = registry.ask("GET", f"/sites/{SITE}/branches")
    witness = tmp_path / "answer.json"
    witness.write_bytes(answer.content)
    code, out = said(capsys, tmp_path / SITE / "log.db", "--witness", witness)
    assert (code, "agrees at 1 events, the last 1-5" in out) == (0, True)
