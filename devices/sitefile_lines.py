"""Where things stand in a TOML text: the line of each table and key, which ``tomllib`` does not keep.

The text must already have been read by ``tomllib``, so this scanner meets valid TOML only. What stands inside an
inline table or array has no line of its own: ``line_of`` answers with the line of the nearest thing around it.
"""

import re
import tomllib

Loc = tuple[str | int, ...]
"""A place: ``("doors", 1, "gpio", "lock")`` is the key ``lock`` of the second door's ``[doors.gpio]``."""

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_STATEMENT = re.compile(rf"[ \t]*(?P<open>\[{{0,2}})[ \t]*(?P<key>{_PART}(?:[ \t]*\.[ \t]*{_PART})*)")
_TOKEN = re.compile(
    r'''"""(?:[^\\"]|\\[\s\S]|"(?!""))*""""{0,2}'''
    r"""|'''(?:[^']|'(?!''))*''''{0,2}"""
    r'''|"(?:\\.|[^"\\\n])*"'''
    r"""|'[^'\n]*'"""
    r"""|\#[^\n]*|[\[{\]}\n]"""
)
_DEPTH = {"[": 1, "{": 1, "]": -1, "}": -1}


class LineIndex:
    """The lines of one TOML text, from 1."""

    def __init__(self, text: str) -> None:
        """Scan ``text``, which must be valid TOML with plain newlines."""
        self._lines: dict[Loc, int] = {(): 1}
        self._arrays: dict[Loc, int] = {}
        table: Loc = ()
        at, line = 0, 1
        while at < len(text):
            end = _statement_end(text, at)
            if statement := _STATEMENT.match(text, at, end):
                table = self._enter(table, statement["open"], _key_parts(statement["key"]), line)
            line += text.count("\n", at, end)
            at = end

    def line_of(self, *loc: str | int) -> int:
        """The line of a table or key, or of the nearest one around it."""
        while loc not in self._lines:
            loc = loc[:-1]
        return self._lines[loc]

    def _enter(self, table: Loc, opening: str, key: Loc, line: int) -> Loc:
        if not opening:
            self._lines.setdefault(table + key, line)
            return table
        loc = self._resolve(key)
        if opening == "[[":
            count = self._arrays.get(loc, 0)
            self._arrays[loc] = count + 1
            self._lines.setdefault(loc, line)
            loc = (*loc, count)
        self._lines.setdefault(loc, line)
        return loc

    def _resolve(self, key: Loc) -> Loc:
        loc: Loc = ()
        for part in key:
            if loc in self._arrays:
                loc = (*loc, self._arrays[loc] - 1)
            loc = (*loc, part)
        return loc


def _statement_end(text: str, at: int) -> int:
    depth = 0
    for token in _TOKEN.finditer(text, at):
        if token[0] == "\n" and depth == 0:
            return token.end()
        depth += _DEPTH.get(token[0], 0)
    return len(text)


def _key_parts(key: str) -> Loc:
    parts: list[str] = []
    inner = tomllib.loads(f"{key} = 0")
    while isinstance(inner, dict):
        part, inner = next(iter(inner.items()))
        parts.append(part)
    return tuple(parts)
