"""Old copies, clones and new logs of a site at a real registry: each goes on in a branch of its own (S3, S6, S7)."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from access.events_asked import EpochGiven
from access.facts import Checkpoint
from access.facts_log import EpochBegan
from registry.tables import core as t
from registry.uplink.branches import histories
from tests.support.centres import Centre, centre
from tests.support.link_bench import LinkBench, link_bench
from tests.support.logs import SITE, let_go, lost
from tests.support.parts import wait_until
from tests.support.site_books import Centre as Books
from tests.support.site_books import SiteLog

CHECKPOINT = Checkpoint(
    {"stays": [], "anonymous": [], "estimated": []}, {"doors": {}, "desks": {}, "lockdown": False, "fire": False}
)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Centre]:
    with centre(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as made:
        made.add_site(SITE)
        yield made


class Gateways:
    """Gateways of one site, each with a log in a folder of its own, at one registry."""

    def __init__(self, registry: Centre, folder: Path, stack: ExitStack) -> None:
        self.registry, self.folder, self._stack = registry, folder, stack

    def begin(self, name: str, copy_of: LinkBench | None = None) -> LinkBench:
        """Start one with a log of its own, or with a copy of what another's is now."""
        folder = self.folder / name
        folder.mkdir()
        if copy_of is not None:
            source = sqlite3.connect(copy_of.folder / "log.db")
            with closing(source), closing(sqlite3.connect(folder / "log.db")) as copy:
                source.backup(copy)
        url, token = str(self.registry.http.base_url), self.registry.gateways[SITE].token
        return self._stack.enter_context(link_bench(folder, url, token, run=name))

    def holds(self, bench: LinkBench) -> None:
        """Once staff have confirmed this one, the registry has its log, whole, and nothing else for the site's."""
        answer = self.registry.ask(
            "POST", f"/sites/{SITE}/confirmed-epoch", {"epoch": bench.chain.epoch, "note": "this one"}
        )
        assert answer.status_code == 200
        Books(self.registry.registry, SITE).assert_equals(SiteLog(bench.folder / "log.db", SITE))
        bench.restart()
        bench.until_well()

    def branches(self) -> list[tuple[int, int]]:
        """Each branch and the number behind which it begins."""
        items = self.registry.ask("GET", f"/sites/{SITE}/branches").json()["items"]
        return [(item["epoch"], item["base_seq"]) for item in items]

    def alarms(self) -> list[tuple[str, int]]:
        """What staff are alarmed of."""
        return sorted(
            (one["kind"], one["seq"]) for one in self.registry.ask("GET", f"/sites/{SITE}/alarms").json()["items"]
        )


@pytest.fixture
def gateways(registry: Centre, tmp_path: Path) -> Iterator[Gateways]:
    with ExitStack() as stack:
        yield Gateways(registry, tmp_path, stack)


def goes_on(bench: LinkBench) -> EpochGiven:
    """What the loop does with the epoch that the registry gives, and that all is sent then."""
    wait_until(lambda: any(isinstance(event, EpochGiven) for event in bench.posted), "the epoch", 20)
    given = next(event for event in bench.posted if isinstance(event, EpochGiven))
    bench.begin(given.epoch, EpochBegan(given.epoch, given.of_epoch, given.of_seq, given.why), CHECKPOINT)
    bench.until_acked()
    return given


def stops(bench: LinkBench) -> None:
    bench.until_acked()
    bench.link.stop()


@pytest.mark.parametrize("more", [0, 1, 300])
def test_a_gateway_restored_from_an_old_copy_goes_on_in_a_branch_and_all_of_both_is_kept(
    gateways: Gateways, more: int
) -> None:
    old = gateways.begin("old")
    old.log(40)
    old.until_acked()
    copy = gateways.begin("copy", old)
    copy.link.stop()
    old.log(20)
    stops(old)
    copy.log(more)
    copy.restart()
    assert goes_on(copy).of_seq == 40
    assert gateways.branches() == [(1, 0), (2, 40)]
    assert gateways.alarms() == ([("behind", 40)] if more == 0 else []) + [("fork", 40)]
    copy.until_trouble("another gateway")
    gateways.holds(copy)
    old.restart()
    old.until_acked()
    gateways.holds(old)


def test_two_that_run_at_once_are_told_apart(gateways: Gateways) -> None:
    one = gateways.begin("one")
    one.log(30)
    one.until_acked()
    other = gateways.begin("other", one)
    other.until_acked()
    one.log(5)
    one.until_acked()
    other.log(7)
    assert goes_on(other).of_seq == 30
    one.log(600)
    one.until_acked()
    other.log(600)
    other.until_acked()
    gateways.holds(other)
    gateways.holds(one)


def test_a_new_gateway_in_the_place_of_one_that_is_lost_begins_anew(gateways: Gateways) -> None:
    lost_one = gateways.begin("lost")
    lost_one.log(30)
    stops(lost_one)
    new = gateways.begin("new")
    new.log(3)
    assert goes_on(new).of_seq == 0
    gateways.holds(new)


def forget(registry: Centre, upto: int) -> None:
    """The registry is restored from a backup of when it had so many rows."""
    with registry.database.write() as connection:
        head = histories(connection, SITE, [upto]).hash_at(1, upto)
        connection.execute(delete(t.event).where(t.event.c.seq > upto))
        connection.execute(update(t.branch).values(seq=upto, applied=upto, head=head))


@pytest.mark.parametrize(
    ("gone", "gaps"),
    [
        (bool, []),
        (lambda path: lost(path, 25, 35), [(25, 35)]),
        (lambda path: lost(path, 15, 30), [(21, 30)]),
        (lambda path: let_go(path, 38), [(21, 38)]),
        (lambda path: let_go(path, 12), []),
    ],
    ids=["nothing", "some rows", "rows that the registry has among them", "the beginning", "less than it has"],
)
def test_a_restored_registry_is_sent_what_it_lacks_and_told_what_is_no_more(
    gateways: Gateways, gone: object, gaps: list[tuple[int, int]]
) -> None:
    bench = gateways.begin("one")
    bench.log(40)
    stops(bench)
    assert callable(gone)
    gone(bench.folder / "log.db")
    forget(gateways.registry, 20)
    bench.restart()
    bench.log(5)
    bench.until_acked()
    books = Books(gateways.registry.registry, SITE)
    assert books.gaps() == gaps
    assert [row[0] for row in books.rows()] == [n for n in range(1, 46) if not any(a <= n <= b for a, b in gaps)]
    assert gateways.alarms() == sorted([("rewind", 20), *(("gap", first) for first, _ in gaps)])
    standing = books.standing()
    assert standing is not None
    assert (standing.seq, standing.head, standing.gapped) == (45, bench.chain.head, bool(gaps))


def test_a_registry_restored_to_before_a_fork_gives_another_epoch_and_has_all_of_it(gateways: Gateways) -> None:
    old = gateways.begin("old")
    old.log(40)
    old.until_acked()
    copy = gateways.begin("copy", old)
    copy.link.stop()
    old.log(3)
    stops(old)
    copy.log(10)
    copy.restart()
    assert goes_on(copy).epoch == 2
    copy.log(10)
    stops(copy)
    with gateways.registry.database.write() as connection:
        for table in (t.event, t.branch, t.stay):
            connection.execute(delete(table).where(table.c.epoch == 2))
        connection.execute(delete(t.narrowing))
    copy.posted.clear()
    copy.restart()
    given = goes_on(copy)
    assert (given.epoch, given.of_epoch, given.of_seq) == (3, 1, 40)
    assert gateways.branches() == [(1, 0), (3, 40)]
    gateways.holds(copy)
