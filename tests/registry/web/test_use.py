"""The page of a site's space: drawings with tables that say the same, what is foretold, and nothing of a few."""

import re
from collections.abc import Iterator

import pytest

from access.hours import day_start_ms
from bench.funded_year import Size, live
from registry.reports.forecast import WEEKS
from registry.reports.periods import ZONE
from registry.reports.usage import mondays
from registry.tables import core as t
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms

FEW = Size((9, 7, 6, 40, 6, 5), desks=8, angels=5, days=10)


@pytest.fixture
def clara(empty: Centre) -> Iterator[Reader]:
    """A coordinator of Matera, whose last week had what the first days of a year had."""
    live(empty.registry, FEW)
    first = mondays(wall_ms(), ZONE, 1)[0]
    later_ms = day_start_ms(first, ZONE) - day_start_ms(mondays(1_735_900_000_000, ZONE, 0)[0], ZONE)
    with empty.database.write() as connection:
        for table in (t.stay, t.visit):
            connection.execute(
                table.update().values(start_ms=table.c.start_ms + later_ms, end_ms=table.c.end_ms + later_ms)
            )
        b = t.booking.c
        moved = {"start_ms": b.start_ms + later_ms, "end_ms": b.end_ms + later_ms}
        ends = {"blocked_until_ms": b.blocked_until_ms + later_ms, "release_ms": b.start_ms + later_ms + 1}
        connection.execute(t.booking.update().values(**moved, **ends))
    account(empty, "clara", person=empty.made("/people", {"name": "Clara"})["id"], role="coordinator", site="matera")
    with reader(empty) as opened:
        opened.signed_in("clara")
        yield opened


def test_the_drawing_and_the_table_say_the_same(clara: Reader) -> None:
    page = clara.look("/use").text
    heat = page[page.index('aria-labelledby="heat"') : page.index('aria-labelledby="desks"')]
    drawing, table = heat[heat.index("<svg") : heat.index("</svg>")], heat[heat.index("<tbody>") :]
    drawn = re.findall(r'<text class="heat-says[^>]*>([^<]*)</text>', drawing)
    told = [cell.split(" (")[0] for cell in re.findall(r"<td>([^<]*)</td>", table)]
    columns = len(drawn) // 7
    assert sorted(drawn) == sorted(told)
    assert drawn == [told[hour * 7 + day] for day in range(7) for hour in range(columns)]
    assert "&lt;5" in drawn, "one week of eight is little"
    assert len(re.findall(r'<rect class="bar-back"', page)) == WEEKS


def test_last_week_is_counted_and_what_is_of_few_is_not_said(clara: Reader) -> None:
    page = clara.look("/use?site=matera").text
    desks = page[page.index('<h2 id="desks">') : page.index('<h2 id="missed">')]
    last = desks[desks.rindex("<tr>") :]
    assert re.search(r'data-name="Hours booked">\s*\d', last), last
    assert "not said: fewer than five people" in last, "nobody walked in"
    missed = page[page.index('<h2 id="missed">') :]
    assert re.search(r'strong">Contamination Lab senior</td>\s*<td[^>]*>\d', missed)
    assert re.search(r'strong">Contamination Lab junior</td>\s*<td[^>]*><span aria-hidden="true">•', missed), (
        "nobody of it booked"
    )
    assert "fewer than five people were there at once" in page, "the middle of eight weeks is none"


def test_a_site_of_others_is_not_shown(clara: Reader, empty: Centre) -> None:
    assert "Cinisello" not in clara.look("/use").text
    assert clara.look("/use?site=cinisello").status_code == 404
    account(empty, "socia", person=empty.made("/people", {"name": "Socia"})["id"])
    with reader(empty) as socia:
        socia.signed_in("socia")
        assert socia.look("/use").status_code == 403
