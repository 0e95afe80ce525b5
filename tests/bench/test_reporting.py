"""The bench of a year's report fills a database of its own, tells each step, and measures what it says."""

from pathlib import Path

from bench import reporting
from bench.funded_year import Size
from registry.reports.forms import FORMS
from registry.reports.reading import STEPS

FEW = Size((6, 6, 6, 6, 6, 6), desks=2, angels=5, days=9)


def test_a_small_year_is_filled_and_its_report_measured_beside_its_floor(tmp_path: Path) -> None:
    reporting.filled(tmp_path, FEW)
    told: list[str] = []
    found = reporting.measure(tmp_path, FEW.year, told.append)
    assert told == [*STEPS, *FORMS]
    days = 8
    assert found.stays == 2 * 4 * 6 * days
    assert 0 < found.before_mb <= found.most_mb
    assert found.wall_s > 0 < found.floor_s
    assert set(found.forms_s) == set(FORMS)
