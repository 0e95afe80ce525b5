"""The rules of the house that no linter holds: sizes, clocks and chance, broad excepts, what the core may import."""

import ast
import sys
import warnings
from pathlib import Path
from statistics import median

import pytest

from tests.support.house import PACKAGES, dotted, functions, here, imports, nodes, origins, size, sources, tracked, uses

LONGEST_FILE_LINES = 250
LONGEST_FUNCTION_LINES = 60
LONG_FUNCTION_LINES = 30
LONG_FUNCTIONS_PERCENT = 5
MEDIAN_FUNCTION_LINES = 8
TEST_LINES_PER_CODE_LINE = 1.3
NOT_OURS = ("LICENSE", "requirements.txt", "requirements-dev.txt")
TEXT = {".py", ".md", ".toml", ".yml", ".html", ".css", ".js", ".svg", ".sql", ".service", ".conf", ".po", ""}

CLOCKS = {
    "time.time",
    "time.time_ns",
    "time.sleep",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
}
CLOCK_FILES = ("clock.py", "seed.py")
SLEEPS = {"time.sleep", "asyncio.sleep"}
IMPURE = {
    "asyncio",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "select",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
    "uuid",
}


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_of_ours_is_longer_than_250_lines() -> None:
    ours = [path for path in tracked() if path.suffix in TEXT and path.name not in NOT_OURS]
    long = {here(path): line_count(path) for path in ours if line_count(path) > LONGEST_FILE_LINES}
    assert long == {}


def test_no_function_is_longer_than_60_lines() -> None:
    found = [(here(path, f.lineno), f.name, size(f)) for path in sources(*PACKAGES, "tests") for f in functions(path)]
    assert [row for row in found if row[2] > LONGEST_FUNCTION_LINES] == []


def test_functions_are_short() -> None:
    sizes = [size(function) for path in sources(*PACKAGES) for function in functions(path)]
    long = sum(lines > LONG_FUNCTION_LINES for lines in sizes)
    assert 100 * long <= LONG_FUNCTIONS_PERCENT * len(sizes)
    assert median(sizes) <= MEDIAN_FUNCTION_LINES


def test_time_is_an_argument() -> None:
    files = [path for path in sources(*PACKAGES) if path.name not in CLOCK_FILES]
    assert [(here(path, line), name) for path in files for name, line in uses(path) if name in CLOCKS] == []


def test_chance_is_an_argument() -> None:
    """A ``random.Random`` may be handed around; only seed.py makes one, and nobody uses the module's own."""
    files = [path for path in sources(*PACKAGES) if path.name not in CLOCK_FILES]
    loose = [
        (here(path, line), name)
        for path in files
        for name, line in uses(path)
        if name.startswith("random.") and not name.startswith("random.Random")
    ]
    assert loose == []
    assert [where for path in files for where in made_generators(path)] == []


def made_generators(path: Path) -> list[str]:
    names = origins(path)
    calls = [node for node in nodes(path) if isinstance(node, ast.Call)]
    return [here(path, call.lineno) for call in calls if dotted(call.func, names) == "random.Random"]


def test_tests_wait_on_conditions_and_never_sleep() -> None:
    found = [(here(path, line), name) for path in sources("tests") for name, line in uses(path) if name in SLEEPS]
    assert found == []


def test_tests_of_the_registry_happen_on_a_fixed_day() -> None:
    """The dates that they name would pass. Whole systems of real processes alone have the day they are run on."""
    files = [path for path in sources("tests") if here(path).startswith(("tests/registry/", "tests/support/"))]
    real = {"registry.clock.wall_ms", *CLOCKS} - SLEEPS
    assert [(here(path, line), name) for path in files for name, line in uses(path) if name in real] == []


def test_no_except_is_broad() -> None:
    broad = [
        here(path, node.lineno)
        for path in sources(*PACKAGES, "tests")
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    ]
    assert broad == []


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(c is None or (isinstance(c, ast.Name) and c.id in {"Exception", "BaseException"}) for c in caught)


def test_the_core_imports_only_the_standard_library_and_itself() -> None:
    allowed = {"access", *sys.stdlib_module_names}
    found = [
        (here(path, line), module)
        for path in sources("access")
        for module, line in imports(path)
        if module.split(".")[0] not in allowed and not (path.name == "codec.py" and module.startswith("pydantic"))
    ]
    assert found == []


def test_the_core_has_no_clock_no_chance_no_threads_and_no_files() -> None:
    found = [
        (here(path, line), module)
        for path in sources("access")
        for module, line in imports(path)
        if module.split(".")[0] in IMPURE
    ]
    assert found == []


def test_nothing_is_left_unwritten() -> None:
    names = [(path, node) for path in sources(*PACKAGES) for node in nodes(path) if isinstance(node, ast.Name)]
    assert [here(path, node.lineno) for path, node in names if node.id == "NotImplementedError"] == []


def test_tests_outweigh_the_code_they_test() -> None:
    code = sum(line_count(path) for path in sources(*PACKAGES))
    tests = sum(line_count(path) for path in sources("tests"))
    if tests < TEST_LINES_PER_CODE_LINE * code:
        warnings.warn(f"{tests} lines of tests for {code} of code is less than 1.3 a line", stacklevel=1)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from time import sleep as nap\nnap(1)", "time.sleep"),
        ("import datetime as d\nd.datetime.now()", "datetime.datetime.now"),
        ("from datetime import datetime\nx = datetime.now", "datetime.datetime.now"),
        ("import time\ntime.time()", "time.time"),
    ],
)
def test_the_rules_see_a_planted_clock(tmp_path: Path, source: str, found: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(source)
    assert found in {name for name, _ in uses(path)}


@pytest.mark.parametrize("handler", ["except:", "except Exception:", "except (OSError, BaseException):"])
def test_the_rules_see_a_planted_broad_except(handler: str) -> None:
    (node,) = [n for n in ast.walk(ast.parse(f"try:\n  x\n{handler}\n  y")) if isinstance(n, ast.ExceptHandler)]
    assert is_broad(node)
