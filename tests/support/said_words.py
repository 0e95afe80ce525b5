"""Which words the pages say: the keys in templates and in code, whole or built of parts."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

from tests.support.house import ROOT, tree

ANY = ".+"
"""Stands for the part of a key that is known at run time alone."""
NO_WORDS = re.compile(r"html|\\\.json$")
"""What looks like a key and is the name of a file."""


@dataclass(frozen=True)
class Said:
    """A key that is said somewhere: a pattern of the whole key, and whether it tells a number."""

    pattern: str
    number: bool
    where: str


def in_template(path: Path, root: Path = ROOT) -> Iterator[Said]:
    """What a template says by ``t("key")`` and ``t.number("key", count)``."""
    for call in Environment(autoescape=True).parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
        said = call.node
        number = isinstance(said, nodes.Getattr) and said.attr == "number"
        if isinstance(said, nodes.Getattr) and number:
            said = said.node
        if isinstance(said, nodes.Name) and said.name == "t":
            where = f"{path.relative_to(root)}:{call.lineno}"
            yield from (Said(pattern, number, where) for pattern in _built(call.args[0]))


def _built(key: nodes.Node) -> Iterator[str]:
    """The patterns of a key in a template: a constant, one of two, or parts set together."""
    match key:
        case nodes.Const():
            yield re.escape(str(key.value))
        case nodes.CondExpr():
            yield from _built(key.expr1)
            yield from _built(key.expr2 or nodes.Const(""))
        case nodes.Concat():
            yield "".join(next(_built(part)) if isinstance(part, nodes.Const) else ANY for part in key.nodes)
        case _:
            yield ANY


def in_code(path: Path, tables: frozenset[str], root: Path = ROOT) -> Iterator[Said]:
    """What code says by strings that begin with the name of a table (``count.``), and what it tells by ``.number``."""
    module, where = tree(path), str(path.relative_to(root))
    counted = {id(part) for node in ast.walk(module) for part in _counted(node)}
    inner = {id(part) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(module):
        pattern = None if id(node) in inner else _pattern(node)
        if (
            pattern is not None
            and re.sub(r"\\?\..*", "", pattern, flags=re.DOTALL) in tables
            and not NO_WORDS.search(pattern)
        ):
            yield Said(pattern, id(node) in counted, f"{where}:{getattr(node, 'lineno', 0)}")


def _counted(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "number" and node.args:
        yield from ast.walk(node.args[0])


def _pattern(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[a-z_]+\.[\w.-]*", node.value):
        return re.escape(node.value) + (ANY if node.value.endswith(".") else "")
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ANY for p in node.values)
    return None
