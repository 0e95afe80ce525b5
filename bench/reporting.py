"""How long a year's report takes, and how much memory, beside reading the same rows with nothing around.

python -m bench.reporting FOLDER
"""

import os
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import click

from bench.funded_year import WHOLE, Size, live
from bench.memory import most_resident_mb, resident_mb
from registry.registers.papers import words
from registry.reports import forms, kept
from registry.reports.periods import Period
from registry.setup import Registry

FILE = "registry.db"
ROWS = "SELECT site, person, start_ms, end_ms, how FROM stay ORDER BY start_ms"
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reported:
    """Seconds of the clock and of the processor that a report took, and reading its stays alone; resident MB before it
    and at most; seconds of each form.
    """

    stays: int
    wall_s: float
    cpu_s: float
    floor_s: float
    before_mb: float
    most_mb: float
    forms_s: dict[str, float]


def filled(folder: Path, size: Size) -> None:
    """A registry's database with a year in it."""
    with Registry(f"sqlite:///{folder / FILE}", folder / "keys") as registry:
        live(registry, size)


def measure(folder: Path, year: int, told: Told) -> Reported:
    """The report of a year of a database that was filled."""
    floor_s, stays = _floor(folder)
    before_mb = resident_mb(os.getpid())
    with Registry(f"sqlite:///{folder / FILE}", folder / "keys") as registry, registry.database.read() as connection:
        period = Period(year)
        began_s, began_cpu_s = perf_counter(), process_time()
        made = kept.draft(connection, period, period.span.end_ms, told)
        wall_s, cpu_s = perf_counter() - began_s, process_time() - began_cpu_s
    seconds = {}
    for name, form in forms.FORMS.items():
        told(name)
        began_s = perf_counter()
        form.made(made, words())
        seconds[name] = perf_counter() - began_s
    return Reported(stays, wall_s, cpu_s, floor_s, before_mb, most_resident_mb(os.getpid()), seconds)


def _floor(folder: Path) -> tuple[float, int]:
    connection = sqlite3.connect(folder / FILE)
    began_s = perf_counter()
    stays = sum(1 for _ in connection.execute(ROWS))
    seconds = perf_counter() - began_s
    connection.close()
    return seconds, stays


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def main(folder: Path) -> None:
    """Fill FOLDER with a year of two sites where it is empty, and measure the year's report there."""
    folder.mkdir(exist_ok=True)
    if not (folder / FILE).exists():
        print("filling a year of two sites", file=sys.stderr)
        filled(folder, WHOLE)
    found = measure(folder, WHOLE.year, lambda step: print(f"report: {step}", file=sys.stderr))
    print(f"stays {found.stays}, load {os.getloadavg()[0]:.1f}")
    print(f"report {found.wall_s:.2f} s, processor {found.cpu_s:.2f} s, stays read alone {found.floor_s:.2f} s")
    print(f"resident {found.before_mb:.0f} MB before, {found.most_mb:.0f} MB at most")
    print(", ".join(f"{name} {seconds:.2f} s" for name, seconds in found.forms_s.items()))


if __name__ == "__main__":
    main()
