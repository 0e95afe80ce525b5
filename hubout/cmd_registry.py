"""Run the centre on SQLite or PostgreSQL, or set a site up in it."""

import logging
import sys
from datetime import date
from pathlib import Path

import click

from hubout.registry_accounts import account
from hubout.registry_errors import plain_errors
from hubout.registry_tokens import command as token
from registry.app import create_app
from registry.openid_file import read
from registry.seed_files import DEFAULT
from registry.serve import bound, serve
from registry.settings import Settings
from registry.setup import ACCOUNTS_FILE, KEY_FILE, ROLES, TOKEN_FILE, Registry


@click.group("registry", invoke_without_command=True)
@click.option("--database", required=True, metavar="URL", help="sqlite:///FILE or postgresql://USER@HOST/NAME.")
@click.option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False),
    default="registry-keys",
    show_default=True,
    help="The folder of the sites' credential keys; keep it apart from the database's backups.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8300, show_default=True, help="0 takes a free port.")
@click.option(
    "--second-step",
    type=click.Choice(("administrator", *ROLES)),
    multiple=True,
    help="A role that signs in at the pages with a second step; may be given again.",
)
@click.option(
    "--openid",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A TOML file: the identity provider that people may sign in by.",
)
@click.pass_context
def command(
    ctx: click.Context,
    database: str,
    keys: Path,
    host: str,
    port: int,
    second_step: tuple[str, ...],
    openid: Path | None,
) -> None:
    """Run the registry, or with a subcommand set it up.

    At its first start it prints the first operator's token, once.

    Example: hubout registry --database sqlite:///registry.db --port 8300
    """
    ctx.obj = (database, keys)
    if ctx.invoked_subcommand is None:
        with plain_errors():
            provider = None if openid is None else read(openid)
            _serve(Settings(database, keys, second_for=frozenset(second_step), openid=provider), host, port)


def _serve(settings: Settings, host: str, port: int) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("hubout.registry").setLevel(logging.INFO)
    with Registry(settings.database_url, settings.keys_dir) as registry:
        token = registry.first_operator()
    app = create_app(settings)
    listening = bound(host, port)
    if token is not None:
        click.echo(f"first operator's token, shown this once: {token}")
    click.echo(f"registry: http://{host}:{listening.getsockname()[1]}")
    sys.stdout.flush()
    serve(app, listening)


command.add_command(account)


@command.command("add-site")
@click.argument("site")
@click.option("--name", required=True, help="The site's name, as people read it.")
@click.option("--timezone", default="Europe/Rome", show_default=True)
@click.option(
    "--files",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help=f"The folder for what its gateway needs: {TOKEN_FILE} and {KEY_FILE}.",
)
@click.pass_obj
def add_site(obj: tuple[str, Path], site: str, name: str, timezone: str, files: Path) -> None:
    """Add SITE and write the files that its gateway needs, for their owner alone.

    Example: hubout registry --database sqlite:///registry.db add-site matera --name Matera --files matera
    """
    with plain_errors():
        for path in (files / TOKEN_FILE, files / KEY_FILE):
            if path.exists():
                raise click.ClickException(f"{path} is there already; name another folder, or move it.")
        with Registry(*obj) as registry:
            registry.add_site(site, name, timezone).write(files)
    click.echo(f"site {site} added; its gateway's files are in {files}")


@command.command("restored")
@click.pass_obj
def restored(obj: tuple[str, Path]) -> None:
    """Say that this database was restored from a backup: gateways then take a snapshot of it.

    Example: hubout registry --database sqlite:///registry.db restored
    """
    with plain_errors(), Registry(*obj) as registry:
        generation = registry.new_generation()
    click.echo(f"the feed has a new generation, {generation}: every gateway takes a snapshot at its next sync")


@command.command("revocations")
@click.option("--site", required=True, help="The site that the file is for; at another one it is refused.")
@click.pass_obj
def revocations(obj: tuple[str, Path], site: str) -> None:
    """Write the signed file of who has lost a badge or a right, to be carried to a site without network.

    Example: hubout registry --database sqlite:///registry.db revocations --site matera > matera.revocations
    """
    with plain_errors(), Registry(*obj) as registry:
        written = registry.revocations(site)
    click.echo(written, nl=False)


@command.command("seed")
@click.option(
    "--example",
    default=DEFAULT,
    show_default=True,
    help="One that hubout brings, or a folder of TOML files of your own.",
)
@click.option("--first-day", metavar="DATE", help="Its first day, a Monday such as 2026-11-30; the next one otherwise.")
@click.option(
    "--files",
    type=click.Path(path_type=Path, file_okay=False),
    default="gateways",
    show_default=True,
    help="The folder for what the gateways of new sites need, one folder a site.",
)
@click.pass_obj
def seed(obj: tuple[str, Path], example: str, first_day: str | None, files: Path) -> None:
    """Bring an example in: sites, programmes, cohorts, people who do not exist, roles, passes and sessions.

    Each row is brought once, ever: what you change or take away afterwards stays as you left it.

    Example: hubout registry --database sqlite:///registry.db seed --first-day 2026-11-30
    """
    day = _day(first_day)
    with plain_errors(), Registry(*obj) as registry:
        came = registry.seed_example(example, files, day)
    for kind in sorted(came):
        click.echo(f"{kind}: {came[kind]}")
    if came["site"]:
        click.echo(f"the files of the new sites' gateways are in {files}")
    if came["account"]:
        click.echo(f"the codes that the new accounts begin with, within 24 hours, are in {files / ACCOUNTS_FILE}")
    if not came:
        click.echo("nothing new: this example was brought in before")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--first-day {text} is no date; write one such as 2026-11-30.") from None


command.add_command(token)
