"""What a report counts is counted here again; it is published once, and costs no more statements for many people."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, update

from access.clock import DAY_MS
from access.disclosure import LEAST
from access.hours import unix_ms
from bench.funded_year import Size, live
from gateway.pages.visits import VISIT_REASONS
from pages import languages
from registry.attendance.visit_kinds import VISITS, kind_of
from registry.edit import editing
from registry.problems import Problem
from registry.reports import kept, periods
from registry.reports.facts import Programme
from registry.reports.periods import ZONE, Period, named
from registry.reports.reading import STEPS, read
from registry.reports.report import Report, Unsaid
from registry.setup import Registry
from registry.tables import core as t

FEW = Size((12, 9, 3, 7, 6, 5), desks=2, angels=6, days=20)
MANY = Size((40, 30, 20, 35, 25, 15), desks=8, angels=9, days=40)
Q1, Q2, YEAR = Period(2025, 1), Period(2025, 2), Period(2025)
NOON_OF_2026 = 1_770_000_000_000
KEYS = [(site, programme) for site in ("cinisello", "matera") for programme in ("senior", "junior", "lab")]


def draft(registry: Registry, period: Period, at_ms: int = NOON_OF_2026) -> Report:
    with registry.database.read() as connection:
        return kept.draft(connection, period, at_ms)


def publish(registry: Registry, made: Report, at_ms: int = NOON_OF_2026) -> None:
    with editing(registry.database, at_ms) as edit:
        kept.publish(edit, made, "they are being signed")


def rows(made: Report, name: str) -> dict[tuple[tuple[str, ...], ...], tuple[int | Unsaid, ...]]:
    found = next(table for table in made.tables if table.name == name)
    return {tuple(sorted(row.cells)): row.figures for row in found.rows}


def open_days(size: Size) -> list[date]:
    days = [date(2025, 1, 1) + timedelta(number) for number in range(size.days)]
    return [day for day in days if day.weekday() < 6]


def minutes_by_hand(size: Size, people: int) -> int:
    """Two of three of a cohort stay for each of its sessions, of three hours with a quarter of rest."""
    sessions = [number for number, day in enumerate(open_days(size)) if day.weekday() in {0, 3}]
    return sum(165 for number in sessions for n in range(people) if (n + number) % 3)


def test_the_figures_are_those_of_a_count_by_hand(registry: Registry) -> None:
    live(registry, MANY)
    made = draft(registry, Q1)
    people = rows(made, "people")
    for key, many in zip(KEYS, MANY.cohorts, strict=True):
        counted, *_, completed, delivered, attended = people[key,]
        assert (counted, attended) == (many, minutes_by_hand(MANY, many)), key
        assert completed is Unsaid.FEW, "nobody had completed by then"
        assert delivered == 165 * sum(day.weekday() in {0, 3} for day in open_days(MANY))
    assert people[tuple(sorted(KEYS))][0] == sum(MANY.cohorts)
    days = len(open_days(MANY))
    assert rows(made, "visits")[(("matera", "help"),)] == (2 * days, 40 * days)
    assert rows(made, "service")[("citizen",), ("team",)] == (120 * days * MANY.angels,)
    booked, used = rows(made, "use")[(("matera", "desk"), ("matera", "room"))]
    came = [(number + n + hour) % 7 > 0 for number in range(days) for n in range(MANY.desks) for hour in (9, 14)]
    assert (booked, used) == (180 * len(came), 180 * sum(came))
    afternoon = [sum((n + number) % 3 > 0 for some in MANY.cohorts[3:] for n in range(some)) for number in range(days)]
    assert rows(made, "peaks")[(("matera",),)] == (max(afternoon) + 1,), "with one visitor of each hour"


def test_help_at_the_desk_is_counted_by_its_kind_without_what_was_taken_back(registry: Registry) -> None:
    live(registry, FEW)
    with registry.database.write() as connection:
        for number in range(24):
            kind, site = ("identity", "health")[number % 2], ("matera", "cinisello")[number // 12]
            said = {"id": f"h{number}", "site": site, "kind": kind, "minutes": 10 + number % 2, "void": number == 23}
            more = {"start_ms": Q1.span.start_ms + number, "author": "", "at_ms": 0, "reason": "", "revision": 1}
            connection.execute(t.desk_visit.insert().values(**said, **more))
    helped = rows(draft(registry, Q1), "helped")
    assert helped[("matera", "identity"),] == helped[("cinisello", "identity"),] == (6, 60)
    assert helped[tuple(sorted(cells for row in helped for cells in row if len(row) == 1))] == (23, 241)


def test_who_completed_within_the_year_is_said_where_five_did_and_five_did_not(registry: Registry) -> None:
    live(registry, MANY)
    people = rows(draft(registry, YEAR), "people")
    assert people[("cinisello", "senior"),][4] == 14
    assert people[("matera", "lab"),][4] == 5


def test_no_figure_of_a_small_place_is_said_alone(registry: Registry) -> None:
    live(registry, FEW)
    made = draft(registry, Q1)
    lab = rows(made, "people")[("cinisello", "lab"),]
    assert lab[0] is lab[-1] is Unsaid.FEW
    assert rows(made, "people")[("cinisello", "junior"), ("cinisello", "lab")][0] == 12
    for table in made.tables:
        counts = [row.figures[0] for row in table.rows if table.columns[0] in {"people", "visits", "peak"}]
        assert all(isinstance(figure, Unsaid) or figure >= LEAST for figure in counts)


def test_a_person_counts_once_in_the_last_cohort_that_they_joined(registry: Registry) -> None:
    live(registry, MANY)
    with registry.database.write() as connection:
        e = t.enrolment.c
        move = {"cohort": "matera-lab", "programme": "lab", "from_ms": Q1.span.start_ms + DAY_MS}
        who = {"person": "cs0000"}
        connection.execute(update(t.enrolment).where(e.id == "e-mj0001").values(**move, **who))
    people = rows(draft(registry, Q1), "people")
    assert people[("cinisello", "senior"),][0] == MANY.cohorts[0] - 1
    assert people[("matera", "lab"),][0] == MANY.cohorts[5] + 1
    assert people[tuple(sorted(KEYS))][0] == sum(MANY.cohorts) - 1


def test_a_cohort_that_was_over_before_the_period_has_no_row(registry: Registry) -> None:
    live(registry, FEW)
    with registry.database.write() as connection:
        connection.execute(update(t.cohort).where(t.cohort.c.id == "cinisello-lab").values(end_date="2025-03-31"))
    assert ("cinisello", "lab") in {cells[0] for cells in rows(draft(registry, Q1), "people") if len(cells) == 1}
    assert ("cinisello", "lab") not in {cells[0] for cells in rows(draft(registry, Q2), "people") if len(cells) == 1}


def test_a_report_is_published_once_and_stays_as_it_was(registry: Registry) -> None:
    live(registry, FEW)
    made = draft(registry, Q1)
    publish(registry, made)
    with registry.database.write() as connection:
        connection.execute(update(t.enrolment).values(state="withdrawn", until_ms=None))
    with registry.database.read() as connection:
        assert kept.one(connection, Q1) == made
        assert kept.published(connection) == [(Q1, NOON_OF_2026)]
        assert {YEAR, Q1} & set(kept.open_periods(connection, NOON_OF_2026)) == set()
    with pytest.raises(Problem, match="is published"):
        draft(registry, Q1)


@pytest.mark.parametrize("wanted", [YEAR, Q1])
def test_no_report_is_published_that_shares_a_day_with_another(registry: Registry, wanted: Period) -> None:
    live(registry, FEW)
    made = draft(registry, wanted)
    publish(registry, draft(registry, Q1))
    with pytest.raises(Problem, match="2025-q1 is published and shares days"):
        publish(registry, made)
    publish(registry, draft(registry, Q2))


def test_a_quarter_of_a_published_year_is_refused(registry: Registry) -> None:
    live(registry, FEW)
    publish(registry, draft(registry, YEAR))
    with pytest.raises(Problem, match="the report of 2025 is published"):
        draft(registry, Q2)


def test_no_report_is_published_before_its_period_is_over(registry: Registry) -> None:
    live(registry, FEW)
    with pytest.raises(Problem, match="not over yet"):
        draft(registry, Q2, Q2.span.end_ms - 1)
    assert draft(registry, Q2, Q2.span.end_ms).period == Q2


def test_a_year_is_its_quarters_by_the_local_calendar() -> None:
    quarters = [Period(2025, number) for number in (1, 2, 3, 4)]
    assert [one.span.start_ms for one in quarters[1:]] == [one.span.end_ms for one in quarters[:-1]]
    assert (quarters[0].span.start_ms, quarters[3].span.end_ms) == (YEAR.span.start_ms, YEAR.span.end_ms)
    assert quarters[3].first.isoformat() == "2025-10-01"
    assert not any(one.overlaps(other) for one in quarters for other in quarters if one != other)
    assert all(one.overlaps(YEAR) and YEAR.overlaps(one) for one in quarters)
    assert not YEAR.overlaps(Period(2026, 1))
    assert [named(one.name) for one in (*quarters, YEAR)] == [*quarters, YEAR]
    may_ms = unix_ms(datetime(2025, 5, 1, tzinfo=ZONE))
    assert list(periods.over(may_ms, NOON_OF_2026))[:5] == [Period(2025, 4), Period(2025, 3), Q2, YEAR]
    for wrong in ("2025-q5", "1999", "", "2025-Q1", "2025-q1 "):
        with pytest.raises(Problem, match="choose one of the list"):
            named(wrong)


def test_a_report_of_many_costs_as_many_statements_as_one_of_few(registry: Registry) -> None:
    live(registry, FEW)
    few = statements(registry)
    with registry.database.write() as connection:
        for number in range(300):
            ident = f"more-{number}"
            person = {"name": ident, "valid_from_ms": 0, "suspended": False, "minor": False, "revision": 1}
            connection.execute(t.person.insert().values(id=ident, **person))
            there = {"programme": "lab", "cohort": "matera-lab", "enrolled_ms": 0, "from_ms": 0, "state": "active"}
            connection.execute(t.enrolment.insert().values(id=ident, person=ident, age=18, revision=1, **there))
    assert statements(registry) == few <= 20


def statements(registry: Registry) -> int:
    said: list[str] = []
    with registry.database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *of: said.append(of[2]))
        steps: list[str] = []
        read(connection, Q1, steps.append)
    assert steps == list(STEPS)
    return len(said)


def test_ages_are_those_of_the_programme() -> None:
    assert Programme("Junior", 16, 19).bands == ("18-20", "-17")
    assert Programme("Senior", 21, 30).bands == ("21-",)
    assert Programme("All").bands == ("21-", "18-20", "-17")
    junior = Programme("Junior", 16, 19)
    assert [junior.band(age) for age in (16, 17, 18, 20, 25, None)] == [
        "-17",
        "-17",
        "18-20",
        "18-20",
        "18-20",
        "18-20",
    ]


def test_what_a_visit_was_for_is_read_in_both_languages_as_sites_write_it() -> None:
    assert VISITS == VISIT_REASONS
    for words in languages.load((("gateway", "pages/words"), ("pages", "words"))).values():
        said = [words(f"visit_reason.{kind}") for kind in VISITS]
        assert [kind_of(text) for text in said] == list(VISITS)
        assert [kind_of(f"{text}: more") for text in said] == list(VISITS)
    assert kind_of("qualcos'altro") == kind_of("") == "other"
