from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.cursor import BOOTS_KEPT, Cursor
from gateway.log.cursors import Cursors, changed
from gateway.log.store import Store
from tests.support.logs import SITE, opened

DEVICES, BOOTS = ("reader-1", "reader-2", "desk-7"), ("a", "b", "c", "d", "e", "f")
batches = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(DEVICES),
            st.builds(
                Cursor,
                st.sampled_from(BOOTS),
                st.integers(0, 2**40),
                st.frozensets(st.integers(1, 2**40), max_size=5),
            ),
        ),
        max_size=6,
    ),
    max_size=12,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def on_disk(path: Path) -> Cursors:
    store = Store.open(path)
    cursors = dict(store.load().cursors)
    store.close()
    return cursors


def test_the_last_state_of_each_boot_is_kept(path: Path) -> None:
    store, _ = opened(path)
    store.commit([], [("reader-1", Cursor("aa", 1)), ("reader-1", Cursor("aa", 2))], None)
    store.commit([], [("reader-1", Cursor("aa", 3, frozenset({5})))], None)
    store.close()
    assert on_disk(path) == {"reader-1": (Cursor("aa", 3, frozenset({5})),)}


def test_the_boot_used_last_comes_first_and_the_fifth_is_forgotten(path: Path) -> None:
    store, _ = opened(path)
    for boot in ("aa", "bb", "cc", "dd", "aa", "ee"):
        store.commit([], [("reader-1", Cursor(boot, 1))], None)
    store.close()
    assert [cursor.boot for cursor in on_disk(path)["reader-1"]] == ["ee", "aa", "dd", "cc"]


def test_two_boots_of_one_device_in_one_batch_are_both_kept(path: Path) -> None:
    store, _ = opened(path)
    store.commit([], [("reader-1", Cursor("aa", 1)), ("reader-1", Cursor("bb", 9))], None)
    store.commit([], [("reader-1", Cursor("aa", 2)), ("reader-1", Cursor("bb", 10))], None)
    store.close()
    assert on_disk(path) == {"reader-1": (Cursor("bb", 10), Cursor("aa", 2))}


def test_since_when_a_hole_is_open_belongs_to_its_run_and_is_not_kept(path: Path) -> None:
    store, _ = opened(path)
    store.commit([], [("reader-1", Cursor("aa", 1, frozenset({3}), hole_ms=77))], None)
    store.close()
    assert on_disk(path) == {"reader-1": (Cursor("aa", 1, frozenset({3}), hole_ms=None),)}


def test_a_device_keeps_what_firmware_can_have_unanswered(path: Path) -> None:
    beyond = frozenset(range(3, 3 + 256))
    store, _ = opened(path)
    store.commit([], [("reader-1", Cursor("aa", 1, beyond))], None)
    store.close()
    assert on_disk(path)["reader-1"][0].beyond == beyond


@given(batches=batches)
def test_any_run_of_batches_restarts_as_it_was_in_memory(
    batches: list[list[tuple[str, Cursor]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cursors") / "log.db"
    store, _ = opened(path)
    model: Cursors = {}
    for number, batch in enumerate(batches):
        store.commit([], batch, None)
        model.update(changed(model, batch))
        if number % 4 == 3:
            store.close()
            store = Store.open(path)
            store.identity(SITE)
    store.close()
    assert on_disk(path) == model
    assert all(len(held) <= BOOTS_KEPT for held in model.values())
