"""Texts that break files and spreadsheets: formulas, numerals that Excel rewrites, and the naughty strings."""

import json
from pathlib import Path

from hypothesis import strategies as st

NAUGHTY: list[str] = json.loads(
    (Path(__file__).parents[1] / "data" / "naughty-strings" / "blns.json").read_text(encoding="utf-8")
)
FORMULAS = (
    "=1+1",
    "+39 02 1234",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    '=HYPERLINK("http://x";"y")',
    "=cmd|' /C calc'!A0",
    "'=1",
    "''=1",
)
SPOILED = ("0012", "1E5", "1-2", "12/3", "3.14", "10:30", "4,5", "99999999999999999999", "2026-01", "1 2")
HARMLESS = ("", "'", "''", "'ndrangheta", "D’Amico", "a=1", "Anna-Maria", "x@y.it", "é", '"', "12a", '"=1"')
TEXTS = st.one_of(
    st.text(),
    st.sampled_from([*NAUGHTY, *FORMULAS, *SPOILED, *HARMLESS]),
    st.text(alphabet="'=+-@＝\t\r\n ;,\"0123456789eE.a", max_size=8),
)
