"""Writing CSV: no cell is a formula, and what was written is what is read."""

import csv
from datetime import date
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.spreadsheets.cells import Dialect, Plain, Written
from registry.spreadsheets.grid import rows
from registry.spreadsheets.guard import guarded, kept, unguarded
from registry.spreadsheets.kinds import BOOKINGS, PEOPLE, ListedBooking, ListedPerson
from registry.spreadsheets.outgoing import export, written
from registry.spreadsheets.texts import decoded
from tests.support.csv_texts import FORMULAS, HARMLESS, NAUGHTY, SPOILED, TEXTS

ROME = ZoneInfo("Europe/Rome")


def table(parts: bytes, name: str) -> list[tuple[str, ...]]:
    return [row.cells for row in rows(decoded(parts, 1 << 30), lambda cell: cell == name)]


def raw(parts: bytes, dialect: Dialect) -> list[list[str]]:
    text = parts.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=";" if dialect is Dialect.EXCEL else ","))


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("dialect", Dialect)
def test_a_formula_is_written_as_a_text(text: str, dialect: Dialect) -> None:
    (cells,) = raw(b"".join(written([[text, "a"]], dialect)), dialect)
    assert cells == [f"'{text}", "a"]


@pytest.mark.parametrize("text", [*SPOILED, "'0012"])
def test_numerals_stay_as_they_are_through_excel(text: str) -> None:
    assert kept(text) == f"'{text}"
    assert guarded(text) == (f"'{text}" if text.startswith("'") else text)
    assert unguarded(kept(text)) == unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_is_written_as_it_is(text: str) -> None:
    assert guarded(text) == kept(text) == text


def test_numbers_of_ours_are_numbers() -> None:
    cells: list[Written] = [-5, 12, Plain("01/02/2026"), "-5"]
    assert b"".join(written([cells], Dialect.EXCEL)).decode("utf-8-sig") == "-5;12;01/02/2026;'-5\r\n"


def test_a_text_that_people_forced_is_its_inside() -> None:
    assert [unguarded(text) for text in ('="0012"', '=""', '="a"b', '="a""b"')] == ["0012", "", '="a"b', '="a""b"']


@example("-5")
@given(TEXTS)
def test_every_text_comes_back_and_none_begins_a_formula(text: str) -> None:
    for safe in (guarded(text), kept(text)):
        assert unguarded(safe) == text
        assert not safe.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
        assert not safe.startswith(("\t", "\r", "\n"))


@given(
    st.lists(st.lists(TEXTS.filter(lambda text: "\0" not in text), min_size=1, max_size=5), max_size=8),
    st.sampled_from(Dialect),
)
def test_every_table_comes_back(cells: list[list[str]], dialect: Dialect) -> None:
    """But for what no spreadsheet shows either: blank cells at a row's end, and blank rows."""
    file = b"".join(written([["Nome", *"bcdef"], *cells], dialect))
    full = [row[: max((n for n, cell in enumerate(row, 1) if cell.strip()), default=0)] for row in cells]
    assert table(file, "Nome")[1:] == [tuple(row) for row in full if row]


def test_every_naughty_string_comes_back() -> None:
    assert len(NAUGHTY) > 500
    shown = [text for text in NAUGHTY if text.strip()]
    for dialect in Dialect:
        file = b"".join(written([["Nome", "b"], *([text, "x"] for text in shown)], dialect))
        assert table(file, "Nome")[1:] == [(text, "x") for text in shown]


def test_excel_opens_the_file_by_double_click_and_programs_read_the_plain_one() -> None:
    anna = ListedPerson("Anna; Bea", date(2010, 5, 1), "matera", ref="0012", teams=("a", "b"), fiscal_code="X")
    assert (
        b"".join(export(PEOPLE, [anna], Dialect.EXCEL, lambda _: ROME))
        == (
            "\ufeffRiferimento;Nome;Data di nascita;E-mail;Sede;Programma;Coorte;Squadre;Aree;"
            "Autorizzazione del tutore fino al"
            '\r\n\'0012;"Anna; Bea";01/05/2010;;matera;;;a b;;\r\n'
        ).encode()
    )
    assert b"".join(export(PEOPLE, [anna], Dialect.CSV, lambda _: ROME)) == (
        b"ref,name,birth_date,email,site,programme,cohort,teams,zones,guardian_until\r\n"
        b"0012,Anna; Bea,2010-05-01,,matera,,,a b,,\r\n"
    )


def test_each_entry_is_written_in_its_own_time_zone() -> None:
    nine_ms = 1_795_420_800_000
    both = [ListedBooking(site, "d1", nine_ms, nine_ms + 60_000, "p") for site in ("matera", "faro")]
    zones = {"matera": ROME, "faro": ZoneInfo("Europe/Lisbon")}
    file = b"".join(export(BOOKINGS, both, Dialect.CSV, lambda entry: zones[entry.site])).decode()
    assert "2026-11-23T09:00,2026-11-23T09:01" in file
    assert "2026-11-23T08:00,2026-11-23T08:01" in file


def test_a_long_file_comes_in_parts_of_whole_rows() -> None:
    parts = list(written((["è", str(n)] for n in range(1_700)), Dialect.EXCEL))
    assert len(parts) == 4
    assert all(part.endswith(b"\r\n") for part in parts)
    assert len(b"".join(parts).splitlines()) == 1_700
