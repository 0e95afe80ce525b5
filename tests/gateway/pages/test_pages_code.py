"""The staff's code: made once, read by nobody else, compared kindly and in constant time."""

import stat
from pathlib import Path

import pytest

from gateway.pages.code import ALPHABET, BadCodeFile, matches, read_or_make


def test_a_missing_code_is_made_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "code"
    code = read_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= {*ALPHABET, "-"}
    assert read_or_make(path) == code


def test_two_sites_have_two_codes(tmp_path: Path) -> None:
    assert read_or_make(tmp_path / "a") != read_or_make(tmp_path / "b")


def test_a_code_written_by_hand_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "code").write_text("  caffè e cornetto \n")
    assert read_or_make(tmp_path / "code") == "caffè e cornetto"


@pytest.mark.parametrize("content", ["", "\n", "short", "- - - - - -", "x" * 201])
def test_a_file_without_a_usable_code_is_an_error_that_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "code").write_text(content)
    with pytest.raises(BadCodeFile, match="write one, or remove it"):
        read_or_make(tmp_path / "code")


def test_a_code_of_letters_that_nobody_can_type_is_no_way_in(tmp_path: Path) -> None:
    (tmp_path / "code").write_bytes(b"\xff" * 10)
    code = read_or_make(tmp_path / "code")
    assert not matches(code, "")


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        read_or_make(tmp_path / "nowhere" / "code")


@pytest.mark.parametrize(
    ("guess", "right"),
    [
        ("K7QX-M2PD-9RTW", True),
        ("k7qx m2pd 9rtw", True),
        (" K7QXM2PD9RTW ", True),
        ("K7QX-M2PD-9RTV", False),
        ("K7QX-M2PD", False),
        ("", False),
        ("K7QX-M2PD-9RTW-", True),
        ("K7QX-M2PD-9RTWX", False),
        ("\ud800", False),
        ("x" * 10_000, False),
    ],
)
def test_a_guess_may_be_typed_in_any_case_and_grouping(guess: str, right: bool) -> None:
    assert matches("K7QX-M2PD-9RTW", guess) is right
