"""Encodings, separators and rows: what the bytes are decides, and the same each time."""

from pathlib import Path

import pytest

from registry.spreadsheets.grid import rows
from registry.spreadsheets.texts import BadFile, decoded

DATA = Path(__file__).parents[2] / "data" / "csv"
WORDS = "Niccolò, perché no? Città – «così» €"
MOST = 1 << 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_each_encoding_that_spreadsheets_write_is_read(encoding: str) -> None:
    assert decoded(WORDS.encode(encoding), MOST) == WORDS


def test_utf_16_is_read_from_both_ends() -> None:
    assert decoded(b"\xff\xfe" + WORDS.encode("utf-16-le"), MOST) == WORDS
    assert decoded(b"\xfe\xff" + WORDS.encode("utf-16-be"), MOST) == WORDS


@pytest.mark.parametrize("word", ["PERCHÉ»", "È", "ò", "“così”", "100 €", "Muñoz", "naïve – ça va"])
def test_a_single_accent_is_read_either_way(word: str) -> None:
    text = f"Nome;Nato a\nAnna;{word}\nNicolò;Forlì\nZoè;Cefalù\n"
    assert decoded(text.encode("cp1252"), MOST) == text
    assert decoded(text.encode(), MOST) == text


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"PK\x03\x04\x14\0\x06\0", None, "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None, "old Excel workbook"),
        (b"%PDF-1.7\n", None, "a PDF"),
        (b"\xff\xfe\0\0N\0\0\0", None, "UTF-32"),
        (b"\0\0\xfe\xff\0\0\0N", None, "UTF-32"),
        ("a\nb".encode("utf-16-le"), 1, "NUL"),
        (b"a\nb\0", 2, "NUL"),
        (b"\xff\xfea\0\n\0\0\xd8", 2, "says that it is UTF-16 and is damaged"),
        (b"\xff\xfea", 1, "says that it is UTF-16 and is damaged"),
        (b"\xef\xbb\xbfa\n\xe8", 2, "says that it is UTF-8 and is damaged"),
        ("a\nNiccolò, più città".encode()[:-1] + b"\n", 2, "the file is UTF-8 and is damaged here"),
        (b"a\nb\x81", 2, "neither UTF-8 nor Windows-1252"),
        (b"", None, "empty"),
        (b"\xef\xbb\xbf \r\n", None, "empty"),
        (b"a" * 2_000_000, None, "at most 1048576 bytes"),
    ],
)
def test_what_is_no_text_gets_one_sentence(data: bytes, line: int | None, words: str) -> None:
    with pytest.raises(BadFile, match=words) as caught:
        decoded(data, MOST)
    assert caught.value.line == line


def grid(text: str, *known: str) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in rows(text, lambda cell: cell in known)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row(end: str) -> None:
    assert grid(end.join(["a;b", "", '"1', '2";3', "4"]), "a") == [(1, ("a", "b")), (3, (f"1{end}2", "3")), (4, ("4",))]


def test_the_separator_that_makes_known_columns_wins_over_the_one_that_makes_more() -> None:
    assert grid("Nome;Sede, o, altro, luogo\n", "Nome") == [(1, ("Nome", "Sede, o, altro, luogo"))]
    assert grid("Nome,Sede; o; altro; luogo\n", "Nome") == [(1, ("Nome", "Sede; o; altro; luogo"))]
    assert grid("x;y;z,w\n") == [(1, ("x", "y", "z,w"))]
    assert grid('"a;b"\tc', "c") == [(1, ("a;b", "c"))]


@pytest.mark.parametrize("said", ["sep=,\n", "SEP=,\r\n", '"sep=,"\n'])
def test_a_file_may_say_its_separator(said: str) -> None:
    assert grid(f"{said}a;b,c\n", "a;b") == [(1, ("a;b", "c"))]


def test_a_separator_that_no_spreadsheet_uses_is_not_taken_at_its_word() -> None:
    assert grid("sep=n\nanb\n", "a") == [(1, ("sep=n",)), (2, ("anb",))]
    assert grid("sep=;", "a") == []


def test_trailing_separators_and_blank_cells_are_left_out() -> None:
    assert grid("a;b;;\n1; ;\u00a0;\n;2\n", "a") == [(1, ("a", "b")), (2, ("1",)), (3, ("", "2"))]


@pytest.mark.parametrize("name", ["excel-italiano.csv", "excel-unicode.txt", "libreoffice.csv", "excel-utf8.csv"])
def test_one_sheet_saved_four_ways_is_one_sheet(name: str) -> None:
    text = decoded((DATA / name).read_bytes(), MOST)
    assert grid(text, "Nome", "Sede", "Data di nascita") == [
        (1, ("Riferimento", "Nome", "Data di nascita", "Sede", "Note")),
        (2, ("0012", "Niccolò D’Amico", "10/12/1985", "matera", 'detto "Nico"; va\nrichiamato')),
        (4, ("0013", "Zoë Però", "01/02/2009", "matera")),
    ]
