"""What a site is told of a person: the narrower of what holds for them and what holds here."""

import pytest

from registry.downlink import admission
from registry.edit import editing
from registry.people.people import Profile, Rights
from registry.setup import Registry
from tests.support.feed_reader import FeedReader

HALL = frozenset({"hall"})


@pytest.fixture
def matera(registry: Registry) -> Registry:
    registry.add_site("matera", "Matera")
    return registry


@pytest.mark.parametrize(
    ("person", "here", "told"),
    [
        ((0, None), (0, None), (0, None)),
        ((5, None), (0, None), (5, None)),
        ((0, None), (7, None), (7, None)),
        ((5, None), (7, None), (7, None)),
        ((0, 9), (0, None), (0, 9)),
        ((0, None), (0, 8), (0, 8)),
        ((0, 9), (0, 8), (0, 8)),
        ((0, 8), (0, 9), (0, 8)),
        ((0, 5), (7, None), (7, 5)),
        ((0, 0), (0, None), (0, 0)),
    ],
)
def test_validity_is_what_both_allow(
    matera: Registry, person: tuple[int, int | None], here: tuple[int, int | None], told: tuple[int, int | None]
) -> None:
    ident = matera.add_person(Profile("Anna", *person))
    matera.set_rights("matera", ident, Rights(HALL, frozenset(), *here))
    reader = FeedReader("matera")
    reader.pull(matera, 10)
    record = reader.replica.persons[ident]
    assert (record.valid_from_ms, record.valid_until_ms) == told


@pytest.mark.parametrize("flags", [(False, False), (True, False), (False, True), (True, True)])
def test_flags_reach_the_site(matera: Registry, flags: tuple[bool, bool]) -> None:
    suspended, minor = flags
    ident = matera.add_person(Profile("Anna", suspended=suspended, minor=minor))
    matera.set_rights("matera", ident, Rights(HALL))
    reader = FeedReader("matera")
    reader.pull(matera, 10)
    record = reader.replica.persons[ident]
    assert (record.suspended, record.minor) == flags


@pytest.mark.parametrize(
    ("zones", "standing"),
    [((), ()), (("hall",), ()), ((), ("hall",)), (("hall", "lab", "a-b-1"), ("hall", "z9")), (("0",), ("-",))],
)
def test_zones_come_out_as_they_went_in(matera: Registry, zones: tuple[str, ...], standing: tuple[str, ...]) -> None:
    ident = matera.add_person(Profile("Anna"))
    matera.set_rights("matera", ident, Rights(frozenset(zones), frozenset(standing)))
    reader = FeedReader("matera")
    reader.pull(matera, 10)
    record = reader.replica.persons[ident]
    assert (record.zones, record.standing) == (frozenset(zones), frozenset(standing))


def test_more_people_than_one_query_takes_are_all_told(matera: Registry) -> None:
    ids = [matera.add_person(Profile(f"P {number}"), f"p{number}") for number in range(3)]
    for ident in ids:
        matera.set_rights("matera", ident, Rights(HALL))
    with editing(matera.database, 0) as edit:
        admission.publish(edit, "matera", (f"p{number}" for number in range(1_100)))
        told = {ident: record for (_, kind, ident), record in edit.news.items() if kind == "person"}
    assert len(told) == 1_100
    assert [ident for ident, record in told.items() if record is not None] == ids
