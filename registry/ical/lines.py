"""The blocks of an iCalendar file, of whatever bytes: lines unfolded, blocks paired, properties of interest split.

Lines are unfolded before they are decoded, since some programs fold within a character. What no reader of ours asks for
is passed over unread, so that a program's own extensions, however wrong, stop nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar.parser import Contentline

from registry.reasons import Reason, why

MOST_BYTES = 2 * 1024 * 1024
MOST_DEPTH = 6
LONGEST_LINE_BYTES = 16 * 1024
_BREAK = re.compile(rb"\r\n|\r|\n")
_NAME = re.compile(rb"[A-Za-z-]{1,32}(?=[;:])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class CalendarRefused(ValueError):
    """A whole file that cannot be read, in one clear sentence."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its line in the file (the first is 1), its name in capitals, and its value as written, still
    escaped, with its TZID and RANGE if it has them; or ``fault``: why it cannot be read.
    """

    line: int
    name: str
    value: str
    tzid: str = ""
    range: str = ""
    fault: Reason | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between a BEGIN and its END."""

    name: str
    line: int
    properties: tuple[Property, ...]
    blocks: tuple["Block", ...]

    def all(self, name: str) -> tuple[Property, ...]:
        """Its own properties of a name, in order."""
        return tuple(one for one in self.properties if one.name == name)

    def first(self, name: str) -> str:
        """The value of the first such property; empty where there is none."""
        return next((one.value for one in self.properties if one.name == name), "")


def calendars(data: bytes, wanted: frozenset[str]) -> tuple[Block, ...]:
    """The VCALENDAR blocks of a file, their properties those of the names wanted. Raises CalendarRefused."""
    if len(data) > MOST_BYTES:
        raise CalendarRefused(
            why("calendar.big", "the file has more than {most} MiB; export a shorter time.", most=MOST_BYTES // 1024**2)
        )
    found = list[Block]()
    lines = _properties(data.removeprefix(b"\xef\xbb\xbf"), wanted)
    for one in lines:
        if one.name != "BEGIN" or _kind(one) != "VCALENDAR":
            raise CalendarRefused(
                why(
                    "calendar.line",
                    "line {line} is no part of a calendar; upload an .ics file as it was exported.",
                    line=one.line,
                )
            )
        found.append(_block(lines, one, 1))
    if not found:
        raise CalendarRefused(
            why("calendar.none", "the file holds no calendar; upload an .ics file as it was exported.")
        )
    return tuple(found)


def text_of(value: str) -> str:
    """What a TEXT value says (RFC 5545, 3.3.11)."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def shown(text: str) -> str:
    """The beginning of somebody's text, as a sentence can quote it."""
    plain = "".join(sign for sign in text if sign.isprintable())
    return f"\u201c{plain[:40]}{'…' if len(plain) > 40 else ''}\u201d"


def _block(lines: Iterator[Property], begin: Property, depth: int) -> Block:
    if depth > MOST_DEPTH:
        raise CalendarRefused(
            why(
                "calendar.deep",
                "on line {line} the file is nested too deep; export the calendar again.",
                line=begin.line,
            )
        )
    properties, blocks = list[Property](), list[Block]()
    for one in lines:
        if one.name == "BEGIN":
            blocks.append(_block(lines, one, depth + 1))
        elif one.name != "END":
            properties.append(one)
        elif _kind(one) == _kind(begin):
            return Block(_kind(begin), begin.line, tuple(properties), tuple(blocks))
        else:
            raise CalendarRefused(
                why("calendar.ends", "line {line} ends what was not begun; export the calendar again.", line=one.line)
            )
    raise CalendarRefused(
        why(
            "calendar.breaks",
            "the file breaks off within what begins on line {line}; upload all of it.",
            line=begin.line,
        )
    )


def _kind(one: Property) -> str:
    return one.value.strip().upper()


def _properties(data: bytes, wanted: frozenset[str]) -> Iterator[Property]:
    """The properties wanted, and every BEGIN and END."""
    for line, raw in _unfolded(data):
        found = _NAME.match(raw)
        name = found[0].decode("ascii").upper() if found else ""
        if name in wanted or name in {"BEGIN", "END"}:
            yield _property(line, name, raw)


def _property(line: int, name: str, raw: bytes) -> Property:
    if len(raw) > LONGEST_LINE_BYTES:
        said = "line {line} has more than {most} bytes; shorten it."
        return Property(line, name, "", fault=why("event.long", said, line=line, most=LONGEST_LINE_BYTES))
    try:
        _, parameters, value = Contentline(raw.decode("utf-8")).raw_parts()  # type: ignore[no-untyped-call]
    except ValueError:
        said = "line {line} cannot be read; correct it, and save the file as UTF-8."
        return Property(line, name, "", fault=why("event.unreadable", said, line=line))
    return Property(line, name, value, str(parameters.get("TZID", "")), str(parameters.get("RANGE", "")))


def _unfolded(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The logical lines that are not blank, each with the number of its first physical one."""
    begun, parts = 0, list[bytes]()
    for number, raw in enumerate(_BREAK.split(data), 1):
        if raw[:1] in {b" ", b"\t"} and parts:
            parts.append(raw[1:])
            continue
        if parts:
            yield begun, b"".join(parts)
        begun, parts = number, [raw] if raw.strip() else []
    if parts:
        yield begun, b"".join(parts)
