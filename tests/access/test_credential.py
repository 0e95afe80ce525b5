"""What a card is to us: one canonical form, a keyed hash, a tag of the day (P2, P3)."""

import hmac
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import DAY_MS
from access.credential import BadUid, canonical, daily_tag, is_random_uid, keyed_hash, sealed, unsealed

KEY = bytes(range(32))


@given(st.binary(min_size=3, max_size=10))
def test_hex_of_either_case_is_one_form(raw: bytes) -> None:
    assert canonical(raw.hex()) == canonical(raw.hex().upper()) == raw


@pytest.mark.parametrize(
    "text", ["", "04", "04A1", "04A1B", "04A1B2C3D4E5F60718293A", "04 A1 B2 C3", "04:A1:B2:C3", "zz" * 4]
)
def test_what_is_no_uid_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadUid) as caught:
        canonical(text)
    assert len(text) < 5 or text not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_uid_or_refused(text: str) -> None:
    with suppress(BadUid):
        assert 3 <= len(canonical(text)) <= 10


def test_the_credential_is_keyed_and_named_for_its_purpose() -> None:
    assert keyed_hash(KEY, "04a1b2c3") == keyed_hash(KEY, "04A1B2C3")
    assert keyed_hash(KEY, "04A1B2C3") == hmac.digest(KEY, b"hubout credential 1\0\x04\xa1\xb2\xc3", sha256)
    assert keyed_hash(KEY, "04A1B2C3") != keyed_hash(bytes(32), "04A1B2C3")
    assert len(keyed_hash(KEY, "04A1B2C3")) == 32


def test_a_strangers_tag_tells_cards_apart_for_one_day_only() -> None:
    morning, night, tomorrow = 5 * DAY_MS, 6 * DAY_MS - 1, 6 * DAY_MS
    assert daily_tag(KEY, "04A1B2C3", morning) == daily_tag(KEY, "04a1b2c3", night)
    assert daily_tag(KEY, "04A1B2C3", night) != daily_tag(KEY, "04A1B2C3", tomorrow)
    assert daily_tag(KEY, "04A1B2C3", night) != daily_tag(KEY, "04A1B2C4", night)
    assert len(daily_tag(KEY, "04A1B2C3", -1)) == 8


@pytest.mark.parametrize(("uid", "random"), [("08A1B2C3", True), ("04A1B2C3", False), ("08A1B2C3D4E5F6", False)])
def test_a_phones_number_is_new_at_every_tap(uid: str, random: bool) -> None:
    assert is_random_uid(uid) is random


@given(st.binary(min_size=3, max_size=10), st.binary(min_size=16, max_size=16))
def test_a_sealed_uid_opens_with_the_key_alone(raw: bytes, nonce: bytes) -> None:
    text = sealed(KEY, raw.hex(), nonce)
    assert unsealed(KEY, text) == raw.hex().upper()
    assert unsealed(bytes(32), text) != raw.hex().upper()
    assert len(text) == 16 + len(raw)
    assert text != sealed(KEY, raw.hex(), bytes(reversed(nonce))) or nonce == bytes(reversed(nonce))


@pytest.mark.parametrize("text", [b"", bytes(16), bytes(18), bytes(40)])
def test_what_seals_no_uid_does_not_open(text: bytes) -> None:
    with pytest.raises(BadUid):
        unsealed(KEY, text)
