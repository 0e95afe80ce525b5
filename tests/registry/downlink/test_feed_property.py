"""The replica feed: any edits, any pages, any moment: always exactly a version of the registry's (S10)."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from access.fingerprint import EMPTY, fingerprint, moved
from access.records import Closure, Opening
from registry.bookings import bookings, resources
from registry.calendars import calendars
from registry.downlink import feed
from registry.edit import editing
from registry.people import badges, people
from registry.problems import Problem
from registry.setup import Registry
from tests.support.feed_reader import FeedReader, held_by, truth

SITES = ("cinisello", "matera")
PERSONS = st.sampled_from(["p0", "p1", "p2"])
NUMBERS = st.integers(0, 30)


class Feed(RuleBasedStateMachine):
    """Any edits at two sites, between any pages of their gateways."""

    registry: Registry
    reached: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.badges: list[str] = []
        self.bookings: list[tuple[str, str]] = []
        self.gateways = {site: FeedReader(site) for site in SITES}
        with editing(self.registry.database, 0) as edit:
            for table in ("booking", "credential", "badge", "rights", "person", "closure", "opening", "published"):
                edit.connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 -- our own names
            edit.connection.exec_driver_sql("UPDATE feed SET version = 0")
            edit.connection.exec_driver_sql(f"UPDATE site SET version = 0, digest = '{EMPTY}'")  # noqa: S608 -- ours
            for number in range(3):
                people.add_person(edit, f"p{number}", people.Profile(f"Person {number}"))
                for site in SITES:
                    people.set_rights(edit, site, f"p{number}", people.Rights(frozenset({"hall"})))

    def fresh(self) -> str:
        self.number += 1
        return f"x{self.number}"

    def made(self, done: str) -> None:
        """Count an edit that was made; a refused one changes nothing and is not counted."""
        self.reached[done] = self.reached.get(done, 0) + 1

    @rule(site=st.sampled_from(SITES), person=PERSONS, zones=st.sets(st.sampled_from(["hall", "lab"]), min_size=1))
    def set_rights(self, site: str, person: str, zones: set[str]) -> None:
        with editing(self.registry.database, 0) as edit:
            people.set_rights(edit, site, person, people.Rights(frozenset(zones)))
        self.made("rights")

    @rule(site=st.sampled_from(SITES), person=PERSONS)
    def drop_rights(self, site: str, person: str) -> None:
        try:
            with editing(self.registry.database, 0) as edit:
                people.drop_rights(edit, site, person)
        except Problem:
            return
        self.made("dropped rights")

    @rule(person=PERSONS, suspended=st.booleans())
    def change_person(self, person: str, suspended: bool) -> None:
        with editing(self.registry.database, 0) as edit:
            people.change_person(edit, person, people.Profile(f"{person} {suspended}", suspended=suspended))
        self.made("person")

    @rule(person=PERSONS)
    def enrol(self, person: str) -> None:
        self.badges.append(self.registry.enrol(person, f"04{self.number:012X}", ident=self.fresh()))
        self.made("badge")

    @precondition(lambda self: self.badges)
    @rule(number=NUMBERS)
    def revoke(self, number: int) -> None:
        self.registry.revoke(self.badges[number % len(self.badges)])
        self.made("revoked")

    @precondition(lambda self: self.badges)
    @rule(number=NUMBERS)
    def drop_badge(self, number: int) -> None:
        with editing(self.registry.database, 0) as edit:
            badges.drop(edit, self.badges.pop(number % len(self.badges)))
        self.made("dropped")

    @rule(site=st.sampled_from(SITES), person=PERSONS, start=NUMBERS)
    def book(self, site: str, person: str, start: int) -> None:
        try:
            booking = self.registry.book(site, bookings.Wanted("d1", person, start, start + 2), self.fresh())
        except Problem:
            return
        self.bookings.append((site, booking.id))
        self.made("booking")

    @precondition(lambda self: self.bookings)
    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        try:
            self.registry.cancel(*self.bookings.pop(number % len(self.bookings)))
        except Problem:
            return  # It went with its person's rights.
        self.made("cancelled")

    @rule(site=st.sampled_from(SITES), start=NUMBERS)
    def close(self, site: str, start: int) -> None:
        with editing(self.registry.database, 0) as edit:
            calendars.add_closure(edit, site, Closure(self.fresh(), start, start + 1, "why"))
            calendars.add_opening(edit, site, Opening(self.fresh(), 0, start, start + 1))
        self.made("closure")

    @rule(site=st.sampled_from(SITES), limit=st.integers(1, 5))
    def pull(self, site: str, limit: int) -> None:
        gateway = self.gateways[site]
        if gateway.pull(self.registry, limit):
            self.made("step")
            assert held_by(gateway.replica) == truth(self.registry, site)

    @rule(chance=st.integers(0, 5))
    def begin_a_new_generation(self, chance: int) -> None:
        if chance == 5:
            self.registry.new_generation()
            self.made("generation")

    @invariant()
    def no_version_is_given_twice(self) -> None:
        with self.registry.database.read() as connection:
            versions = connection.exec_driver_sql("SELECT version FROM published").scalars().all()
            last = connection.exec_driver_sql("SELECT version FROM feed").scalar_one()
        assert len(set(versions)) == len(versions)
        assert max(versions, default=0) <= last

    @invariant()
    def the_digest_is_that_of_the_records(self) -> None:
        for site in SITES:
            with self.registry.database.read() as connection:
                told = feed.page(connection, site, "", 0, feed.MOST_CHANGES)
            prints = (fingerprint(one["kind"], one["id"], one["record"]) for one in told.changes)
            assert told.digest == moved(EMPTY, [], prints)

    def teardown(self) -> None:
        for site, gateway in self.gateways.items():
            while not gateway.pull(self.registry, 3):
                pass
            assert held_by(gateway.replica) == truth(self.registry, site)


@pytest.fixture
def furnished(registry: Registry) -> Registry:
    for site in SITES:
        registry.add_site(site, site.title())
        registry.add_resource(site, resources.Resource("d1", "desk", "Desk 1", "hall"))
    return registry


@pytest.mark.timeout(300)
def test_whatever_is_edited_between_pages_a_replica_is_exactly_a_version(furnished: Registry) -> None:
    reached: dict[str, int] = {}

    class OnThis(Feed):
        registry = furnished

    OnThis.reached = reached
    health = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        OnThis,
        settings=settings(max_examples=25, stateful_step_count=60, deadline=None, suppress_health_check=health),
    )
    every = {"rights", "dropped rights", "person", "badge", "revoked", "dropped", "booking", "cancelled", "closure"}
    assert every | {"step", "generation"} <= set(reached), reached
