"""Whoever watches a run is shown what they look at: a checker that named too little would find nothing."""

import ast
import inspect
import textwrap

import pytest

from hubout.simulate.run import CHECKERS
from hubout.simulate.watch import Checker


def looked_at(checker: type[Checker]) -> set[str]:
    """The names of the observations that a checker's ``take`` speaks of, its bases' included."""
    found = set[str]()
    for kind in checker.__mro__:
        if "take" in vars(kind):
            source = ast.parse(textwrap.dedent(inspect.getsource(vars(kind)["take"])))
            (taking,) = source.body
            assert isinstance(taking, ast.FunctionDef)
            within = (node for statement in taking.body for node in ast.walk(statement))
            found |= {node.attr for node in within if isinstance(node, ast.Attribute) and _of_saw(node)}
    return found


def _of_saw(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "saw"


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.guarantee)
def test_a_checker_is_shown_all_that_it_looks_at_and_nothing_else(checker: type[Checker]) -> None:
    assert looked_at(checker) == {kind.__name__ for kind in checker.sees}
