"""A damaged site file is refused with sentences, and never raises anything but SiteFileError."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.sitefile import Severity, SiteFileError, check, read_site_file
from tests.support.sites import EXAMPLE, example_site

TEXT = EXAMPLE.read_text()
LINES = TEXT.split("\n")
NAUGHTY = ['"', "'", "[", "]", "[[", "=", "\n", "{", "}", "#", "\x00", "\\u0000", "é", "nan", "inf", "-1", "9" * 40]
SLOW_IS_FINE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return example_site(tmp_path)


def refused_or_read(path: Path) -> None:
    """Read the file; a refusal has errors only, each in one line and with a line number within the file."""
    try:
        read_site_file(path)
    except SiteFileError as error:
        last = path.read_bytes().count(b"\n") + 1
        for mistake in error.mistakes:
            assert mistake.severity is Severity.ERROR
            assert 1 <= mistake.line <= last
            assert mistake.what
            assert mistake.instead
            assert str(mistake).isprintable()


@SLOW_IS_FINE
@given(at=st.integers(0, len(TEXT)), gone=st.integers(0, 60), put=st.lists(st.sampled_from(NAUGHTY), max_size=3))
def test_cut_and_pasted_characters_do_no_harm(path: Path, at: int, gone: int, put: list[str]) -> None:
    path.write_text(TEXT[:at] + "".join(put) + TEXT[at + gone :])
    refused_or_read(path)


@SLOW_IS_FINE
@given(st.permutations(range(len(LINES))), st.integers(0, len(LINES)), st.integers(0, 12))
def test_moved_lines_do_no_harm(path: Path, order: list[int], start: int, count: int) -> None:
    moved = [LINES[index] for index in order[:count]]
    path.write_text("\n".join([*LINES[:start], *moved, *LINES[start + count :]]))
    refused_or_read(path)


VALUES = st.recursive(
    st.one_of(
        st.integers(-(2**63), 2**63 - 1).map(str), st.booleans().map(json.dumps), st.text(max_size=8).map(json.dumps)
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=4,
)
SETTINGS = [number for number, line in enumerate(LINES) if " = " in line and not line.startswith("#")]


@SLOW_IS_FINE
@given(st.sampled_from(SETTINGS), VALUES)
def test_a_setting_of_any_value_is_taken_or_refused_at_its_own_line(path: Path, number: int, value: str) -> None:
    key = LINES[number].split(" = ")[0]
    path.write_text("\n".join([*LINES[:number], f"{key} = {value}", *LINES[number + 1 :]]))
    refused_or_read(path)


@SLOW_IS_FINE
@given(st.sampled_from(SETTINGS))
def test_a_setting_of_the_wrong_type_is_always_refused_at_its_own_line(path: Path, number: int) -> None:
    key = LINES[number].split(" = ")[0]
    path.write_text("\n".join([*LINES[:number], f"{key} = [[]]", *LINES[number + 1 :]]))
    assert number + 1 in [mistake.line for mistake in check(path)]


@SLOW_IS_FINE
@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(SiteFileError):
        read_site_file(path)
