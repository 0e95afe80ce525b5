"""The line index finds what tomllib read, wherever TOML lets it stand."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.sitefile_lines import LineIndex, Loc

TEXT = '''# a comment with [a] = "bracket"
top = 1
[site]
name = "a # no comment, no [table]"
"quoted key" = 2
a.b = 3

[[doors]]
id = "one"
text = """
[not-a-table]
x = 1 \\""" still
"""
after = 1
[doors.gpio]
lock = 17

[[doors]]
literal = \'\'\'
[[doors]]
\'\'\'
list = [
  1, # ]
  [2, "]"],
]
inline = { x = 1, y = 2 }
  [ doors . "gpio" ]
  lock = 18
[[doors.keys]]
k = 1
[[doors.keys]]
k = 2
'''


@pytest.mark.parametrize(
    ("loc", "line"),
    [
        (("top",), 2),
        (("site",), 3),
        (("site", "name"), 4),
        (("site", "quoted key"), 5),
        (("site", "a", "b"), 6),
        (("doors",), 8),
        (("doors", 0), 8),
        (("doors", 0, "text"), 10),
        (("doors", 0, "after"), 14),
        (("doors", 0, "gpio"), 15),
        (("doors", 0, "gpio", "lock"), 16),
        (("doors", 1), 18),
        (("doors", 1, "list"), 22),
        (("doors", 1, "inline"), 26),
        (("doors", 1, "gpio", "lock"), 28),
        (("doors", 1, "keys", 1, "k"), 32),
    ],
)
def test_tables_and_keys_have_their_lines(loc: Loc, line: int) -> None:
    assert LineIndex(TEXT).line_of(*loc) == line


@pytest.mark.parametrize(
    ("loc", "line"),
    [(("none",), 1), (("site", "none"), 3), (("doors", 1, "inline", "x"), 26), (("doors", 7, "id"), 8)],
)
def test_what_has_no_line_has_that_of_the_nearest_thing_around_it(loc: Loc, line: int) -> None:
    assert LineIndex(TEXT).line_of(*loc) == line


KEY = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
VALUE = st.sampled_from(
    ['"x"', "1", "true", "[1,\n 2]", '"""\n[a]\nb = 1\n"""', "'''\n#'''", "{ p = 1 }", "1979-05-27"]
)


@given(st.lists(st.tuples(KEY, VALUE), max_size=20, unique_by=lambda pair: pair[0]))
def test_every_key_stands_where_the_index_says(pairs: list[tuple[str, str]]) -> None:
    text = "[[t]]\n" + "".join(f"{key} = {value}\n" for key, value in pairs)
    assert set(tomllib.loads(text)["t"][0]) == {key for key, _ in pairs}
    index, rows = LineIndex(text), text.split("\n")
    for key, value in pairs:
        assert rows[index.line_of("t", 0, key) - 1] == f"{key} = {value}".split("\n")[0]
