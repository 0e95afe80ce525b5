"""``hubout registry purge`` and ``hold``: letting go of what is over, and keeping what must be kept all the same."""

from pathlib import Path

import click

from access.clock import DAY_MS
from hubout.registry_errors import plain_errors
from registry import clock
from registry.accounts.used import day_of
from registry.edit import editing
from registry.guard.acts import COMMAND_LINE
from registry.retention import erasing, holds
from registry.retention.purge import purge
from registry.retention.remains import remains
from registry.retention.remembering import remember
from registry.setup import Registry


def warn(registry: Registry) -> None:
    """Say on the error output what a purge does not reach."""
    said = remains(registry.database)
    if said:
        click.echo(f"warning: {said}", err=True)


@click.command("purge")
@click.pass_obj
def purge_now(obj: tuple[str, Path]) -> None:
    """Purge all that is over now, and write an SQLite file anew so that nothing of it is left.

    A running registry does so by itself once an hour, but for writing the file anew.

    Example: hubout registry --database sqlite:///registry.db purge
    """
    with plain_errors(), Registry(*obj) as registry:
        gone = purge(registry.database, clock.wall_ms(), COMMAND_LINE, whole=True)
        warn(registry)
    for name in sorted(gone):
        click.echo(f"{name}: {gone[name]}")
    if not gone:
        click.echo("nothing is over")


@click.command("erase")
@click.argument("person", metavar="PERSON")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@click.pass_obj
def erase(obj: tuple[str, Path], person: str, *, yes: bool) -> None:
    """Erase what is known of PERSON, an id, and what the logs say of them.

    A pseudonym stays while public money must be accounted for. It cannot be undone.

    Example: hubout registry --database sqlite:///registry.db erase 3f9c0d5e8a1b2c4d6e7f --yes
    """
    if not yes:
        click.confirm(f"Erase all that is known of {person}? It cannot be undone", abort=True)
    at_ms = clock.wall_ms()
    with plain_errors(), Registry(*obj) as registry:
        with editing(registry.database, at_ms) as edit:
            done = erasing.erase(edit, person, COMMAND_LINE)
        remember(registry.database, registry.keys.folder, at_ms)
        purge(registry.database, at_ms, COMMAND_LINE, whole=True)
        warn(registry)
    for name in sorted(done.gone):
        click.echo(f"{name}: {done.gone[name]}")
    click.echo(f"what must be accounted for stays under {done.pseudonym}" if done.pseudonym else "nothing stays")


@click.group("hold")
def hold() -> None:
    """Keep what would be purged: a legal hold, with its reason and its end.

    Example: hubout registry --database sqlite:///registry.db hold list
    """


@hold.command("begin")
@click.option("--reason", required=True, help="Why it must be kept, as a court or an authority asks for it.")
@click.option("--days", type=click.IntRange(1, 3_660), required=True, help="It ends after so many days.")
@click.option("--kind", help="A kind of data, as the record of processing names it; any otherwise.")
@click.option("--person", metavar="ID", help="Whose data; everybody's otherwise.")
@click.pass_obj
def begin(obj: tuple[str, Path], reason: str, days: int, kind: str | None, person: str | None) -> None:
    """Hold data from now on.

    Example: hubout registry --database sqlite:///registry.db hold begin --days 180 --kind access --reason "Procura"
    """
    at_ms = clock.wall_ms()
    with plain_errors(), Registry(*obj) as registry, editing(registry.database, at_ms) as edit:
        ident = holds.begin(edit, holds.Wanted(reason, at_ms + days * DAY_MS, kind, person), COMMAND_LINE)
    click.echo(f"hold {ident} is in force until {day_of(at_ms + days * DAY_MS)}")


@hold.command("list")
@click.pass_obj
def listed(obj: tuple[str, Path]) -> None:
    """List every hold, also those that ended.

    Example: hubout registry --database sqlite:///registry.db hold list
    """
    with plain_errors(), Registry(*obj) as registry, registry.database.read() as connection:
        rows = holds.all_of(connection)
    for row in rows:
        ends = f"until {day_of(row.until_ms)}" if row.lifted_ms is None else f"lifted {day_of(row.lifted_ms)}"
        click.echo(f"{row.id} {row.kind or 'any kind'} of {row.person or 'everybody'}, {ends}: {row.reason}")


@hold.command("lift")
@click.argument("ident", metavar="HOLD")
@click.pass_obj
def lift(obj: tuple[str, Path], ident: str) -> None:
    """End HOLD before its time; what it held goes with the next purge.

    Example: hubout registry --database sqlite:///registry.db hold lift 3f9c0d5e8a1b2c4d6e7f
    """
    with plain_errors(), Registry(*obj) as registry, editing(registry.database, clock.wall_ms()) as edit:
        holds.lift(edit, ident, COMMAND_LINE)
    click.echo(f"hold {ident} is lifted")
