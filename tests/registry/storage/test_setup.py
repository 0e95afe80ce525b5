"""Setting a registry up without HTTP, one thing at a time and in bulk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from access.clock import HOUR_MS
from access.credential import keyed_hash
from access.records import Booking, Closure, Opening
from registry.bookings import bookings, resources
from registry.bookings.resources import Resource
from registry.downlink import feed
from registry.names import checked_name, is_id, readable, timezone
from registry.people import badges, people
from registry.people.people import Profile, Rights
from registry.problems import Problem
from registry.seed.bulk import NewBadge, Seed
from registry.setup import Registry
from registry.sites.keys import BadKey, Keys
from tests.support.feed_reader import FeedReader, held_by, truth

HALL = frozenset({"hall"})
DESK = ("matera", Resource("d1", "desk", "Desk 1", "hall"))
ZONE = ("matera", Resource("hall", "zone", "Hall", "hall", 1))
ANNA = {"anna": Profile("Anna")}
RIGHTS = [("matera", "anna", Rights(HALL))]


def booking(ident: str, start: int, end: int, resource: str = "d1") -> tuple[str, Booking]:
    return "matera", Booking(ident, "anna", "hall", resource, start, end)


@pytest.fixture
def matera(registry: Registry) -> Registry:
    registry.add_site("matera", "Matera")
    return registry


def version(registry: Registry) -> int:
    with registry.database.read() as connection:
        return feed.head(connection, "matera").version


def test_a_sites_files_are_its_owners_alone_and_never_overwritten(matera: Registry, tmp_path: Path) -> None:
    files = matera.add_site("bari", "Bari")
    files.write(tmp_path / "bari")
    found = {path.name: path for path in (tmp_path / "bari").iterdir()}
    assert set(found) == {"gateway.token", "credential.key"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in found.values())
    assert bytes.fromhex(found["credential.key"].read_text()) == matera.keys.of("bari") == files.key
    assert found["gateway.token"].read_text() == files.token + "\n"
    with pytest.raises(FileExistsError):
        files.write(tmp_path / "bari")


@pytest.mark.parametrize(("site", "name", "zone"), [("Bari", "Bari", "UTC"), ("b", "\x07", "UTC"), ("b", "B", "Bari")])
def test_a_site_that_cannot_be_is_refused_and_leaves_no_key(matera: Registry, site: str, name: str, zone: str) -> None:
    with pytest.raises(Problem):
        matera.add_site(site, name, zone)
    assert [path.name for path in matera.keys.folder.iterdir()] == ["matera.key"]


def test_a_key_of_a_site_that_was_lost_from_the_database_is_kept(matera: Registry) -> None:
    matera.keys.add("bari", b"k" * 32)
    assert matera.add_site("bari", "Bari").key == b"k" * 32


def test_keys_that_cannot_be_read_are_named_without_what_is_in_them(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    for text in ("", "secret", "00", "é"):
        (tmp_path / "bari.key").write_text(text)
        with pytest.raises(BadKey, match=r"bari\.key") as refused:
            keys.of("bari")
        assert "secret" not in str(refused.value)
    with pytest.raises(BadKey):
        keys.of("none")


def test_one_thing_at_a_time_reaches_the_feed(matera: Registry) -> None:
    matera.add_resource(*DESK)
    person = matera.add_person(Profile("Anna", minor=True))
    matera.set_rights("matera", person, Rights(HALL))
    badge = matera.enrol(person, "04A1B2C3D4E580", badges.Terms(long_pulse=True))
    made = matera.book("matera", bookings.Wanted("d1", person, 0, HOUR_MS))
    matera.cancel("matera", matera.book("matera", bookings.Wanted("d1", person, HOUR_MS, 2 * HOUR_MS)).id)
    matera.revoke(badge)
    reader = FeedReader("matera")
    assert reader.pull(matera, 100)
    assert reader.replica.bookings == {made.id: made}
    held = reader.replica.badge_of[keyed_hash(matera.keys.of("matera"), "04a1b2c3d4e580")]
    assert (held.id, held.revoked, held.long_pulse) == (badge, True, True)
    assert all(map(is_id, (person, badge, made.id)))


def test_many_rows_at_once_are_as_if_made_one_by_one(matera: Registry) -> None:
    matera.add_site("cinisello", "Cinisello")
    seed = Seed(
        resources=[DESK, ZONE],
        persons={**ANNA, "bruno": Profile("Bruno", suspended=True)},
        rights=[*RIGHTS, ("cinisello", "bruno", Rights(frozenset(), HALL))],
        badges=[NewBadge("b1", "anna", "04A1B2C3D4E580"), NewBadge("b2", "bruno", "04FFB2C3D4E580")],
        bookings=[booking("k1", 0, 5), booking("k2", 5, 9), booking("k3", 0, 5, "hall"), booking("k4", 5, 6, "hall")],
        closures=[("matera", Closure("c1", 5, 6, "why"))],
        openings=[("cinisello", Opening("o1", 0, 1, 2))],
    )
    matera.seed(seed)
    for site, number in (("matera", 7), ("cinisello", 3)):
        reader = FeedReader(site)
        assert reader.pull(matera, 100)
        assert held_by(reader.replica) == truth(matera, site)
        assert len(list(reader.replica.records())) == number


BROKEN = [
    Seed(persons={"Anna": Profile("Anna")}),
    Seed(persons={"anna": Profile("An\na")}),
    Seed(persons=ANNA, rights=RIGHTS, resources=[DESK], bookings=[booking("K 1", 0, 5)]),
    Seed(persons=ANNA, rights=[("nowhere", "anna", Rights(HALL))]),
    Seed(persons=ANNA, rights=RIGHTS * 2),
    Seed(rights=RIGHTS),
    Seed(resources=[DESK], persons=ANNA, rights=RIGHTS, bookings=[booking("k1", 0, 5), booking("k2", 4, 9)]),
    Seed(resources=[ZONE], persons=ANNA, bookings=[booking("k1", 0, 5, "hall"), booking("k2", 4, 9, "hall")]),
    Seed(persons=ANNA, bookings=[booking("k1", 0, 5)]),
    Seed(persons=ANNA, badges=[NewBadge("b1", "anna", "04A1B2C3"), NewBadge("b2", "anna", "04a1b2c3")]),
    Seed(persons=ANNA, badges=[NewBadge("b1", "anna", "08A1B2C3")]),
    Seed(persons=ANNA, badges=[NewBadge("b1", "anna", "card")]),
    Seed(persons=ANNA, closures=[("matera", Closure("c1", 5, 5, "why"))]),
    Seed(persons=ANNA, openings=[("matera", Opening("o1", 7, 1, 2))]),
]


@pytest.mark.parametrize("seed", BROKEN, ids=range(len(BROKEN)))
def test_one_wrong_row_brings_nothing_in(matera: Registry, seed: Seed) -> None:
    with pytest.raises(Problem):
        matera.seed(seed)
    assert truth(matera, "matera") == held_by(FeedReader("matera").replica)
    assert version(matera) == 0
    with matera.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar() == 0


@contextmanager
def statements() -> Iterator[list[str]]:
    """Give the statements that are executed meanwhile; one for many rows is one."""
    said: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


def test_ten_thousand_bookings_come_in_by_the_batch(matera: Registry) -> None:
    desks, people_ = range(200), range(1_000)
    seed = Seed(
        resources=[("matera", Resource(f"d{desk}", "desk", f"Desk {desk}", "hall")) for desk in desks],
        persons={f"p{number}": Profile(f"Person {number}") for number in people_},
        rights=[("matera", f"p{number}", Rights(HALL)) for number in people_],
        bookings=[
            (
                "matera",
                Booking(f"k{n}", f"p{n % 1_000}", "hall", f"d{n % 200}", n // 200 * HOUR_MS, (n // 200 + 1) * HOUR_MS),
            )
            for n in range(10_000)
        ],
    )
    with statements() as said:
        matera.seed(seed)
    assert len(said) < 11_000 / 100
    assert version(matera) == 11_000
    with statements() as said, pytest.raises(Problem):
        matera.book("matera", bookings.Wanted("d7", "p7", 40 * HOUR_MS, 42 * HOUR_MS))
    assert len(said) < 50


@pytest.mark.parametrize("text", ["a\x00", "\x1b[31m", "\u2066x", "\ud800", "a\nb"])
def test_a_text_that_hides_something_is_not_readable(text: str) -> None:
    with pytest.raises(ValueError, match="control characters"):
        readable(text)


@pytest.mark.parametrize("text", ["Zoë", "محمد", "李", "Ó", "D'Água-Łoś", "👩‍🦽"])
def test_a_name_of_any_script_is_readable(text: str) -> None:
    assert readable(text) == text


def test_a_name_is_kept_without_the_space_around_it() -> None:
    assert checked_name("  Zoë ") == "Zoë"
    for text in ("", "  ", "x" * 121, "a\tb"):
        with pytest.raises(Problem):
            checked_name(text)


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "Europe", "Europe/\x00", "x" * 500])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        timezone(name)


def test_the_store_refuses_what_the_edge_would(matera: Registry) -> None:
    with pytest.raises(Problem):
        matera.add_person(people.Profile("Anna"), "Anna")
    with pytest.raises(Problem):
        matera.enrol("nobody", "08A1B2C3")
    with pytest.raises(Problem):
        matera.add_resource("matera", resources.Resource("d1", "desk", "Desk", "hall", 3))
