"""Cells that a spreadsheet would run or rewrite: written with an apostrophe before them, read back without it.

A formula begins with = + - or @, also full-width, also after blanks, a tab or a line end (OWASP, "CSV injection").
Numerals in a text (a code such as 0012 or 1-2) would become numbers or dates as soon as Excel saves the file.
Guarding adds exactly one apostrophe and unguarding takes exactly one, so that every text comes back as it was.
"""

import re

_RUN = r"[\t\r\n]|\s*[=+\-@＝＋－＠﹦﹢﹣﹫−]"
_NUMERAL = r"[0-9][0-9eE.,:/ +-]*\Z"
_RUNS = re.compile(_RUN)
_LIKE_GUARDED = re.compile(rf"'+(?:{_RUN}|{_NUMERAL})")
_NUMERALS = re.compile(_NUMERAL)
_AS_TEXT = re.compile(r'="([^"]*)"\Z')


def guarded(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if _RUNS.match(text) or _LIKE_GUARDED.match(text) else text


def kept(text: str) -> str:
    """The same, and that Excel does not turn into a number or a date."""
    return f"'{text}" if _NUMERALS.match(text) else guarded(text)


def unguarded(text: str) -> str:
    """A text as it was before ``guarded`` or ``kept``; ``="0012"``, by which people force a text, is its inside."""
    if _LIKE_GUARDED.match(text):
        return text[1:]
    forced = _AS_TEXT.match(text)
    return forced[1] if forced else text
