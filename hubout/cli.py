"""The ``hubout`` command: a group whose subcommands are the modules ``hubout.cmd_<name>``, imported when they are run.

A subcommand module has a ``command`` (a click command) and a docstring whose first line is its short help. Wrong use
ends with one sentence and exit code 2; ``NO_COLOR`` is respected.
"""

import ast
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

PREFIX = "cmd_"


class LazyGroup(click.Group):
    """Finds its subcommands by file name, and imports only the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the subcommands that exist."""
        del ctx
        return sorted(path.stem.removeprefix(PREFIX) for path in _folder().glob(f"{PREFIX}*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one subcommand; None where there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"hubout.{PREFIX}{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List each subcommand with the first line of its module's docstring, importing none."""
        rows = [(name, _short_help(name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _folder() -> Path:
    return Path(__file__).parent


def _short_help(name: str) -> str:
    module = ast.parse((_folder() / f"{PREFIX}{name}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(module) or "").split("\n", 1)[0]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hubout", message="hubout %(version)s")
def hubout() -> None:
    """Access control and live occupancy for public shared-work spaces.

    Example: hubout demo --for 30
    """


def run(arguments: list[str]) -> int:
    """Run one command line and give its exit code: 2 for wrong use, with one sentence on standard error."""
    settings: dict[str, Any] = {"color": False} if os.environ.get("NO_COLOR") else {}
    try:
        code = hubout.main(arguments, prog_name="hubout", standalone_mode=False, **settings)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        click.echo(f"{_where(error)}: {error.format_message()}", err=True)
        return error.exit_code
    except click.Abort:
        click.echo("hubout: stopped", err=True)
        return 130
    return code if isinstance(code, int) else 0


def _where(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else "hubout"


def main() -> None:
    """Run the command line of this process."""
    sys.exit(run(sys.argv[1:]))
