"""Bookings against a model of a few lines: the same are taken, the same refused, whatever came before."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from access.records import Booking
from registry.bookings import bookings, conflicts, resources
from registry.edit import editing
from registry.people import people
from registry.problems import Kind, Problem
from registry.seed.bulk import Seed
from registry.setup import Registry
from registry.tables import core as t
from tests.support.feed_reader import FeedReader, truth

CAPACITY = {"d1": 1, "r1": 1, "hall": 3}
RESOURCES = st.sampled_from(sorted(CAPACITY))
STARTS, LENGTHS = st.integers(0, 20), st.integers(1, 6)
Span = tuple[int, int]


class Bookings(RuleBasedStateMachine):
    """Anybody books and cancels anything; the model counts heads moment by moment."""

    registry: Registry
    reached: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.held: dict[str, tuple[str, Span]] = {}
        with editing(self.registry.database, 0) as edit:
            for ident in edit.connection.execute(t.booking.select()).all():
                edit.withdraw("matera", "booking", ident.id)
            edit.connection.execute(t.booking.delete())

    def free(self, resource: str, span: Span) -> bool:
        others = [other for where, other in self.held.values() if where == resource]
        return all(sum(start <= moment < end for start, end in others) < CAPACITY[resource] for moment in range(*span))

    def count(self, what: str) -> None:
        self.reached[what] = self.reached.get(what, 0) + 1

    @rule(resource=RESOURCES, start=STARTS, length=LENGTHS)
    def book(self, resource: str, start: int, length: int) -> None:
        self.number += 1
        ident, span = f"k{self.number}", (start, start + length)
        free = self.free(resource, span)
        refused = self.refused(bookings.Wanted(resource, "anna", *span), ident)
        assert (refused is None) == free
        if refused is not None:
            self.conflicts(refused, resource, span)
            self.count(f"{resource} refused")
            return
        self.held[ident] = (resource, span)
        self.count(f"{resource} taken")

    def refused(self, wanted: bookings.Wanted, ident: str) -> Problem | None:
        """How the registry refused a booking; None where it made it."""
        try:
            self.registry.book("matera", wanted, ident)
        except Problem as problem:
            return problem
        return None

    def conflicts(self, problem: Problem, resource: str, span: Span) -> None:
        """What a refusal names is exactly what overlaps."""
        assert problem.kind is Kind.BOOKING_CONFLICT
        named = problem.members["conflicts"]
        assert isinstance(named, list)
        expected = sorted(
            (start, end)
            for where, (start, end) in self.held.values()
            if where == resource and start < span[1] and end > span[0]
        )
        found = sorted((one["start_ms"], one["end_ms"]) for one in named)
        assert found == expected[: conflicts.SHOWN_CONFLICTS]

    @rule(resource=RESOURCES, spans=st.lists(st.tuples(STARTS, LENGTHS), min_size=1, max_size=3))
    def bring_in(self, resource: str, spans: list[Span]) -> None:
        before = dict(self.held)
        brought = []
        for start, length in spans:
            self.number += 1
            ident = f"k{self.number}"
            fits = self.free(resource, (start, start + length))
            self.held[ident] = (resource, (start, start + length))
            brought.append((ident, start, start + length, fits))
        seed = Seed(
            bookings=[("matera", Booking(i, "anna", "hall", resource, start, end)) for i, start, end, _ in brought]
        )
        try:
            self.registry.seed(seed)
        except Problem:
            assert not all(fits for *_, fits in brought)
            self.held = before
            self.count("bulk refused")
            return
        assert all(fits for *_, fits in brought)
        self.count("bulk taken")

    @precondition(lambda self: self.held)
    @rule(number=st.integers(0, 99))
    def cancel(self, number: int) -> None:
        ident = sorted(self.held)[number % len(self.held)]
        self.registry.cancel("matera", ident)
        del self.held[ident]
        self.count("cancelled")

    @invariant()
    def the_table_is_the_model(self) -> None:
        held = truth(self.registry, "matera")["bookings"]
        found = {(b.id, b.resource, b.start_ms, b.end_ms) for b in held if isinstance(b, Booking)}
        assert found == {(ident, resource, *span) for ident, (resource, span) in self.held.items()}

    def teardown(self) -> None:
        reader = FeedReader("matera")
        assert reader.pull(self.registry, 1_000)
        assert set(reader.replica.bookings) == set(self.held)


@pytest.fixture
def matera(registry: Registry) -> Registry:
    registry.add_site("matera", "Matera")
    registry.add_resource("matera", resources.Resource("d1", "desk", "Desk", "hall"))
    registry.add_resource("matera", resources.Resource("r1", "room", "Room", "hall"))
    registry.add_resource("matera", resources.Resource("hall", "zone", "Hall", "hall", CAPACITY["hall"]))
    registry.add_person(people.Profile("Anna"), "anna")
    registry.set_rights("matera", "anna", people.Rights(frozenset({"hall"})))
    return registry


@pytest.mark.timeout(300)
def test_bookings_are_taken_and_refused_as_the_model_says(matera: Registry) -> None:
    reached: dict[str, int] = {}

    class OnThis(Bookings):
        registry = matera

    OnThis.reached = reached
    health = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        OnThis, settings=settings(max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=health)
    )
    every = {f"{resource} {what}" for resource in CAPACITY for what in ("taken", "refused")}
    assert every | {"cancelled", "bulk taken", "bulk refused"} <= set(reached), reached
