"""The command itself: it finds its subcommands, says in one sentence what was wrong, and starts lightly."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from hubout.cli import LazyGroup, hubout, run
from tests.support.sites import edited_site, example_site

COMMANDS = hubout.list_commands(click.Context(hubout))


def test_every_command_module_is_listed_with_its_first_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    rows = capsys.readouterr().out.split("Commands:")[1].splitlines()
    assert [row.split()[0] for row in rows if row.startswith("  ") and row[2] != " "] == COMMANDS
    assert "check" in COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert f"hubout {name}" in capsys.readouterr().out.split("Example")[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_one_sentence_and_exit_code_2(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--no-such-option"]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"hubout {name}")
    assert error.count("\n") == 1


def test_an_unknown_command_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chek"]) == 2
    assert capsys.readouterr().err == "hubout: No such command 'chek'.\n"


def test_no_command_at_all_shows_the_help_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("hubout 0.")


def test_an_interruption_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: LazyGroup, ctx: click.Context) -> None:
        raise click.Abort

    monkeypatch.setattr(LazyGroup, "invoke", interrupted)
    assert run(["check", "x"]) == 130
    assert capsys.readouterr().err == "hubout: stopped\n"


@pytest.mark.parametrize(("no_color", "color"), [("1", False), ("", None)])
def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch, no_color: str, color: bool | None) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    seen: list[bool | None] = []
    monkeypatch.setattr(LazyGroup, "invoke", lambda _, ctx: seen.append(ctx.color))
    assert run(["check", "x"]) == 0
    assert seen == [color]


def test_starting_the_command_imports_nothing_heavy() -> None:
    heavy = "{'pydantic', 'paho', 'sqlalchemy'}"
    code = f"import sys, hubout.cli as c; c.run(['--help']); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "hubout", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("hubout ")


def test_check_of_a_clean_file_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = example_site(tmp_path)
    assert run(["check", str(path)]) == 0
    assert capsys.readouterr().out == f"{path} can be used: 0 errors, 0 warnings\n"


def test_check_names_each_mistake_by_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, line = edited_site(tmp_path, "capacity = 40", "capacity = 0")
    assert run(["check", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}:{line}: error: capacity is out of bounds; write a number that is at least 1",
        f"{path} cannot be used: 1 error, 0 warnings",
    ]


def test_check_lets_a_file_with_warnings_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, line = edited_site(tmp_path, 'freshness = "proved"', 'freshness = "unproved"')
    assert run(["check", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{path}:{line}: warning: ")
    assert out.endswith("can be used: 0 errors, 1 warning\n")


def test_check_answers_a_program_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, line = edited_site(tmp_path, "lock = 17", "lock = 99")
    assert run(["check", str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "ok": False,
        "mistakes": [
            {
                "line": line,
                "severity": "error",
                "what": "lock is out of bounds",
                "instead": "write a number that is at most 27",
            }
        ],
    }


def test_check_of_no_file_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(tmp_path / "none.toml")]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert run(["check"]) == 2
