"""Any bytes are read without an error, and every entry that can be written is read as it was, in each dialect."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.records import LONGEST_BOOKING_MS
from registry.names import readable
from registry.spreadsheets.cells import BadCell, Dialect
from registry.spreadsheets.ids import CODES_APART, unspoiled
from registry.spreadsheets.incoming import Sheet, Zones, read
from registry.spreadsheets.kinds import (
    BADGES,
    BOOKINGS,
    KINDS,
    PEOPLE,
    SESSIONS,
    ListedBadge,
    ListedBooking,
    ListedPerson,
    ListedSession,
)
from registry.spreadsheets.outgoing import export
from registry.spreadsheets.schema import Column, Schema
from registry.spreadsheets.texts import BadFile, decoded
from tests.support.csv_texts import FORMULAS, NAUGHTY, TEXTS

ZONES = Zones(ZoneInfo("Europe/Rome"), {"faro": ZoneInfo("Europe/Lisbon"), "havana": ZoneInfo("America/Havana")})
WORDS = (";", ",", "\t", "\n", '"', '""', "2.30", "VERO", "29/03/2026 2:30", "4,1E+13", "=", "\0", "à", "x")
GOOD = {
    "name": ("Anna", "Niccolò"),
    "birth_date": ("1/2/2010", "2010-02-01"),
    "fiscal_code": ("RSSMRA85T10A562S", ""),
    "uid": ("04A1B2C3", "04:A1:B2:C3:D4:E5:80"),
    "day": ("25/10/2026", "23.11.2026"),
    "start": ("2.30", "09:00"),
    "end": ("11:30", "2026-10-26T09:00Z"),
    "valid_from": ("1/9/2026", ""),
    "valid_until": ("2027-08-31", ""),
    "guardian_until": ("31/08/2027", ""),
    "email": ("a@b.it", ""),
    "long_pulse": ("sì", "no"),
    "off_site": ("", "falso"),
    "zone": ("lab", "HALL"),
}
"""What each column likes; to the others, any of these words and none."""
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32")


def sheet_by_chance(seed: int) -> bytes:
    """A file of one of the kinds, most of whose cells are good."""
    chance = Random(seed)
    columns = chance.choice(list(KINDS.values())).columns
    lines = [[column.title for column in columns] + chance.choice([[], [], ["Altro"], ["", "Nota"], ["Sede"]])]
    for _ in range(chance.randrange(6)):
        cells = [chance.choice(GOOD.get(column.name, ("matera", ""))) for column in columns]
        cells = [cell or ("matera" if column.mandatory else "") for cell, column in zip(cells, columns, strict=True)]
        if chance.random() < 0.3:
            cells[chance.randrange(len(cells))] = chance.choice([*WORDS, *NAUGHTY, *FORMULAS])
        lines.append(cells)
    text = "\r\n".join(map(chance.choice(";,\t").join, lines))
    return text.encode(chance.choice(ENCODINGS), "replace")


FILES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(st.sampled_from(WORDS), TEXTS), max_size=30).map(
        lambda words: "".join(words).encode("utf-8", "surrogatepass")
    ),
    *[st.integers(0, 2**32).map(sheet_by_chance)] * 3,
)


@settings(max_examples=150)
@given(FILES)
def test_any_bytes_become_entries_or_sentences(data: bytes) -> None:
    for schema in KINDS.values():
        checked(schema, data)


def test_files_that_are_mostly_good_become_entries_of_each_kind_and_sentences_of_each_sort() -> None:
    reached = Counter[str]()
    for seed in range(150):
        data = sheet_by_chance(seed)
        for kind, schema in KINDS.items():
            sheet = checked(schema, data)
            reached.update({kind: len(sheet.entries)}, warnings=len(sheet.warnings), mistakes=len(sheet.mistakes))
            reached.update(at_cells=sum(bool(note.column) for note in sheet.mistakes))
    assert all(reached[what] > 5 for what in (*KINDS, "mistakes", "at_cells", "warnings")), reached


def checked(schema: Schema[Any], data: bytes) -> Sheet[Any]:
    """What is read, the same each time."""
    sheet = read(schema, data, ZONES)
    assert sheet == read(schema, data, ZONES)
    check(sheet)
    return sheet


def check(sheet: Sheet[Any]) -> None:
    """One sentence each, in the order of the lines, and no line is both an entry and a mistake."""
    for note in (*sheet.mistakes, *sheet.warnings):
        assert note.reason.endswith((".", "?"))
        assert "\n" not in note.reason
        assert note.line is None or note.line >= 1
    lines = [entry.line for entry in sheet.entries]
    assert lines == sorted(set(lines))
    assert not set(lines) & {note.line for note in sheet.mistakes}


@given(st.binary(max_size=100))
def test_any_bytes_are_text_or_one_sentence(data: bytes) -> None:
    with suppress(BadFile):
        assert "\0" not in decoded(data, 1 << 20)


def _fits(text: str) -> bool:
    try:
        return readable(text) == text.strip() and 0 < len(text) <= 64
    except ValueError:
        return False


def in_order(texts: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


IDS = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)
SITES = st.sampled_from(["matera", "faro", "havana"])
NAMES = TEXTS.filter(_fits)
REFS = NAMES.filter(lambda text: not _is_scientific(text))
MS = st.one_of(st.integers(0, 4_000_000_000_000), st.integers(1_792_882_800_000, 1_792_897_200_000))
ID_LISTS = st.lists(IDS, max_size=4).map(in_order)
SPANS = st.tuples(MS, st.integers(1, LONGEST_BOOKING_MS)).map(lambda span: (span[0], span[0] + span[1]))


def _is_scientific(text: str) -> bool:
    try:
        return unspoiled(text) != text
    except BadCell:
        return True


def maybe(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | of


PERSONS = st.builds(
    ListedPerson,
    name=NAMES,
    birth_date=maybe(st.dates(date(1900, 1, 1), date(2200, 12, 31))),
    site=maybe(SITES),
    ref=maybe(REFS),
    email=maybe(st.from_regex(r"[a-z.+-]{1,9}@[a-z]{1,9}\.it", fullmatch=True)),
    programme=maybe(IDS),
    cohort=maybe(IDS),
    teams=ID_LISTS,
    zones=ID_LISTS,
    guardian_until_ms=maybe(MS),
)
BOOKED = st.builds(
    lambda site, resource, span, holder, ref: ListedBooking(
        site, resource, span[0], span[1], holder[0], holder[1], ref
    ),
    SITES,
    IDS,
    SPANS,
    st.tuples(REFS, st.none()) | st.tuples(st.none(), IDS),
    maybe(REFS),
)
HELD = st.builds(
    lambda session, span, inside: replace(
        session, start_ms=span[0], end_ms=span[1], zone="lab" if inside else None, place="x", off_site=not inside
    ),
    st.builds(
        ListedSession,
        site=SITES,
        programme=IDS,
        title=NAMES,
        start_ms=st.just(0),
        end_ms=st.just(1),
        ref=maybe(REFS),
        groups=ID_LISTS,
        trainers=st.lists(REFS.map(lambda ref: CODES_APART.sub("x", ref)), max_size=3).map(in_order),
        module=maybe(IDS),
    ),
    SPANS,
    st.booleans(),
)


def back(schema: Schema[Any], entries: list[Any], dialect: Dialect) -> Sheet[Any]:
    file = b"".join(export(schema, entries, dialect, lambda e: ZONES.of_sites.get(e.site, ZONES.default)))
    return read(schema, file, ZONES)


@pytest.mark.parametrize(("schema", "entries"), [(PEOPLE, PERSONS), (BOOKINGS, BOOKED), (SESSIONS, HELD)])
@pytest.mark.parametrize("dialect", Dialect)
def test_what_we_export_is_what_we_import(
    schema: Schema[Any], entries: st.SearchStrategy[Any], dialect: Dialect
) -> None:
    @given(st.lists(entries, max_size=4))
    def holds(some: list[Any]) -> None:
        sheet = back(schema, some, dialect)
        assert sheet.mistakes == ()
        assert [entry.value for entry in sheet.entries] == some

    holds()


def test_no_export_holds_a_uid_or_a_codice_fiscale() -> None:
    badge = ListedBadge("p1", "04A1B2C3D4E580")
    person = ListedPerson("Anna", date(2010, 1, 1), "matera", fiscal_code="RSSMRA85T10A562S")
    for dialect in Dialect:
        file = b"".join(export(BADGES, [badge], dialect, lambda _: ZONES.default))
        file += b"".join(export(PEOPLE, [person], dialect, lambda _: ZONES.default))
        assert not any(secret in file for secret in (b"04A1B2C3D4E580", b"RSSMRA85T10A562S", b"UID", b"iscal"))


def test_a_schema_whose_columns_share_a_name_is_refused() -> None:
    twice = Column("b", "Sède", PEOPLE.columns[0].kind)
    with pytest.raises(ValueError, match="share a name"):
        Schema("x", (Column("a", "SEDE", twice.kind), twice), lambda cells, _: dict(cells))
