"""One card is one credential: every spelling of it comes back to the same canonical UID, and nothing else does."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.site import UidForm
from devices import uid
from devices.readings import Rejected, TapReading

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "credentials" / "vectors.json").read_text(encoding="utf-8"))
FRAMES = [one for one in VECTORS["wiegand"] if "bits" in one]
CARDS = st.binary(min_size=4, max_size=10).filter(any)
"""Cards of 4 to 10 bytes, not all zero."""

HEX = [
    ("04A1B2C3D4E580", "04A1B2C3D4E580"),
    ("04a1b2c3d4e580", "04A1B2C3D4E580"),
    ("04-A1-B2-C3-D4-E5-80", "04A1B2C3D4E580"),
    ("04:a1:b2:c3:d4:e5:80", "04A1B2C3D4E580"),
    (" 04 A1 B2 C3 D4 E5 80\n", "04A1B2C3D4E580"),
    ("0x74103794", "74103794"),
    ("763AE8", "763AE8"),
    ("0102030405060708090A", "0102030405060708090A"),
    ("00000001", "00000001"),
    ("0102030405060708090A0B", uid.LENGTH),
    ("AABB", uid.LENGTH),
    ("04A1B2C3D4E58", uid.ODD),
    ("00000000", uid.ZERO),
    ("", uid.NOT_HEX),
    ("token UID", uid.NOT_HEX),
    ("04A1B2G3", uid.NOT_HEX),
    ("04.A1.B2.C3", uid.NOT_HEX),
    ("0" * 100_000, uid.LENGTH),
    ("\ufb00\ufb00\ufb00\ufb00", uid.NOT_HEX),
    ("٠٤٠١٠٢٠٣", uid.NOT_HEX),
]


@pytest.mark.parametrize(("text", "expected"), HEX, ids=range(len(HEX)))
def test_hex_loses_its_separators_and_nothing_else(text: str, expected: str | Rejected) -> None:
    assert uid.uid_from_hex(text) == expected


NUMBERS = [
    (7616525, "0074380D"),
    (1, "00000001"),
    (7748328, "00763AE8"),
    (0xFFFFFFFF, "FFFFFFFF"),
    (4302741608, "010076A068"),
    (0x4A1B2C3D4E580, "04A1B2C3D4E580"),
    ((1 << 80) - 1, "FF" * 10),
    (1 << 80, uid.LENGTH),
    (10**5000, uid.LENGTH),
    (0, uid.ZERO),
    (-7, uid.ZERO),
]


@pytest.mark.parametrize(("value", "expected"), NUMBERS, ids=range(len(NUMBERS)))
def test_a_number_gets_its_leading_zeros_back(value: int, expected: str | Rejected) -> None:
    assert uid.uid_from_number(value) == expected


DECIMALS = [
    ("7616525", "0074380D"),
    ("0007616525", "0074380D"),
    (" 7616525 ", "0074380D"),
    ("0", uid.ZERO),
    ("9" * 26, uid.LENGTH),
    ("9" * 100_000, uid.LENGTH),
    ("0074380D", uid.NOT_DECIMAL),
    ("7616525.0", uid.NOT_DECIMAL),
    ("-7616525", uid.NOT_DECIMAL),
    ("7_616_525", uid.NOT_DECIMAL),
    ("٧٦١٦٥٢٥", uid.NOT_DECIMAL),
    ("²²²²", uid.NOT_DECIMAL),
    ("", uid.NOT_DECIMAL),
]


@pytest.mark.parametrize(("text", "expected"), DECIMALS, ids=range(len(DECIMALS)))
def test_decimal_text_is_a_number(text: str, expected: str | Rejected) -> None:
    assert uid.uid_from_decimal(text) == expected


TEXTS = [
    ("ba839d07", "BA839D07", False),
    ("12345678", "12345678", False),
    ("7748328", "00763AE8", True),
    ("10001111100000001010100011", "001F0151", True),
    ("1100010011101010000011011100000011", "89D41B81", True),
]


@pytest.mark.parametrize(("text", "expected", "numeric"), TEXTS)
def test_text_of_unknown_kind_is_hex_unless_it_cannot_be(text: str, expected: str, numeric: bool) -> None:
    tap = uid.tap_from_text(text)
    assert isinstance(tap, TapReading)
    assert (tap.uid, tap.numeric) == (expected, numeric)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda one: f"{one['fmt']}-{one['cn']}")
def test_published_wiegand_frames_give_their_facility_and_card(frame: dict[str, object]) -> None:
    card = uid.wiegand_frame(str(frame["bits"]))
    assert isinstance(card, uid.WiegandCard)
    assert (card.facility, card.card) == (frame["fc"], frame["cn"])
    if "data" in frame:
        assert card.uid == frame["data"]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda one: f"{one['fmt']}-{one['cn']}")
def test_one_wrong_bit_is_noticed(frame: dict[str, object]) -> None:
    bits = str(frame["bits"])
    for at, bit in enumerate(bits):
        damaged = bits[:at] + ("0" if bit == "1" else "1") + bits[at + 1 :]
        assert uid.wiegand_frame(damaged) == uid.PARITY


@pytest.mark.parametrize("bits", ["", "1", "1" * 25, "1" * 37, "2" * 26, "１" * 26])
def test_what_is_no_frame_is_told_so(bits: str) -> None:
    assert uid.wiegand_frame(bits) == uid.NOT_A_FRAME


def test_there_are_frames_of_both_sizes_among_the_vectors() -> None:
    assert {len(str(one["bits"])) for one in FRAMES} == {26, 34}


FORMS = [
    (TapReading("74103794"), UidForm.AS_SENT, "74103794"),
    (TapReading("94371074"), UidForm.REVERSED, "74103794"),
    (TapReading("80E5D4C3B2A104"), UidForm.REVERSED, "04A1B2C3D4E580"),
    (TapReading("0D387400", numeric=True), UidForm.REVERSED, "0074380D"),
    (TapReading("1947219860"), UidForm.DECIMAL, "74103794"),
    (TapReading("0007616525"), UidForm.DECIMAL, "0074380D"),
    (TapReading("12345678"), UidForm.DECIMAL, "00BC614E"),
    (TapReading("12345678", numeric=True), UidForm.DECIMAL, "12345678"),
    (TapReading("0074380D", numeric=True), UidForm.DECIMAL, "0074380D"),
    (TapReading("BA839D07"), UidForm.DECIMAL, uid.NOT_DECIMAL),
    # 26 bits: stripped of its parity, or a whole frame as a number.
    (TapReading("001F0151", numeric=True), UidForm.WIEGAND26, "1F0151"),
    (TapReading("00000151", numeric=True), UidForm.WIEGAND26, "000151"),
    (TapReading("02EC0C86", numeric=True), UidForm.WIEGAND26, "760643"),
    (TapReading("02EC0C87", numeric=True), UidForm.WIEGAND26, uid.PARITY),
    (TapReading("49024134"), UidForm.WIEGAND26, "760643"),
    (TapReading("04000000", numeric=True), UidForm.WIEGAND26, uid.TOO_LARGE_FOR_26),
    (TapReading("04A1B2C3D4E580"), UidForm.WIEGAND26, uid.NOT_DECIMAL),
]


@pytest.mark.parametrize(("tap", "form", "expected"), FORMS, ids=range(len(FORMS)))
def test_the_readers_form_is_undone(tap: TapReading, form: UidForm, expected: str | Rejected) -> None:
    assert uid.canonical(tap, form) == expected


def test_every_form_of_the_site_file_is_known() -> None:
    assert set(uid.FORMS) == set(UidForm)


@given(CARDS)
def test_one_card_is_one_credential_whichever_reader_it_meets(card: bytes) -> None:
    expected = card.hex().upper()
    readers = [
        (uid.tap_from_hex(card.hex("-")), UidForm.AS_SENT),
        (uid.tap_from_hex(card.hex(":").upper()), UidForm.AS_SENT),
        (uid.tap_from_hex(card[::-1].hex()), UidForm.REVERSED),
    ]
    for tap, form in readers:
        assert isinstance(tap, TapReading)
        assert uid.canonical(tap, form) == expected


@given(CARDS)
def test_a_card_sent_as_a_number_is_the_same_card_up_to_its_leading_zeros(card: bytes) -> None:
    number = int.from_bytes(card)
    kept = card.lstrip(b"\0").rjust(4, b"\0").hex().upper()
    for tap in (uid.tap_from_number(number), uid.tap_from_decimal(str(number)), uid.tap_from_decimal(f"{number:010d}")):
        assert isinstance(tap, TapReading)
        assert uid.canonical(tap, UidForm.DECIMAL) == kept
    if len(card) == 4:
        assert kept == card.hex().upper()


@given(st.integers(0, 255), st.integers(1, 65535))
def test_a_26_bit_card_is_the_same_with_and_without_its_parity(facility: int, card: int) -> None:
    value = facility << 16 | card
    even = (value >> 12).bit_count() % 2
    odd = 1 - (value & 0xFFF).bit_count() % 2
    frame = f"{even << 25 | value << 1 | odd:026b}"
    for tap in (uid.tap_from_number(value), uid.tap_from_text(frame)):
        assert isinstance(tap, TapReading)
        assert uid.canonical(tap, UidForm.WIEGAND26) == f"{value:06X}"


@given(st.text(max_size=40), st.sampled_from(UidForm))
def test_no_text_breaks_it_and_none_is_repeated(text: str, form: UidForm) -> None:
    tap = uid.tap_from_text(text)
    result = tap if isinstance(tap, Rejected) else uid.canonical(tap, form)
    if isinstance(result, Rejected):
        assert len(text) < 6 or text not in result.why
    else:
        assert 6 <= len(result) <= 20
        assert bytes.fromhex(result).hex().upper() == result


@given(CARDS, st.sampled_from(UidForm))
def test_a_canonical_uid_is_its_own_canonical_form(card: bytes, form: UidForm) -> None:
    result = uid.canonical(TapReading(card.hex().upper()), form)
    if not isinstance(result, Rejected):
        assert uid.canonical(TapReading(result), UidForm.AS_SENT) == result


def test_a_number_and_the_same_hex_are_the_same_tap() -> None:
    assert TapReading("0074380D", numeric=True) == TapReading("0074380D")
