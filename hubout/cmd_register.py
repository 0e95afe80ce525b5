"""Check a sealed attendance register: its file, or its PDF."""

import json
from pathlib import Path

import click

from access.register_chain import Broken, Written
from access.register_fold import folded
from registry.registers.verified import read_paper, wrong_in


@click.group("register", no_args_is_help=True)
def command() -> None:
    """Check a sealed attendance register: its file, or its PDF.

    Example: hubout register verify registro.pdf
    """


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--seal", default="", help="The seal as it is printed, or was noted elsewhere; it must be FILE's.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")
@click.pass_context
def verify_command(ctx: click.Context, file: Path, seal: str, *, as_json: bool) -> None:
    """Check every byte, row, name and minute of FILE, and name the first row that does not hold.

    Exit code 0 where it holds, 1 where it does not. A register that was written anew as a whole shows only against the
    seal that was printed (--seal).

    Example: hubout register verify registro.json --seal "1f2e3d4c ..."
    """
    try:
        found = read_paper(file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    wrong = str(found) if isinstance(found, Broken) else _wrong(found, seal)
    if as_json:
        fields = {"ok": not wrong, "what": wrong, "seal": None if isinstance(found, Broken) else found.seal}
        click.echo(json.dumps(fields))
        ctx.exit(1 if wrong else 0)
    if wrong or isinstance(found, Broken):
        raise click.ClickException(f"{file} is broken: {wrong}.")
    register = folded(found.said)
    opened = register.opened
    click.echo(f"{file} holds: register {opened.number} of {opened.site}, edition {opened.edition}")
    erased = sum(not held.name for held in found.names.values())
    click.echo(f"{register.rows} rows, {erased} names erased, {opened.programme_name}")
    for one in register.closed:
        click.echo(f"closed by {one.name} as {one.part}")
    for head in register.heads:
        click.echo(f"log of {head.site} at event {head.epoch}-{head.seq}, hash {head.digest}")
    click.echo(f"seal {found.seal}")


def _wrong(found: Written, seal: str) -> str:
    noted = "".join(seal.split()).lower()
    if noted and noted != found.seal:
        return f"its seal is {found.seal}, not the one that was noted"
    return wrong_in(found)
