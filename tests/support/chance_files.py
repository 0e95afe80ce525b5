"""Files of every kind by chance, about a school's people and places: most of what they say is there, some is not.

A file is drawn from one seed, so that each cell is as likely as this file says; the seed is what a failure names.
"""

from collections.abc import Sequence
from random import Random

from registry.spreadsheets.kinds import KINDS

CELLS: dict[str, Sequence[str]] = {
    "people.ref": ("R1", "R2", "R3", "R4", ""),
    "name": ("Anna", "Bea", "Ciro", "!"),
    "surname": ("", "Verdi"),
    "birth_date": ("{18}", "{18}", "{17}", "!{25}", "!", "!31/02/2000"),
    "fiscal_code": ("", "", "", "!RSSMRA85T10A562S", "!MRTMTT91D08F205J", "!X"),
    "email": ("", "a@example.org", "!a"),
    "site": ("matera", "matera", "matera", "!cinisello", "!nowhere"),
    "people.programme": ("", "junior", "!senior"),
    "programme": ("junior", "!senior", "!cooking"),
    "cohort": ("", "", "c1", "!c2"),
    "teams": ("", "", "!blu", "!rossi blu"),
    "zones": ("hall", "hall", "hall lab", "!"),
    "guardian_until": ("", "", "{later}"),
    "uid": ("04A1B2C1", "04A1B2C2", "04A1B2C3", "!4,1E+13"),
    "person": ("tina", "T-1", "!R1", "!nobody"),
    "group": ("", "!c1", "!c9"),
    "groups": ("c1", "c1", "blu", "rossi, blu", "!c2", "!c9", "!s1"),
    "valid_from": ("", "1/9/2026"),
    "valid_until": ("", "31/8/2030", "!1/1/2026"),
    "long_pulse": ("", "x"),
    "ref": ("B1", "B2", "B3", "B4", ""),
    "resource": ("d1", "d2", "r1", "!d9"),
    "day": ("{soon}", "{next}", "{third}"),
    "start": ("9:00", "10.00", "11:00"),
    "end": ("11:30", "12.00", "!10:30"),
    "title": ("CAD", "Visita"),
    "zone": ("hall", "hall", "!r1", "!", "!lab"),
    "place": ("", "Officine Sassi"),
    "off_site": ("", "", "!x"),
    "trainers": ("", "T-1", "tina, T-1", "!nobody"),
    "module": ("", "!cad-1"),
}
"""What a column may say; a kind's own first. What begins with ! often does not fit. Words in braces are days that a
test reckons from its own clock.
"""
STEADY = 0.85
"""How often a line says only what may well fit."""


def file(seed: int, days: dict[str, str]) -> tuple[str, bytes]:
    """A kind and a file of it; ``days`` are the words in braces."""
    chance = Random(seed)
    kind = chance.choice(list(KINDS))
    columns = KINDS[kind].columns
    rows = [[column.title for column in columns]]
    for _ in range(chance.randrange(1, 5)):
        steady = chance.random() < STEADY
        rows.append([_cell(chance, kind, column.name, days, steady=steady) for column in columns])
    return kind, "\r\n".join(map(";".join, rows)).encode(chance.choice(["utf-8", "cp1252", "utf-16"]))


def _cell(chance: Random, kind: str, name: str, days: dict[str, str], *, steady: bool) -> str:
    cells = CELLS.get(f"{kind}.{name}", CELLS.get(name, ("",)))
    said = chance.choice([cell for cell in cells if not (steady and cell.startswith("!"))]).removeprefix("!")
    return days[said[1:-1]] if said.startswith("{") else said
