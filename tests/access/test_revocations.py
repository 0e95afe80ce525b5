"""The signed file of revocations: read back as it was written, and refused in one sentence otherwise (D9, S10)."""

from dataclasses import replace

import pytest

from access import revocations
from access.denials import Denial, Origin
from access.revocations import MOST_BYTES, BadRevocations, Revocations, newer, read, sign

KEY, OTHER = b"k" * 32, b"o" * 32
SAID = Revocations("matera", "g1", 41, 1_800_000_000_000, (("badge", "b-è", 39), ("person", "p1", 41)))


def test_a_file_is_read_back_as_it_was_written() -> None:
    found = read(sign(SAID, KEY), "matera", KEY)
    assert found == SAID
    assert found.as_denials() == (
        Denial("badge", "b-è", Origin.USB, "g1", 39),
        Denial("person", "p1", Origin.USB, "g1", 41),
    )


def test_every_changed_byte_and_every_lost_end_is_found() -> None:
    raw = sign(SAID, KEY)
    for at in range(len(raw) - 1):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(BadRevocations):
            read(changed, "matera", KEY)
        with pytest.raises(BadRevocations):
            read(raw[:at], "matera", KEY)


def test_what_another_key_signed_is_not_for_this_site() -> None:
    with pytest.raises(BadRevocations, match="not signed for this site"):
        read(sign(SAID, OTHER), "matera", KEY)
    with pytest.raises(BadRevocations, match="not a file of revocations for bari"):
        read(sign(SAID, KEY), "bari", KEY)


@pytest.mark.parametrize("raw", [b"", b"\n", b"\n\n", b"x" * (MOST_BYTES + 1), b"{}\n" + b"0" * 64])
def test_what_is_no_such_file_at_all_is_refused(raw: bytes) -> None:
    with pytest.raises(BadRevocations):
        read(raw, "matera", KEY)


def test_what_another_version_signed_is_refused_and_so_is_too_much() -> None:
    with pytest.raises(BadRevocations, match="another version of this program"):
        read(sign(replace(SAID, denials=(("badge", 1, "x"),)), KEY), "matera", KEY)  # type: ignore[arg-type]
    many = tuple(("badge", str(n), n) for n in range(revocations.MOST + 1))
    with pytest.raises(BadRevocations, match="another version of this program"):
        read(sign(replace(SAID, denials=many), KEY), "matera", KEY)
    whole = replace(SAID, denials=many[1:])
    assert read(sign(whole, KEY), "matera", KEY) == whole


@pytest.mark.parametrize(
    ("last", "words"), [(("g1", 41), "taken already"), (("g1", 42), "older than the one of version 42")]
)
def test_what_was_taken_is_not_taken_again_and_nothing_older_is(last: tuple[str, int], words: str) -> None:
    with pytest.raises(BadRevocations, match=words):
        newer(SAID, last)


@pytest.mark.parametrize("last", [("", 0), ("g1", 40), ("another", 99)])
def test_a_later_one_and_one_of_a_new_history_are_taken(last: tuple[str, int]) -> None:
    newer(SAID, last)
