"""Run the centre on SQLite or PostgreSQL, or set a site up in it."""

from datetime import date
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import click

from hubout.registry_accounts import account
from hubout.registry_errors import plain_errors
from hubout.registry_retention import erase, hold, purge_now
from hubout.registry_tokens import command as token
from registry import clock
from registry.accounts.openid_file import read
from registry.guard.acts import COMMAND_LINE
from registry.retention.remembering import erase_again
from registry.seed.files import DEFAULT
from registry.settings import Settings
from registry.setup import ACCOUNTS_FILE, KEY_FILE, ROLES, TOKEN_FILE, Registry


def _address(value: str) -> str:
    """An address of pages as papers say it, without a slash at its end. Raises click.BadParameter."""
    said = urlsplit(value.strip())
    if value and (said.scheme not in {"http", "https"} or not said.hostname or said.query or said.fragment):
        raise click.BadParameter("it begins with https:// and a name, such as https://hubout.comune.example.")
    return value.strip().rstrip("/")


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
@click.option(
    "--public-url",
    default="",
    metavar="URL",
    callback=lambda _ctx, _option, value: _address(value),
    help="Where people find these pages, such as https://hubout.comune.example: papers say it.",
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
    public_url: str,
) -> None:
    """Run the registry, or with a subcommand set it up.

    At its first start it prints the first operator's token, once.

    Example: hubout registry --database sqlite:///registry.db --port 8300
    """
    ctx.obj = (database, keys)
    if ctx.invoked_subcommand is None:
        with plain_errors():
            provider = None if openid is None else read(openid)
            settings = Settings(
                database, keys, second_for=frozenset(second_step), openid=provider, public_url=public_url
            )
            # Every route and page takes seconds to load, which the subcommands do without.
            import_module("hubout.registry_serving").run(settings, host, port)


command.add_command(account)


_FILES = click.option(
    "--files",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help=f"The folder for what its next gateway needs: {TOKEN_FILE} and {KEY_FILE}.",
)


@command.command("add-site")
@click.argument("site")
@click.option("--name", required=True, help="The site's name, as people read it.")
@click.option("--municipality", default="", metavar="NAME", help="What heads its papers, such as Comune di Matera.")
@click.option("--timezone", default="Europe/Rome", show_default=True)
@_FILES
@click.pass_obj
def add_site(obj: tuple[str, Path], site: str, name: str, municipality: str, timezone: str, files: Path) -> None:
    """Add SITE and write the files that its gateway needs, for their owner alone.

    Example: hubout registry --database sqlite:///registry.db add-site matera --name Matera --files matera
    """
    with plain_errors():
        _not_there_yet(files)
        with Registry(*obj) as registry:
            registry.add_site(site, name, timezone, municipality).write(files)
    click.echo(f"site {site} added; its gateway's files are in {files}")


@command.command("rekey-site")
@click.argument("site")
@click.option("--why", required=True, metavar="TEXT", help="What happened; it stays in the audit trail.")
@click.option("--revoke", is_flag=True, help="The badges that the site knew open no more at the other sites either.")
@_FILES
@click.pass_obj
def rekey_site(obj: tuple[str, Path], site: str, why: str, files: Path, *, revoke: bool) -> None:
    """After SITE's gateway was stolen or lost: void its credentials and its key, and write new ones. Badges that it
    knew open there no more and are to be replaced, for whoever has the key can copy their cards.

    Example: hubout registry --database sqlite:///registry.db rekey-site matera --why "stolen at night" --files matera
    """
    with plain_errors():
        _not_there_yet(files)
        with Registry(*obj) as registry:
            fresh, exposed = registry.rekey_site(site, why, revoke=revoke)
            fresh.write(files)
    click.echo(f"site {site} has a new key; its next gateway's files are in {files}")
    click.echo(f"badges to be replaced: {exposed.badges}; the page of badges lists them")
    if exposed.logins:
        click.echo(f"to choose a new password at the centre: {', '.join(exposed.logins)}")


def _not_there_yet(files: Path) -> None:
    for path in (files / TOKEN_FILE, files / KEY_FILE):
        if path.exists():
            raise click.ClickException(f"{path} is there already; name another folder, or move it.")


@command.command("restored")
@click.pass_obj
def restored(obj: tuple[str, Path]) -> None:
    """Say that this database was restored from a backup: gateways then take a snapshot of it. Who was erased since the
    backup is erased again.

    Example: hubout registry --database sqlite:///registry.db restored
    """
    with plain_errors(), Registry(*obj) as registry:
        generation = registry.new_generation()
        done, held = erase_again(registry.database, registry.keys.folder, clock.wall_ms(), COMMAND_LINE)
    if done:
        click.echo(f"{len(done)} who had been erased were in the backup, and are erased again")
    for ident in held:
        click.echo(
            f"{ident} had been erased and is back: a legal hold keeps them; erase them once it has ended", err=True
        )
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
command.add_command(purge_now)
command.add_command(erase)
command.add_command(hold)
