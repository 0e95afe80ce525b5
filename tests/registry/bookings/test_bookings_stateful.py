"""Whatever is done to bookings in whatever order: none overlap, quotas hold, offers are for one alone, and nobody who
came is released.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Table, delete, select, update

from access.facts_people import CheckedIn, NoShow
from access.hours import local
from access.quota import Quota
from registry.bookings import bookings, noshow, quotas, series, series_edits, waiting
from registry.bookings.series import NewSeries, SeriesChange
from registry.problems import Problem
from registry.setup import Registry
from registry.tables import core as t
from tests.support.booked_site import DAY_BEFORE_MS, HOUR_MS, MINUTE_MS, SITE, BookedSite, booked_site, hours
from tests.support.feed_reader import FeedReader, truth

ROME = ZoneInfo("Europe/Rome")
RESOURCES = st.sampled_from(["d1", "d1", "d1", "d2", "r1", "hall"])
PEOPLE = st.sampled_from(["anna", "bruno", "bruno", "carla"])
STARTS, LENGTHS, WHICH = st.integers(0, 12), st.integers(1, 4), st.integers(0, 99)
WAITS = st.sampled_from([{"resource": "d1"}, {"resource": "hall"}, {"zone": "hall", "kind": "desk"}])
LIMITS = {"bruno": Quota(day_minutes=240, day_count=3), "carla": Quota(week_count=4)}
CAPACITY = 3
REACHED = {"booked", "moved", "ended", "cancelled", "approved", "offered", "accepted", "lapsed", "declined", "series"}
REACHED |= {"skipped", "series changed", "released", "checked in", "released to who waits"}
REACHED |= {"refused: booking-conflict", "refused: quota-exceeded"}


class Bookings(RuleBasedStateMachine):
    """Anybody does anything; after each step the tables are looked at as a whole."""

    site: BookedSite
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.site.now_ms = DAY_BEFORE_MS
        with self.site.edit() as edit:
            for ident in edit.connection.execute(select(t.booking.c.id)).scalars().all():
                edit.withdraw(SITE, "booking", ident)
            for table in (t.booking, t.waiting, t.series):
                edit.connection.execute(delete(table))

    def rows(self, table: Table = t.booking, *states: str) -> list[dict[str, Any]]:
        """A table's rows by id, of these states."""
        with self.site.registry.database.read() as connection:
            found = [dict(row._mapping) for row in connection.execute(select(table).order_by(table.c.id))]
        return [row for row in found if not states or row["state"] in states]

    def attempt(self, what: str, do: Callable[[], object]) -> bool:
        """Do something that may be refused; whether it was done."""
        try:
            do()
        except Problem as problem:
            self.reached[f"refused: {problem.kind.slug}"] += 1
            return False
        self.reached[what] += 1
        return True

    @rule(resource=RESOURCES, person=PEOPLE, start=STARTS, length=LENGTHS)
    def book(self, resource: str, person: str, start: int, length: int) -> None:
        self.attempt("booked", partial(self.site.book, start, start + length, resource, person))

    @rule(which=WHICH, resource=RESOURCES, start=STARTS, length=LENGTHS)
    def move(self, which: int, resource: str, start: int, length: int) -> None:
        for row in _one(self.rows(t.booking, "booked", "pending"), which):
            span = {"start_ms": hours(start), "end_ms": hours(start + length)}
            self.attempt("moved", partial(self.site.change, row["id"], resource=resource, **span))

    @rule(which=WHICH)
    def leave_early(self, which: int) -> None:
        running = [row for row in self.rows(t.booking, "booked") if row["start_ms"] < self.site.now_ms < row["end_ms"]]
        for row in _one(running, which):
            self.attempt("ended", partial(self.site.change, row["id"], end_ms=self.site.now_ms))

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        for row in _one(self.rows(t.booking, "booked", "pending", "offered"), which):
            self.attempt("cancelled", partial(self.site.cancel, row["id"]))

    @rule(which=WHICH, approve=st.booleans())
    def decide(self, which: int, approve: bool) -> None:
        for row in _one(self.rows(t.booking, "pending"), which):
            self.in_edit(bookings.approve if approve else bookings.reject, row["id"])
            self.reached["approved" if approve else "rejected"] += 1

    @rule(where=WAITS, person=PEOPLE, start=STARTS, length=LENGTHS)
    def wait(self, where: dict[str, str], person: str, start: int, length: int) -> None:
        self.attempt("waits", partial(self.site.wait, start, start + length, person, **where))

    @rule(which=WHICH, person=PEOPLE)
    def wait_for_what_is_booked(self, which: int, person: str) -> None:
        for row in _one(self.rows(t.booking, "booked"), which):
            start, end = ((row[name] - hours(0)) / HOUR_MS for name in ("start_ms", "end_ms"))
            self.attempt("waits", partial(self.site.wait, start, end, person, resource=row["resource"]))

    @precondition(lambda self: self.rows(t.waiting, "offered"))
    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        for row in _one(self.rows(t.waiting, "offered"), which):
            self.attempt("accepted", partial(self.in_edit, waiting.accept, row["id"], "staff"))

    @precondition(lambda self: self.rows(t.waiting, "offered"))
    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        for row in _one(self.rows(t.waiting, "offered"), which):
            self.attempt("declined", partial(self.in_edit, waiting.leave, row["id"]))

    def in_edit(self, act: Callable[..., object], *of: object) -> None:
        with self.site.edit() as edit:
            act(edit, SITE, *of)

    @rule(minutes=st.sampled_from([1, 1, 20, 31, 90, 60 * 24]))
    def let_time_pass(self, minutes: int) -> None:
        self.site.now_ms += minutes * MINUTE_MS
        self.site.settle()

    @rule(resource=RESOURCES, person=PEOPLE, start=STARTS, skip=st.booleans())
    def book_a_series(self, resource: str, person: str, start: int, skip: bool) -> None:
        first = datetime.combine(local(hours(0), ROME).date(), time((9 + start) % 24))
        wanted = NewSeries(resource, person, "", first, 2 * HOUR_MS, "FREQ=DAILY;COUNT=3", skip=skip)

        def do() -> None:
            with self.site.edit() as edit:
                made = series.make(edit, SITE, self.site.fresh(), wanted)
            self.reached["skipped"] += bool(made.skipped)

        self.attempt("series", do)

    @rule(which=WHICH, hour=st.integers(0, 23), resource=st.none() | RESOURCES)
    def change_a_series(self, which: int, hour: int, resource: str | None) -> None:
        for row in _one(self.rows(t.series), which):
            wanted = SeriesChange(time_of_day=time(hour), resource=resource)
            act = partial(self.in_edit, series_edits.change, row["id"], self.site.fresh(), wanted)
            self.attempt("series changed", act)

    @rule(which=WHICH, came=st.booleans(), late=st.integers(-1, 60))
    def the_site_tells(self, which: int, came: bool, late: int) -> None:
        for row in _one([row for row in self.rows() if row["release_ms"] is not None], which):
            fact = CheckedIn(row["id"], "badge") if came else NoShow(row["id"], row["resource"])
            self.tell(row, fact, row["release_ms"] + late * MINUTE_MS)

    @rule(person=PEOPLE, length=LENGTHS)
    def nobody_comes_and_somebody_waits(self, person: str, length: int) -> None:
        start = (self.site.now_ms - hours(0)) // HOUR_MS + 2
        try:
            row = self.site.line(self.site.book(start, start + length, "d3", "anna"))
        except Problem:
            return
        self.attempt("waits", partial(self.site.wait, start, start + length, person, resource="d3"))
        self.tell(row, NoShow(row["id"], "d3"), row["release_ms"])
        freed = [one for one in self.rows(t.booking, "offered") if one["resource"] == "d3"]
        self.reached["released to who waits"] += bool(freed)

    def tell(self, row: dict[str, Any], fact: CheckedIn | NoShow, at_ms: int) -> None:
        self.site.now_ms = max(self.site.now_ms, at_ms)
        with self.site.edit() as edit:
            noshow.apply(edit, SITE, [noshow.Came(fact, at_ms)])
        after = self.site.line(row["id"])
        self.reached["checked in"] += row["checked_in_ms"] is None and after["checked_in_ms"] is not None
        self.reached["released"] += after["state"] == "released" != row["state"]
        if row["checked_in_ms"] is not None:
            assert after == row

    @invariant()
    def nothing_overlaps(self) -> None:
        held = [row for row in self.rows() if row["state"] in {"pending", "booked", "offered", "ended"}]
        by_resource: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in sorted(held, key=lambda row: row["start_ms"]):
            by_resource[row["resource"]].append(row)
        for resource, rows in by_resource.items():
            for one in rows:
                beside = sum(other["start_ms"] <= one["start_ms"] < other["blocked_until_ms"] for other in rows)
                assert beside <= (CAPACITY if resource == "hall" else 1), (resource, rows)
                assert one["exclusive"] == (resource != "hall")

    @invariant()
    def quotas_hold(self) -> None:
        minutes: Counter[tuple[str, object]] = Counter()
        counts: Counter[tuple[str, object]] = Counter()
        for row in self.rows(t.booking, "pending", "booked", "offered", "ended"):
            begins = local(row["start_ms"], ROME)
            counts.update([(row["person"], begins.date()), (row["person"], begins.isocalendar()[:2])])
            for minute in range(row["start_ms"], row["end_ms"], MINUTE_MS):
                minutes[row["person"], local(minute, ROME).date()] += 1
        assert all(count <= 240 for (who, _), count in minutes.items() if who == "bruno")
        assert all(count <= 3 for (who, day), count in counts.items() if who == "bruno" and isinstance(day, date))
        assert all(count <= 4 for (who, week), count in counts.items() if who == "carla" and isinstance(week, tuple))

    @invariant()
    def offers_are_those_of_the_line_and_run(self) -> None:
        offers = {row["id"]: row for row in self.rows(t.booking, "offered")}
        assert set(offers) == {row["id"] for row in self.rows(t.waiting, "offered")}
        self.reached["offered"] += bool(offers)
        self.reached["lapsed"] += bool(self.rows(t.waiting, "lapsed"))

    @invariant()
    def nobody_who_came_is_released(self) -> None:
        assert all(row["checked_in_ms"] is None for row in self.rows(t.booking, "released"))

    def teardown(self) -> None:
        reader = FeedReader(SITE)
        assert reader.pull(self.site.registry, 1_000)
        assert set(reader.replica.bookings.values()) == truth(self.site.registry, SITE)["bookings"]


def _one(rows: list[dict[str, Any]], which: int) -> list[dict[str, Any]]:
    """One of the rows; none where there are none."""
    return [rows[which % len(rows)]] if rows else []


@pytest.mark.timeout(400)
def test_no_sequence_of_bookings_breaks_a_promise(registry: Registry) -> None:
    site_ = booked_site(registry)
    with site_.edit() as edit:
        edit.connection.execute(update(t.resource).where(t.resource.c.id == "r1").values(buffer_minutes=30))
        edit.connection.execute(update(t.resource).where(t.resource.c.id == "d2").values(needs_approval=True))
        for person, quota in LIMITS.items():
            quotas.limit(edit, person, quota)

    class OnThis(Bookings):
        site = site_

    OnThis.reached = Counter()
    health = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        OnThis, settings=settings(max_examples=20, stateful_step_count=40, deadline=None, suppress_health_check=health)
    )
    assert {what for what in REACHED if not OnThis.reached[what]} == set(), OnThis.reached
