"""The project's own files as the rules of the house see them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("access", "bench", "devices", "firmware_sim", "gateway", "hubout", "pages", "registry")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks or would track, from the project's root; those deleted meanwhile left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return tuple(ROOT / name for name in sorted(set(names)) if name and (ROOT / name).is_file())


def sources(*folders: str) -> list[Path]:
    """The Python files in some top-level folders."""
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's tree; walked once for all rules."""
    return tuple(ast.walk(tree(path)))


def here(path: Path, line: int = 1) -> str:
    """A place as a person looks it up."""
    return f"{path.relative_to(ROOT)}:{line}"


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, inner ones too."""
    return (node for node in nodes(path) if isinstance(node, Function))


def size(function: Function) -> int:
    """A function's lines from ``def`` to its last, its docstring left out: the contract is free."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def origins(path: Path) -> dict[str, str]:
    """What each imported name of a file stands for: ``sleep`` for ``time.sleep``."""
    names: dict[str, str] = {}
    for node in nodes(path):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    """What a name or attribute stands for, from its import on; None for anything else."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and (outer := dotted(node.value, names)) is not None:
        return f"{outer}.{node.attr}"
    return None


@cache
def uses(path: Path) -> tuple[tuple[str, int], ...]:
    """Every imported thing that a file uses, dotted, with its line."""
    names = origins(path)
    named = [(dotted(node, names), node.lineno) for node in nodes(path) if isinstance(node, ast.Name | ast.Attribute)]
    return tuple((name, line) for name, line in named if name is not None)


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, with its line."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
