"""The documents as the tests see them: links, tables and commands; and what they should say of the site file's keys."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click

from access.site import Policy
from devices.sitefile import CLOCK_KEYS, COUNT_KEYS
from devices.sitefile_fields import Table
from devices.sitefile_model import (
    TABLES,
    DeskTable,
    DeviceTable,
    DoorTable,
    GpioTable,
    PolicyTable,
    RoomTable,
    ZoneTable,
)
from hubout.cli import hubout
from tests.support.house import ROOT

DOCS = ROOT / "docs"
HEADERS: dict[str, type[Table]] = {
    **{f"[{name}]": model for name, model in TABLES.items()},
    "[[zones]]": ZoneTable,
    "[[rooms]]": RoomTable,
    "[[doors]]": DoorTable,
    "[doors.gpio]": GpioTable,
    "[[desks]]": DeskTable,
    "[[devices]]": DeviceTable,
}
UNITS_MS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
WORD = r"[a-z][a-z-]*"


def pages() -> list[Path]:
    """Every page that people read: the README, the changelog, all of docs."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


@cache
def text_of(path: Path) -> str:
    """A page's text."""
    return path.read_text(encoding="utf-8")


def links(path: Path) -> list[str]:
    """Where a page's links lead, those to other sites left out."""
    found = LINK.findall(FENCE.sub("", text_of(path)))
    return [link for link in found if not link.startswith(("http://", "https://"))]


@cache
def anchors(path: Path) -> set[str]:
    """What a link into a page may name: its headings, written as the usual viewers do."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(path: Path, heading: str) -> str:
    """The text below a heading, up to the next of its rank or above. Raises ValueError where there is none."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", text_of(path), re.MULTILINE)
    if found is None:
        raise ValueError(f"{path} has no heading {heading!r}")
    rest = text_of(path)[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """The cells of every row of every table in a text, their heads left out; an escaped border is none."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    rules = [place for place, row in enumerate(cells) if set("".join(row)) <= set("-: ")]
    heads = {place - 1 for place in rules} | set(rules)
    return [row for place, row in enumerate(cells) if place not in heads]


@cache
def subcommands() -> dict[str, click.Command]:
    """Every subcommand by its words, ``log verify`` like ``log``."""
    return dict(_below(hubout, ()))


def _below(group: click.Group, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        yield " ".join((*words, name)), command
        if isinstance(command, click.Group):
            yield from _below(command, (*words, name))


def options(command: click.Command) -> set[str]:
    """What may be written after a command, those for programs of our own left out."""
    shown = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    return {word for option in shown for word in option.opts if word.startswith("--")}


def written_commands(path: Path) -> Iterator[str]:
    """Every ``hubout …`` that a page shows as code, in one line each."""
    text = re.sub(r"\\\n\s*", " ", text_of(path))
    for block in (found for found in FENCE.findall(text) if found.startswith(("```\n", "```sh\n"))):
        yield from (line for line in re.findall(r"(?:^|[\s/|])(?<!-u )(hubout [^#|\n]*)", block, re.MULTILINE))
    yield from re.findall(r"(?<!`)`(?:[^`\n]*[ /])?(hubout [^`\n]*)`(?!`)", FENCE.sub("", text))


def is_right(line: str, known: dict[str, click.Command]) -> bool:
    """Whether a line names a subcommand that there is, and only options of it; a stand-in like COMMAND is right."""
    name, *words = re.findall(r"[^\s\[\]]+", line)[1:]
    if name not in known:
        return re.fullmatch(WORD, name) is None
    within = [name]
    for word in words:
        if f"{within[-1]} {word}" in known:
            within.append(f"{within[-1]} {word}")
    allowed = {"--help"}.union(*(options(known[one]) for one in within))
    return {word for word in words if word.startswith("--")} <= allowed


def key_rows(model: type[Table]) -> list[list[str]]:
    """Each key of a table of the site file: its name, what it may be, its default; tables within it left out."""
    schema = model.model_json_schema()
    needed = schema.get("required", [])
    said = {key: _resolved(one, schema) for key, one in schema["properties"].items()}
    return [
        [f"`{key}`", _allowed(one), "needed" if key in needed else _default(model, key)]
        for key, one in said.items()
        if one.get("type") != "object"
    ]


def _resolved(said: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    choices = [one for one in said.get("anyOf", [said]) if one.get("type") != "null"]
    found = {**said, **choices[0]}
    name = str(found.get("$ref", "")).rpartition("/")[2]
    return {**found, **schema["$defs"][name]} if name else found


def _allowed(said: dict[str, Any]) -> str:
    if "enum" in said:
        return ", ".join(f"`{choice}`" for choice in said["enum"])
    if said["type"] == "array":
        return "list of texts"
    if said["type"] == "boolean":
        return "`true`, `false`"
    if "minimum" in said:
        return f"{said['minimum']:g} to {said['maximum']:.10g}"
    return "an id" if "a-z0-9-" in said.get("pattern", "") else "text"


def _default(model: type[Table], key: str) -> str:
    value = _policy_default(key) if model is PolicyTable else model.model_fields[key].default
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def _policy_default(key: str) -> object:
    if key in CLOCK_KEYS:
        hours, minutes = divmod(getattr(Policy(), f"{key}_minute"), 60)
        return f"{hours:02}:{minutes:02}"
    if key in COUNT_KEYS:
        return getattr(Policy(), key)
    name, _, unit = key.rpartition("_")
    return f"{getattr(Policy(), f'{name}_ms') / UNITS_MS[unit]:g}"
