"""A report is not published in passing over registers that are open: they are listed, and a reason is asked for."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import delete, insert, select, update

from bench.funded_year import Size, live
from registry.edit import editing
from registry.problems import Problem
from registry.reports import kept, unsettled
from registry.reports.periods import Period
from registry.reports.unsettled import Unsettled
from registry.setup import Registry
from registry.tables import core as t
from registry.tables.registers import register_gone
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.reports_made import MADE, drafted

FEW = Size((12, 9, 3, 7, 6, 5), desks=2, angels=6, days=3)
"""One day with a session of each of six cohorts."""
Q1, Q2 = Period(2025, 1), Period(2025, 2)
NOON_OF_2026 = 1_770_000_000_000
WHY = "La docente è assente fino a marzo"


def keep(registry: Registry, number: int, seal: str = "", **of: object) -> None:
    """A register of Matera, of the senior programme unless another thing is said."""
    span = {"from_ms": Q1.span.start_ms, "until_ms": Q1.span.end_ms}
    base = {"site": "matera", "id": f"r-{number}", "number": number, "session": None, "programme": "senior"}
    stands = {"cohort": None, "made_ms": 0, "edition": 1, "closed": "", "seal": seal, "revision": 1}
    with registry.database.write() as connection:
        connection.execute(insert(t.register).values({**base, **span, **stands, **of}))


def left(registry: Registry, period: Period = Q1) -> tuple[list[int], int]:
    """The numbers of registers that are open, and how many sessions are in none."""
    with registry.database.read() as connection:
        found = unsettled.of_period(connection, period.span)
    return [one.number for one in found.registers], len(found.sessions)


def sessions(registry: Registry, programme: str = "senior") -> list[tuple[str, int]]:
    s = t.session.c
    with registry.database.read() as connection:
        asked = select(s.id, s.start_ms).where(s.site == "matera", s.programme == programme, s.state == "delivered")
        return [(row.id, row.start_ms) for row in connection.execute(asked)]


def test_a_session_is_in_a_register_by_itself_by_its_programme_or_was_in_one(registry: Registry) -> None:
    live(registry, FEW)
    numbers, many = left(registry)
    assert (numbers, many > 5) == ([], True)
    assert left(registry, Q2) == ([], 0)
    senior, ((junior, begins_ms), *_) = len(sessions(registry)), sessions(registry, "junior")
    keep(registry, 1, seal="aa")
    assert left(registry) == ([], many - senior)
    keep(registry, 2, session=junior, from_ms=begins_ms, until_ms=begins_ms + 1, programme="junior", closed="trainer")
    assert left(registry) == ([2], many - senior - 1)
    assert left(registry, Q2) == ([], 0)
    with registry.database.write() as connection:
        connection.execute(delete(t.register))
        was = {"site": "matera", "number": 2, "session": junior, "seal": "bb", "gone_ms": 0}
        connection.execute(insert(register_gone).values(was))
    assert left(registry) == ([], many - 1), "its paper is with the funder"


def test_a_cohorts_register_has_the_sessions_of_its_cohort_and_teams_alone(registry: Registry) -> None:
    live(registry, FEW)
    _, many = left(registry)
    keep(registry, 1, seal="aa", programme="junior", cohort="matera-senior")
    assert left(registry) == ([], many)
    keep(registry, 2, seal="bb", cohort="matera-senior")
    assert left(registry) == ([], many - len(sessions(registry)))
    with registry.database.write() as connection:
        team = {"id": "team-1", "cohort": "matera-senior", "name": "A", "revision": 1}
        connection.execute(insert(t.team).values(team))
        g = t.session_group.c
        connection.execute(update(t.session_group).where(g.group_id == "matera-senior").values(group_id="team-1"))
    assert left(registry) == ([], many - len(sessions(registry)))
    with registry.database.write() as connection:
        connection.execute(update(t.register).values(until_ms=Q1.span.start_ms + 1))
    assert left(registry) == ([], many), "it ended before they began"


def test_nothing_publishes_over_open_registers_without_a_reason(registry: Registry) -> None:
    live(registry, FEW)
    with registry.database.read() as connection:
        made = kept.draft(connection, Q1, NOON_OF_2026)
    keep(registry, 1)
    said = "not sealed of this period: 1 registers, and 5 sessions"
    with pytest.raises(Problem, match=said) as refused, editing(registry.database, NOON_OF_2026) as edit:
        kept.publish(edit, made)
    assert refused.value.members["why"] == "not-sealed"
    with editing(registry.database, NOON_OF_2026) as edit:
        assert [one.number for one in kept.publish(edit, made, WHY).registers] == [1]


@pytest.fixture
def funded(empty: Centre) -> Centre:
    live(empty.registry, FEW)
    account(empty, "clara", person=empty.made("/people", {"name": "Clara"})["id"], role="coordinator")
    return empty


@pytest.fixture
def clara(funded: Centre) -> Iterator[Reader]:
    with reader(funded) as opened:
        opened.signed_in("clara")
        yield opened


def acts(centre: Centre) -> list[tuple[str, str]]:
    said = centre.ask("GET", "/audit?limit=100").json()["items"]
    return [(one["kind"], one["what"]) for one in said if one["kind"].startswith("report-")]


def test_whoever_publishes_sees_what_is_open_confirms_it_and_says_why(funded: Centre, clara: Reader) -> None:
    keep(funded.registry, 7, closed="trainer")
    numbers, many = left(funded.registry)
    page = drafted(clara, "2025-q1")
    assert "Not all registers of this period are sealed." in page
    assert "1 register is not sealed:" in page
    assert f"{many} sessions that were held are in no register:" in page
    link = '<a href="/registers/matera/r-7">Register no. 7, Contamination Lab senior, Matera</a>'
    assert f"{link}: Closed only by: trainer" in page
    listed = re.findall(r'href="/sessions/(\w+)/([^"]+)"', page)
    assert len(listed) == many
    made = MADE.search(page)
    assert made is not None
    form = {"period": "2025-q1", "made": made[1]}
    refused = clara.sent("/reports-new", **form)
    assert refused.status_code == 422
    assert 'id="confirmed-wrong"' in refused.text
    assert 'id="reason-wrong"' in refused.text
    half = clara.sent("/reports-new", **form, reason=WHY)
    assert (half.status_code, 'id="reason-wrong"' in half.text, f'value="{WHY}"' in half.text) == (422, False, True)
    assert clara.sent("/reports-new", **form, confirmed="1").status_code == 422
    assert acts(funded) == []
    done = clara.followed("/reports-new", **form, confirmed="1", reason=WHY)
    assert "The report is published." in done.text
    assert WHY not in done.text
    assert sorted(acts(funded)) == [
        ("report-published", "2025-q1"),
        ("report-published-unsealed", f"2025-q1 ({len(numbers)}+{many}): {WHY}"),
    ]


def test_where_all_is_sealed_nothing_is_asked(funded: Centre, clara: Reader) -> None:
    for number, (site, programme) in enumerate(product(("matera", "cinisello"), ("senior", "junior", "lab")), 1):
        keep(funded.registry, number, seal="aa", site=site, programme=programme)
    with funded.database.read() as connection:
        assert unsettled.of_period(connection, Q1.span) == Unsettled()
    page = drafted(clara, "2025-q1")
    assert "sealed" not in page
    made = MADE.search(page)
    assert made is not None
    assert "published" in clara.followed("/reports-new", period="2025-q1", made=made[1]).text
    assert acts(funded) == [("report-published", "2025-q1")]
