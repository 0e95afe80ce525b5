"""Every form of the centre's pages leaves an act with its author: what its route does is followed through our code."""

import ast
import importlib
import inspect
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from registry.retention import holds
from registry.web.app import page_routes

NOTES_NOTHING = {
    "/sought": "it only leads on to a list; what is looked at there is noted there",
    "/verify-certificate": "it only says whether a certificate is what it says",
    "/account/second": "it only begins: nothing is on before the first code, which notes",
    "/reports-make": "it only begins a draft, which is nowhere but on its page; publishing it notes",
    "/people/{person}/erase": "erasing itself leaves a row, which names nobody (registry.retention.erasing)",
}
"""The POST routes that note nothing themselves, and why."""
OURS = "registry.web."
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def written(module: str) -> ast.Module:
    """A module as it is written."""
    return ast.parse(inspect.getsource(importlib.import_module(module)))


@cache
def functions(module: str) -> dict[str, Function]:
    """The functions of a module that others may call, by name."""
    return {node.name: node for node in written(module).body if isinstance(node, Function)}


def endpoint(module: str, line: int) -> Function:
    """The function that begins at a line, within others or not."""
    (found,) = (one for one in ast.walk(written(module)) if isinstance(one, Function) and first_line(one) == line)
    return found


def first_line(function: Function) -> int:
    """Where a function begins: at its first decorator, as its code says."""
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def called(module: ModuleType, body: ast.AST) -> Iterator[tuple[str, str]]:
    """What a body calls of our pages: the module and the function, by a name of its own or an imported one; and of
    legal holds, which note themselves.
    """
    for node in ast.walk(body):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        found = getattr(module, name, None)
        where = getattr(found, "__module__", "") or ""
        if name in functions(module.__name__):
            yield module.__name__, name
        elif where.startswith(OURS) and name in functions(where):
            yield where, name
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            owner = getattr(module, node.func.value.id, None)
            if not isinstance(owner, ModuleType) or not (owner is holds or owner.__name__.startswith(OURS)):
                continue
            if node.func.attr in functions(owner.__name__):
                yield owner.__name__, node.func.attr


def notes(module: str, body: ast.AST, seen: set[tuple[str, str]]) -> bool:
    """Whether a body, or what it calls, writes into the trail."""
    if any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "note"
        for node in ast.walk(body)
    ):
        return True
    for place in called(importlib.import_module(module), body):
        if place not in seen:
            seen.add(place)
            if notes(place[0], functions(place[0])[place[1]], seen):
                return True
    return False


def posts(routes: Iterable[BaseRoute]) -> dict[str, bool]:
    """The routes that take a form, and whether each leaves an act."""
    found = {}
    for route in routes:
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()):
            module, line = route.endpoint.__module__, route.endpoint.__code__.co_firstlineno
            found[route.path] = notes(module, endpoint(module, line), set())
    return found


def test_every_form_leaves_an_act_but_those_that_say_why_not() -> None:
    found = posts(page_routes())
    assert len(found) > 25
    assert {path for path, left in found.items() if not left} == set(NOTES_NOTHING)
    assert all(NOTES_NOTHING.values())


def test_a_route_that_leaves_none_is_seen() -> None:
    router = APIRouter()

    @router.post("/silent")
    def silent() -> None:
        """A form that leaves nothing."""

    assert posts(router.routes) == {"/silent": False}
