"""Say what is wrong in a site file, line by line."""

import json
from pathlib import Path

import click

from devices.sitefile import Mistake, Severity, check


@click.command("check")
@click.argument("site_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_context
def command(ctx: click.Context, site_file: Path, *, as_json: bool) -> None:
    """Say what is wrong in SITE_FILE, line by line, and what to write instead.

    Exit code 0 without errors (warnings may stand), 1 with errors.

    Example: hubout check site.toml
    """
    if not site_file.is_file():
        message = f"there is no file {site_file}; name the site's TOML file."
        raise click.UsageError(message, ctx)
    mistakes = check(site_file)
    errors = sum(mistake.severity is Severity.ERROR for mistake in mistakes)
    click.echo(_as_json(mistakes) if as_json else _as_lines(site_file, mistakes, errors))
    ctx.exit(1 if errors else 0)


def _as_json(mistakes: list[Mistake]) -> str:
    rows = [{"line": m.line, "severity": m.severity.value, "what": m.what, "instead": m.instead} for m in mistakes]
    return json.dumps({"ok": all(row["severity"] != Severity.ERROR for row in rows), "mistakes": rows})


def _as_lines(site_file: Path, mistakes: list[Mistake], errors: int) -> str:
    lines = [f"{site_file}:{m.line}: {m.severity}: {m.what}; {m.instead}" for m in mistakes]
    warnings = len(mistakes) - errors
    verdict = "can be used" if errors == 0 else "cannot be used"
    return "\n".join([*lines, f"{site_file} {verdict}: {_count(errors, 'error')}, {_count(warnings, 'warning')}"])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
