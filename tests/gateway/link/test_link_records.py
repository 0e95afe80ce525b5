import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.codec import record_from_json, record_kind
from access.records import (
    Badge,
    Booking,
    BookingKind,
    Closure,
    Elsewhere,
    Membership,
    Opening,
    Pass,
    PassKind,
    Person,
    Record,
)
from gateway.link.records import CHUNK, BadRecord, Stored, lean, revived, sealed, together
from tests.support.feeds import BADGE, BOOKING, ONE_OF_EACH, PERSON, site_of, text_of

ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
moments = st.integers(0, 2**45)
maybe = st.none() | moments
zones = st.frozensets(ids, max_size=3)
spans = st.tuples(moments, st.integers(1, 6 * 24 * 3_600_000)).map(lambda span: (span[0], span[0] + span[1]))
hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=3).map(tuple)
holders = st.tuples(ids, st.just("")) | st.tuples(st.just(""), ids)
maybe_id = st.just("") | ids
weekdays = st.frozensets(st.integers(0, 6), max_size=3)
records: st.SearchStrategy[Record] = st.one_of(
    st.builds(
        Person,
        *(ids, ids, zones, zones, moments, maybe, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
        zones,
        st.lists(st.builds(Membership, ids, moments, maybe), max_size=2).map(tuple),
        *(maybe, maybe, zones, maybe),
    ),
    st.builds(
        Badge,
        *(ids, ids, hashes, moments, maybe, st.booleans(), st.booleans(), hashes, st.booleans()),
    ),
    st.builds(
        lambda i, who, z, r, span, kind, release, waiting: Booking(
            i, who[0], z, r, span[0], span[1], kind, who[1], release, waiting
        ),
        *(ids, holders, ids, ids, spans, st.sampled_from(BookingKind), maybe, st.booleans()),
    ),
    st.builds(
        lambda i, p, z, span, kind, days, from_minute: Pass(i, p, z, span[0], span[1], kind, days, from_minute, 1_440),
        *(ids, ids, zones, spans, st.sampled_from(PassKind), weekdays, st.integers(0, 1_439)),
    ),
    st.builds(lambda i, span, why, a, r: Closure(i, span[0], span[1], why, a, r), ids, spans, ids, maybe_id, maybe_id),
    st.builds(Opening, ids, st.integers(0, 6), st.integers(0, 700), st.integers(701, 1_440), maybe_id),
    st.builds(Elsewhere, ids, ids, moments),
)


def stored(record: Record) -> Stored:
    kind, rest = record_kind(record), lean(record.id, text_of(record))
    return (kind, record.id, rest, sealed(kind, record.id, rest))


def read(rows: list[Stored]) -> list[Record]:
    return list(revived(rows, together(crc for *_, crc in rows)))


@given(st.lists(records, max_size=8))
def test_records_come_back_as_they_arrived(arrived: list[Record]) -> None:
    assert read(list(map(stored, arrived))) == arrived
    assert [record_from_json(record_kind(one), text_of(one)) for one in arrived] == arrived


def test_more_records_than_one_parse_takes_come_back_in_order() -> None:
    arrived = site_of(10, 10, 3 * CHUNK)
    assert read(list(map(stored, arrived))) == arrived


def test_what_many_records_name_is_held_once() -> None:
    bookings = [Booking(f"k{n}", "p1", "hall", "desk-1", 10**12, 10**12 + 1) for n in range(3)]
    arrived: list[Record] = [PERSON, BADGE, *bookings]
    person, badge, *made = read(list(map(stored, arrived)))
    assert isinstance(person, Person)
    assert isinstance(badge, Badge)
    assert badge.person is person.id
    assert all(isinstance(one, Booking) and one.person is person.id for one in made)
    assert len({id(getattr(one, name)) for one in made for name in ("zone", "resource", "start_ms")}) == 3


@pytest.mark.parametrize("record", ONE_OF_EACH, ids=record_kind)
def test_a_changed_byte_is_found(record: Record) -> None:
    kind, ident, rest, crc = stored(record)
    changed = [
        *((_other(kind, index), ident, rest, crc) for index in range(len(kind))),
        *((kind, _other(ident, index), rest, crc) for index in range(len(ident))),
        *((kind, ident, _other(rest, index), crc) for index in range(len(rest))),
    ]
    for row in changed:
        with pytest.raises(BadRecord):
            read([row])


def _other(text: str, index: int) -> str:
    return text[:index] + chr(ord(text[index]) ^ 1) + text[index + 1 :]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("booking", "{}"),
        ("booking", "17"),
        ("booking", "[]"),
        ("booking", "no json"),
        ("booking", text_of(BOOKING)[:-1]),
        ("booking", text_of(PERSON)),
        ("badge", text_of(BOOKING)),
        ("badge", text_of(BADGE).replace("0101", "01zz", 1)),
        ("unheard-of", text_of(BOOKING)),
        ("booking", text_of(BOOKING) + "," + text_of(BOOKING)),
    ],
)
def test_what_is_no_record_of_its_kind_is_refused(kind: str, text: str) -> None:
    with pytest.raises(BadRecord):
        read([(kind, "k1", text, sealed(kind, "k1", text))])


def test_a_missing_record_is_found() -> None:
    rows = [stored(record) for record in ONE_OF_EACH]
    whole = together(crc for *_, crc in rows)
    assert list(revived(rows, whole)) == list(ONE_OF_EACH)
    for missing in range(len(rows)):
        with pytest.raises(BadRecord, match="missing"):
            list(revived(rows[:missing] + rows[missing + 1 :], whole))


def test_what_is_no_text_is_no_record() -> None:
    with pytest.raises(BadRecord):
        read([("booking", "k1", 17, 17)])  # type: ignore[list-item]
