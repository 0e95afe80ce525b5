"""The replica feed over HTTP, and under edits made at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from registry.bookings import bookings, resources
from registry.downlink import feed
from registry.people import people
from registry.setup import Registry
from tests.support.centres import Centre, problem
from tests.support.databases import Cluster, database_url
from tests.support.feed_reader import FeedReader, held_by, truth


def test_pages_are_bounded_and_the_last_says_so(both: Centre) -> None:
    for number in range(5):
        both.admit("matera", f"Person {number}")
    seen, query = [], "limit=2"
    for number in range(3):
        page = both.as_gateway("matera", "GET", f"/changes?{query}").json()
        seen += page["changes"]
        assert (page["snapshot"], page["more"]) == (number == 0, number < 2)
        query = f"limit=2&generation={page['generation']}&since={page['version']}"
    assert len(seen) == 5
    assert both.as_gateway("matera", "GET", f"/changes?{query}").json()["changes"] == []


def test_what_other_sites_do_moves_no_version_of_ours(both: Centre) -> None:
    both.admit("matera")
    before = both.as_gateway("matera", "GET", "/changes").json()["version"]
    both.admit("cinisello")
    assert both.as_gateway("matera", "GET", "/changes").json()["version"] == before


def test_an_unchanged_feed_is_304(both: Centre) -> None:
    both.admit("matera")
    first = both.as_gateway("matera", "GET", "/changes").json()
    query = f"/changes?generation={first['generation']}&since={first['version']}"
    answer = both.as_gateway("matera", "GET", query)
    assert (answer.json()["changes"], answer.json()["version"]) == ([], first["version"])
    tag = answer.headers["etag"]
    again = both.as_gateway("matera", "GET", query, If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    both.admit("matera", "Bruno")
    later = both.as_gateway("matera", "GET", query, If_None_Match=tag)
    assert (later.status_code, len(later.json()["changes"])) == (200, 1)


def test_a_feed_that_went_back_resurrects_nothing_until_staff_say(both: Centre) -> None:
    both.admit("matera")
    first = both.as_gateway("matera", "GET", "/changes").json()
    ahead = f"/changes?generation={first['generation']}&since={first['version'] + 1}"
    assert problem(both.as_gateway("matera", "GET", ahead)) == (409, "replica-ahead")
    generation = both.registry.new_generation()
    answer = both.as_gateway("matera", "GET", ahead).json()
    assert (answer["generation"], answer["snapshot"], len(answer["changes"])) == (generation, True, 1)


def test_a_refused_edit_tells_nobody_anything(both: Centre) -> None:
    both.admit("matera")
    before = both.as_gateway("matera", "GET", "/changes").json()
    both.ask("POST", "/sites/matera/bookings", {"resource": "d1", "person": "nobody", "start_ms": 1, "end_ms": 2})
    both.ask("PUT", "/sites/matera/rights/nobody", {"zones": ["hall"]})
    assert both.as_gateway("matera", "GET", "/changes").json() == before


def test_every_database_has_its_own_generation(backend: str, running: Cluster | None, tmp_path: Path) -> None:
    generations = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with database_url(backend, tmp_path / name, running) as url, Registry(url, tmp_path / name / "k") as registry:
            registry.add_site("matera", "Matera")
            with registry.database.read() as connection:
                generations.add(feed.head(connection, "matera").generation)
    assert len(generations) == 2


def test_a_feed_read_while_many_edit_at_once_misses_nothing(registry: Registry) -> None:
    registry.add_site("matera", "Matera")
    registry.add_resource("matera", resources.Resource("d1", "desk", "Desk 1", "hall"))
    registry.add_person(people.Profile("Anna"), "anna")
    registry.set_rights("matera", "anna", people.Rights(frozenset({"hall"})))
    reader, done = FeedReader("matera"), Event()

    def edit(lane: int) -> None:
        for number in range(20):
            start = (lane * 20 + number) * 10
            booking = registry.book("matera", bookings.Wanted("d1", "anna", start, start + 10))
            if number % 3 == 0:
                registry.cancel("matera", booking.id)

    def read() -> int:
        steps = 0
        while not done.is_set():
            steps += reader.pull(registry, 7)
        return steps

    with ThreadPoolExecutor(7) as pool:
        reading = pool.submit(read)
        for lane in [pool.submit(edit, lane) for lane in range(6)]:
            lane.result()
        done.set()
        assert reading.result() > 1
    while not reader.pull(registry, 7):
        pass
    assert held_by(reader.replica) == truth(registry, "matera")
    assert len(reader.replica.bookings) == 6 * 13
