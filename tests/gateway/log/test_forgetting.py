"""A real loop lets go of what its log says of people whom the registry has erased (P5, S4)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from access.events_asked import DenyAsked
from access.facts import Checkpoint, Denied, DoorMoved, Entered, Judged
from access.facts_people import VisitBegan, WalkedIn
from access.forgotten import Forgotten, forgotten
from access.log import Broken, Gap, Row, read_header, verify
from gateway.log.forgetting import EVERY_MS, Forgetting
from gateway.log.reader import Reader
from hubout.ports import free_port
from tests.support.inner_site import InnerSite
from tests.support.logs import filled
from tests.support.parts import wait_until
from tests.support.site_toml import SITE

WHO, NAME = "canary-person", "Canarina Canaletti"
THEM = forgotten(WHO, NAME, "salt")
ANOTHER = forgotten("canary-other", "Altra Persona", "salt")
FACTS = (
    Judged("front", "front-in", "in", True, "booking", "booking", person=WHO),
    Entered(WHO, "front", "hall", "1-1"),
    WalkedIn("w-1", "p-9", "hall", "d1", 0, 1, NAME),
    DoorMoved("front", False, "grant"),
    DoorMoved("front", True, "grant"),
    VisitBegan("v-1", "hall", "canarina  canaletti", "un consiglio"),
    Denied("person", "p-9", "staff", "g", 1, "Sara", f"con {NAME}"),
    VisitBegan("v-2", "hall", "Altra Persona", "un consiglio"),
)
THEIRS = {1, 2, 6, 7}


class Site:
    """A site whose log was there before; ``told`` and ``acked`` as a test says."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state" / "log.db"
        self.path.parent.mkdir()
        filled(self.path, FACTS)
        self.inner = InnerSite(folder, free_port())
        self.acked = 1_000
        self.told: tuple[Forgotten, ...] = ()
        self.forgetting = Forgetting(self.inner.store, lambda: self.told, lambda: self.acked)
        self.inner.loop._others = (self.forgetting,)

    def until(self, holds: Callable[[], object], what: str) -> None:
        def turned() -> object:
            self.inner.wake.up()
            self.inner.loop.once()
            return holds()

        wait_until(turned, what, 30, lambda: f"{self.said()}")

    def rows(self) -> list[Row]:
        reader = Reader.open(self.path)
        found = reader.read_on(0, 1_000, 1 << 30)
        reader.close()
        assert not isinstance(verify(found, SITE, 1), Broken)
        return [one for one in found if not isinstance(one, Gap)]

    def kinds(self, since: int) -> list[str]:
        """The kinds of the rows behind this one."""
        return [read_header(row.header).kind for row in self.rows() if row.seq > since]

    def said(self) -> set[int]:
        return {row.seq for row in self.rows() if row.body is not None}

    def traces(self) -> set[str]:
        """In which files of the log anything of them is left."""
        sought = (WHO.encode(), b"canarina  canaletti", f"con {NAME}".encode())
        return {one.name for one in self.path.parent.iterdir() if any(each in one.read_bytes() for each in sought)}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.inner.close()


def test_what_names_them_goes_at_once_and_the_chain_stays_whole(site: Site) -> None:
    assert site.traces() == {"log.db"}
    before = {row.seq: row.hash for row in site.rows()}
    site.told = (THEM,)
    site.until(lambda: not site.said() & THEIRS, "what names them to go")
    after = {row.seq: row.hash for row in site.rows()}
    assert {seq: after[seq] for seq in before} == before
    assert site.said() & set(before) == set(before) - THEIRS, "nobody else's, nor the author of an act"
    assert site.traces() == set(), "in no free page and no write-ahead log"
    fresh = [read_header(row.header).kind for row in site.rows() if row.seq > len(FACTS)]
    assert fresh.count(Checkpoint.KIND) == 2, "the end of that day, and where a start begins now"


def test_what_the_registry_has_not_got_stays_until_it_has(site: Site) -> None:
    site.acked, site.told = 1, (THEM,)
    site.until(lambda: 1 not in site.said(), "what it has to go")
    assert site.said() >= THEIRS - {1}
    site.acked = 1_000
    site.until(lambda: not site.said() & THEIRS, "the rest to follow")


def test_what_names_them_after_the_checkpoint_goes_behind_another_one(site: Site) -> None:
    site.told = (THEM,)
    site.until(lambda: not site.said() & THEIRS, "what names them to go")
    site.until(lambda: site.forgetting._due_ms > site.inner.clock.mono_ms() + EVERY_MS // 2, "an hour's rest")
    since = site.rows()[-1].seq
    site.inner.wake.post(DenyAsked("badge-anna", "Sara", f"con {NAME}"))
    site.until(lambda: Denied.KIND in site.kinds(since), "the denial in the log")
    site.until(lambda: not site.traces(), "it to go, though a start would have needed it")
    found = site.kinds(since)
    assert found.index(Denied.KIND) < found.index(Checkpoint.KIND)
    assert found.count(Checkpoint.KIND) == 1


def test_who_is_erased_later_is_looked_for_from_the_beginning(site: Site) -> None:
    site.told = (THEM,)
    site.until(lambda: not site.said() & THEIRS, "what names them to go")
    assert 8 in site.said()
    site.told = (ANOTHER, THEM)
    site.until(lambda: 8 not in site.said(), "what names the other to go")


def test_the_same_words_again_cost_nothing(site: Site) -> None:
    site.told = (THEM,)
    site.until(lambda: not site.said() & THEIRS, "what names them to go")
    site.until(lambda: site.forgetting._due_ms > site.inner.clock.mono_ms() + EVERY_MS // 2, "an hour's rest")
    rows = len(site.rows())
    site.told = (forgotten(WHO, NAME, "salt"),)
    for _ in range(3):
        site.inner.wake.up()
        site.inner.loop.once()
    assert len(site.rows()) == rows
