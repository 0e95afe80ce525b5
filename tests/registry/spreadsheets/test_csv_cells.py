"""Cells one by one: what each kind reads, what it refuses, and what it writes."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from registry.spreadsheets.cells import FLAG, NAME, At, BadCell, CellKind, Choice, Dialect, Integer, Style, fold
from registry.spreadsheets.codes import Email, FiscalCode, Uid, check_character, says_born
from registry.spreadsheets.ids import Code, Codes, Id, Ids

ROME = ZoneInfo("Europe/Rome")
WEEK = Choice({1: ("lunedì", "monday"), 2: ("martedì", "tuesday")})


def read(kind: CellKind, text: str) -> object:
    return kind.read(text, At(ROME, {}))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (NAME, "Anna\r\n  Bianchi", "Anna Bianchi"),
        (NAME, "Anna  Maria", "Anna  Maria"),
        (NAME, "A" * 120, "A" * 120),
        (Code(), "00012", "00012"),
        (Code(), "1E5", "1E5"),
        (Id(), "Matera-1", "matera-1"),
        (Ids(), "Lab,hall  desk-1;lab | x", ("desk-1", "hall", "lab", "x")),
        (Ids(), ",", ()),
        (Codes(), "B 2; a1,0012 |B 2", ("0012", "B 2", "a1")),
        (Integer(), "0012", 12),
        (Integer(), "12,0", 12),
        (Integer(), "12.00", 12),
        (Integer(least=-5), "-5", -5),
        (WEEK, "LUNEDI'", 1),
        (WEEK, "Tuesday", 2),
        (FLAG, "Sì", True),
        (FLAG, "si", True),
        (FLAG, "VERO", True),
        (FLAG, "x", True),
        (FLAG, "1", True),
        (FLAG, "no", False),
        (FLAG, "FALSO", False),
        (FLAG, "false", False),
        (FLAG, "0", False),
        (Uid(), "04a1b2c3d4e580", "04A1B2C3D4E580"),
        (Uid(), "04:A1-B2 C3", "04A1B2C3"),
        (Uid(), "00000001", "00000001"),
        (Uid(), "12E45678", "12E45678"),
        (Email(), "mailto:Anna.Rossi+x@Sub.Example.IT", "Anna.Rossi+x@sub.example.it"),
        (FiscalCode(), " rssmra85t10a562s ".strip(), "RSSMRA85T10A562S"),
    ],
)
def test_a_cell_is_read(kind: CellKind, text: str, value: object) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (NAME, "A" * 121, "longer than 120"),
        (NAME, "\u202eAnna", "control"),
        (NAME, "An\x9fna", "control"),
        (Code(), "1,23457E+12", "Excel turned this code into a rounded number"),
        (Code(), "4E-05", "Excel turned this code into a rounded number"),
        (Code(), "x" * 65, "longer than 64"),
        (Id(), "Via Roma", "an id is"),
        (Id(), "a" * 33, "an id is"),
        (Id(), "1.2E+3", "rounded number"),
        (Ids(most=2), "a b c", "more than 2 ids"),
        (Ids(), "a b_c", "an id is"),
        (Codes(most=1), "a,b", "more than 1 names"),
        (Codes(), "a, 1E+5", "rounded number"),
        (Integer(least=1, most=9), "0", "from 1 to 9"),
        (Integer(least=1, most=9), "10", "from 1 to 9"),
        (Integer(), "1,5", "whole number"),
        (Integer(), "1.000", "whole number"),
        (Integer(), "٣", "whole number"),
        (WEEK, "mercoledì", "none of lunedì, martedì"),
        (FLAG, "forse", "none of sì, no"),
        (Uid(), "4,1234E+13", "format the column as Text"),
        (Uid(), "4.1234E+13", "format the column as Text"),
        (Uid(), "4E+13", "format the column as Text"),
        (Uid(), "4123456", "a 0 that Excel took away"),
        (Uid(), "04G1B2C3", "hex"),
        (Uid(), ":-:", "hex"),
        (Uid(), "04A1", "3 to 10 bytes"),
        (Uid(), "04" * 11, "3 to 10 bytes"),
        (Uid(), "08A1B2C3", "phone"),
        (Email(), "marco", "e-mail"),
        (Email(), "anna@localhost", "e-mail"),
        (Email(), "a b@c.it", "e-mail"),
        (Email(), "a@c.it,b@c.it", "e-mail"),
        (Email(), "a@" + "x" * 63 + ("." + "y" * 60) * 4 + ".it", "e-mail"),
        (FiscalCode(), "RSSMRA85T10A562X", "last letter"),
        (FiscalCode(), "MRTMTT91D08F205", "16 letters"),
        (FiscalCode(), "RSSMRA85T00A562S", "16 letters"),
        (FiscalCode(), "RSSMRA85T32A562S", "16 letters"),
        (FiscalCode(), "RSSMRA85T72A562S", "16 letters"),
        (FiscalCode(), "RSSMRA85T81A562S", "16 letters"),
        (FiscalCode(), "RSSMRA85F10A562S", "16 letters"),
        (FiscalCode(), "12345678901", "16 letters"),
    ],
)
def test_a_cell_is_refused_without_repeating_it(kind: CellKind, text: str, words: str) -> None:
    with pytest.raises(BadCell, match=words) as caught:
        read(kind, text)
    assert str(caught.value).endswith(".")
    assert text.lower() not in str(caught.value).lower()


@pytest.mark.parametrize(
    ("kind", "value", "excel", "csv"),
    [
        (NAME, "Anna", "Anna", "Anna"),
        (Ids(), ("a", "b"), "a b", "a b"),
        (Integer(), 12, 12, 12),
        (WEEK, 1, "lunedì", "monday"),
        (FLAG, True, "sì", "true"),
    ],
)
def test_a_cell_is_written(kind: CellKind, value: object, excel: object, csv: object) -> None:
    assert kind.write(value, Style(Dialect.EXCEL, ROME)) == excel
    assert kind.write(value, Style(Dialect.CSV, ROME)) == csv


@pytest.mark.parametrize(
    ("code", "born"),
    [
        ("RSSMRA85T10A562S", date(1985, 12, 10)),
        ("MRTMTT91D08F205J", date(1991, 4, 8)),
        ("MLLSNT82P65Z404U", date(1982, 9, 25)),
        ("RSSMRA85T10A56NH", date(1985, 12, 10)),
    ],
)
def test_a_codice_fiscale_checks_itself_and_names_a_birth_date(code: str, born: date) -> None:
    assert check_character(code) == code[15]
    assert read(FiscalCode(), code) == code
    assert says_born(code, born)
    assert says_born(code, born.replace(year=born.year - 100))
    assert not says_born(code, born.replace(day=born.day + 1))
    assert not says_born(code, born.replace(month=born.month % 12 + 1))
    assert not says_born(code, born.replace(year=born.year + 1))


def test_every_wrong_check_letter_is_found() -> None:
    wrong = [f"RSSMRA85T10A562{sign}" for sign in "ABCDEFGHIJKLMNOPQRTUVWXYZ"]
    for code in wrong:
        with pytest.raises(BadCell, match="last letter"):
            read(FiscalCode(), code)
    assert len(wrong) == 25


def test_headers_fold_case_accents_and_punctuation() -> None:
    assert {fold(text) for text in ("Data di nascita", "DATA_DI-NASCITA*", " data  di nàscita:")} == {"data di nascita"}
    assert fold("È") == "e"
    assert fold("…") == ""
