"""Reading a CSV file: what each line becomes, and the sentence for each that becomes nothing."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from registry.spreadsheets.grid import Limits
from registry.spreadsheets.incoming import MOST_NOTES, Sheet, Zones, read
from registry.spreadsheets.kinds import BADGES, BOOKINGS, PEOPLE, SESSIONS, ListedBadge, ListedBooking, ListedPerson

ROME = Zones(ZoneInfo("Europe/Rome"))
HEAD = "Nome;Data di nascita;Sede"


def people(text: str, encoding: str = "utf-8") -> Sheet[ListedPerson]:
    return read(PEOPLE, text.encode(encoding), ROME)


def reasons(sheet: Sheet[ListedPerson]) -> list[tuple[int | None, str]]:
    return [(note.line, note.reason) for note in sheet.mistakes]


def test_a_file_of_people_as_excel_in_italy_saves_it() -> None:
    sheet = people(
        "Riferimento;Nome;Cognome;Data di nascita;Codice fiscale;E-mail;Sede;Programma;Coorte;Squadre;Aree;"
        "Autorizzazione del tutore fino al\r\n"
        "0012;Niccolò;D’Amico;10/12/1985;rss mra 85t10 a562s;n@Example.ORG;Matera;junior;c1;rossi, blu;lab hall;\r\n"
        "0013;Zoë;Però;01/02/2009;;;matera;;;;;31/08/2027\r\n",
        "cp1252",
    )
    assert sheet.mistakes == sheet.warnings == ()
    assert [(entry.line, entry.value) for entry in sheet.entries] == [
        (
            2,
            ListedPerson(
                "Niccolò D’Amico",
                date(1985, 12, 10),
                "matera",
                ref="0012",
                fiscal_code="RSSMRA85T10A562S",
                email="n@example.org",
                programme="junior",
                cohort="c1",
                teams=("blu", "rossi"),
                zones=("hall", "lab"),
            ),
        ),
        (
            3,
            ListedPerson("Zoë Però", date(2009, 2, 1), "matera", ref="0013", guardian_until_ms=1_819_749_600_000),
        ),
    ]


@pytest.mark.parametrize(
    "head",
    ["name,birth_date,SITE", "NOMINATIVO\tnato  il\tSede*", "sède;Nome e Cognome;DATA-DI-NASCITA", '"Nome";born;Sito'],
)
def test_headers_are_known_in_both_languages_any_case_order_and_separator(head: str) -> None:
    separator = next(sign for sign in ";\t," if sign in head)
    cells = ["matera", "Anna", "2010-05-01"] if head.startswith("s") else ["Anna", "2010-05-01", "matera"]
    sheet = people(f"{head}\n{separator.join(cells)}\n")
    assert [entry.value for entry in sheet.entries] == [ListedPerson("Anna", date(2010, 5, 1), "matera")]
    assert sheet.mistakes == sheet.warnings == ()


def test_lines_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    """Empty rows count, a quoted line end does not, and neither does Excel's line that names the separator."""
    text = f'sep=;\n\n{HEAD};;\n;;;\n"Anna\nBianchi";1/5/2010;matera;;\n \t;;\n\n;1/5/2010;matera\nCarla;x;matera;;\n'
    sheet = people(text)
    assert [(entry.line, entry.value.name) for entry in sheet.entries] == [(4, "Anna Bianchi")]
    assert [(note.line, note.column) for note in sheet.mistakes] == [(7, "Nome"), (8, "Data di nascita")]
    assert sheet.mistakes[0].reason == "this cell is empty; fill it in."
    assert sheet.lines == 3


def test_every_mistake_of_a_row_is_told_with_the_files_own_words() -> None:
    sheet = people("NOMINATIVO;Nato il;sede;CF;Mail\nAnna;31/02/2010;Via Roma 1;RSSMRA85T10A562X;anna\n")
    assert [note.column for note in sheet.mistakes] == ["Nato il", "CF", "Mail", "sede"]
    assert sheet.entries == ()


def test_unknown_columns_are_named_and_left_out_with_a_guess_where_there_is_one() -> None:
    sheet = people(f"{HEAD};Programa;Numero di scarpe\nAnna;1/5/2010;matera;;42\n")
    assert len(sheet.entries) == 1
    assert [(note.line, note.column, note.reason) for note in sheet.warnings] == [
        (1, "Programa", "this column is not known and is left out; is it “Programma”?"),
        (1, "Numero di scarpe", "this column is not known and is left out."),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", None, "the file is empty"),
        ("\n;;\n", None, "the file is empty"),
        (";;", None, "the file is empty"),
        ("Nome;Sede\nAnna;matera\n", 1, "the column “Data di nascita” is missing"),
        ("E-mail\na@b.it\n", 1, "the column “Nome” and “Data di nascita” and “Sede” is missing"),
        ("Anna;1/5/2010;matera\n", 1, "the first row names no known column"),
        (f"\n{HEAD};nominativo\nAnna;1/5/2010;matera;Bea\n", 2, "“Nome” and “nominativo” name the same column"),
        (f'{HEAD}\n"Anna;1/5/2010;matera\n', 2, "a quotation mark is out of place"),
        (f'{HEAD}\n"Anna"B;1/5/2010;matera\n', 2, "a quotation mark is out of place"),
        (f"{HEAD}\n{'A' * 140_000};1/5/2010;matera\n", 2, "far too long"),
        (f"{HEAD}\n{'A' * 2_001};1/5/2010;matera\n", 2, "longer than 2000 characters"),
        (f"{HEAD}\nAnna;1/5/2010;matera{';x' * 98}\n", 2, "more than 100 columns"),
        (f"{HEAD}\nAnna\0;1/5/2010;matera\n", 2, "NUL"),
        (f"{HEAD}\nAnna;1/5/2010;matera;oops\n", 2, "more cells than the header"),
        (f"{HEAD}\nAn\x07na;1/5/2010;matera\n", 2, "control characters"),
        (f"{HEAD}\n{'A' * 121};1/5/2010;matera\n", 2, "longer than 120 characters"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence_and_its_line(text: str, line: int | None, words: str) -> None:
    (note,) = people(text).mistakes
    assert note.line == line
    assert words in note.reason
    assert note.reason.endswith(".")
    assert "\n" not in note.reason


def test_a_file_is_bounded_in_bytes_rows_and_notes() -> None:
    small = Limits(size=200, rows=3)
    row = "\nAnna;1/5/2010;matera"
    assert not read(PEOPLE, (HEAD + 2 * row).encode(), ROME, small).mistakes
    (note,) = read(PEOPLE, (HEAD + 3 * row).encode(), ROME, small).mistakes
    assert (note.line, note.reason) == (4, "a file holds at most 3 rows; send the rest as a second file.")
    (note,) = read(PEOPLE, (HEAD + 20 * row).encode(), ROME, small).mistakes
    assert note.reason == "a file has at most 200 bytes; send it in parts."
    sheet = people(HEAD + "\nAnna;x;!" * (MOST_NOTES + 5))
    assert len(sheet.mistakes) == MOST_NOTES + 1
    assert sheet.mistakes[-1].reason == f"there are {MOST_NOTES + 10} more; correct these and send again."


def test_no_sentence_repeats_a_cell() -> None:
    text = f"{HEAD};CF;Autorizzazione fino al\nSECRET1;SECRET2;SECRET 3;SECRET4;SECRET5\nSECRET6;SECRET7;SECRET 8;S\n"
    sheet = people(text)
    assert len(sheet.mistakes) == 7
    assert "SECRET" not in str(sheet.mistakes)
    badges = read(BADGES, b"UID;Persona;Valido dal;Impulso lungo\n04A1B2C3D4E58;p;04A1B2;04A1B2\n", ROME)
    assert len(badges.mistakes) == 3
    assert "04A1B2" not in str(badges.mistakes)


def test_badges_keep_leading_zeros_and_refuse_what_excel_made_of_a_uid() -> None:
    text = (
        "Tessera;Persona;Valido dal;Valido fino al;Apertura lunga\n"
        '="04123456";="0012";01/09/2026;31/12/2026;sì\n4,1234E+13;0013;;;\n04:a1:b2:c3:d4:e5:80;p1;;;no\n'
        "4123456;0014;;;\n08112233;0015;;;\n04A1B2C3;0016;2/1/2026;1/1/2026;\n"
    )
    sheet = read(BADGES, text.encode(), ROME)
    assert [entry.value for entry in sheet.entries] == [
        ListedBadge("0012", "04123456", 1_788_213_600_000, 1_798_758_000_000, long_pulse=True),
        ListedBadge("p1", "04A1B2C3D4E580"),
    ]
    said = {note.line: (note.column, note.reason) for note in sheet.mistakes}
    assert list(said) == [3, 5, 6, 7]
    assert "format the column as Text" in said[3][1]
    assert "a 0 that Excel took away" in said[5][1]
    assert "a phone" in said[6][1]
    assert said[7] == ("Valido fino al", "the badge ends before it begins; correct one of the two dates.")


def test_bookings_take_the_day_once_and_the_zone_of_their_site() -> None:
    zones = Zones(ZoneInfo("Europe/Rome"), {"faro": ZoneInfo("Europe/Lisbon")})
    text = (
        "Sede;Postazione;Persona;Data;Dalle;Alle\n"
        "matera;d1;p1;23/11/2026;9.00;10:30\nfaro;d1;p1;2026-11-23 00:00:00;9:00;10.30\n"
        "matera;d1;p1;;23/11/2026 9:00;10:30\nmatera;d1;p1;;9:00;10:30\nmatera;d1;p1;23/11/2026;9:00;8:00\n"
        "matera;d1;p1;;23/11/2026 9:00;30/11/2026 9:01\nmatera;d1;p1;23/11/2026;9:00;9:00\n"
    )
    sheet = read(BOOKINGS, text.encode(), zones)
    nine = 1_795_420_800_000
    first = ListedBooking("matera", "d1", nine, nine + 5_400_000, "p1")
    there = ListedBooking("faro", "d1", nine + 3_600_000, nine + 9_000_000, "p1")
    assert [entry.value for entry in sheet.entries] == [first, there, first]
    assert [(note.line, note.column) for note in sheet.mistakes] == [
        (5, "Dalle"),
        (5, "Alle"),
        (6, "Alle"),
        (7, "Alle"),
        (8, "Alle"),
    ]
    assert "lasts longer than 7 days" in sheet.mistakes[-2].reason


def test_a_session_has_a_zone_or_is_elsewhere() -> None:
    head = "Sede;Programma;Titolo;Inizio;Fine;Area;Luogo;Fuori sede\n"
    when = "23/11/2026 9:00;10:00"
    rows = [
        f"matera;junior;CAD;{when};lab;;",
        f"matera;junior;Visita;{when};;Officine Sassi;x",
        f"matera;junior;CAD;{when};;;",
        f"matera;junior;Visita;{when};lab;;sì",
        f"matera;junior;Visita;{when};lab;Officine Sassi;sì",
    ]
    sheet = read(SESSIONS, (head + "\n".join(rows)).encode(), ROME)
    assert [(e.value.zone, e.value.place, e.value.off_site) for e in sheet.entries] == [
        ("lab", None, False),
        (None, "Officine Sassi", True),
    ]
    assert [(note.line, note.column) for note in sheet.mistakes] == [(4, "Area"), (5, "Luogo"), (6, "Luogo")]


def test_a_codice_fiscale_of_another_birth_date_is_doubted() -> None:
    sheet = people(f"{HEAD};CF\nMario;10/12/1985;matera;RSSMRA85T10A562S\nMario;11/12/1985;matera;RSSMRA85T10A562S\n")
    assert len(sheet.entries) == 2
    assert [(note.line, note.column) for note in sheet.warnings] == [(3, "Data di nascita")]


def test_a_doubt_is_told_once_and_of_its_own_cell() -> None:
    head = "Sede;Postazione;Persona;Inizio;Fine\n"
    sheet = read(BOOKINGS, f"{head}matera;d1;p1;25/10/2026 2:30;3:30\n".encode(), ROME)
    assert [(note.line, note.column) for note in sheet.warnings] == [(2, "Inizio")]
