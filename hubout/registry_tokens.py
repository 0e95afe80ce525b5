"""``hubout registry token``: tokens of the API for services, made, listed and revoked at the command line."""

from pathlib import Path

import click
from sqlalchemy import select

from access.clock import DAY_MS
from hubout.registry_errors import plain_errors
from registry import clock, identity, names
from registry.accounts import token_rows
from registry.accounts.token_rows import Terms
from registry.accounts.used import day_of
from registry.guard import acts
from registry.guard.acts import COMMAND_LINE, Act
from registry.setup import Registry
from registry.tables.tokens import api_token

KIND = "token"
"""What the audit trail calls it."""


@click.group("token")
def command() -> None:
    """Make, list and revoke the API's tokens.

    Example: hubout registry --database sqlite:///registry.db token list
    """


@command.command("add")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, metavar="AREA:VERB", help="Such as people:read, or *.")
@click.option("--site", "sites", multiple=True, help="Bind it to this site; to several by naming each.")
@click.option("--days", type=click.IntRange(1, 3_650), help="It ends after so many days.")
@click.pass_obj
def add(obj: tuple[str, Path], name: str, scopes: tuple[str, ...], sites: tuple[str, ...], days: int | None) -> None:
    """Make a token for a service called NAME, which is shown this once.

    Example: hubout registry --database sqlite:///registry.db token add reports --scope aggregates:read
    """
    token, at_ms = identity.new_token(), clock.wall_ms()
    ends = None if days is None else at_ms + days * DAY_MS
    with plain_errors(), Registry(*obj) as registry, registry.database.write() as connection:
        terms = Terms(names.checked_name(name), frozenset(scopes), None, frozenset(sites) or None, ends)
        ident = identity.new_id()
        token_rows.add(connection, ident, token, terms, COMMAND_LINE, at_ms)
        acts.note(connection, Act(KIND, COMMAND_LINE, what=f"token add {ident}"), at_ms)
    click.echo(f"token {terms.name}, shown this once: {token}")


@command.command("list")
@click.pass_obj
def listed(obj: tuple[str, Path]) -> None:
    """List the tokens in force and those that were revoked, never what opens.

    Example: hubout registry --database sqlite:///registry.db token list
    """
    with plain_errors(), Registry(*obj) as registry, registry.database.read() as connection:
        rows = connection.execute(select(api_token).order_by(api_token.c.created_ms, api_token.c.id)).all()
    for row in rows:
        ends = "in force" if row.expires_ms is None else f"until {day_of(row.expires_ms)}"
        ends = ends if row.revoked_ms is None else "revoked"
        bound = "every site" if row.sites is None else row.sites
        click.echo(f"{row.id} {row.name}: {row.scopes}; {bound}; {ends}; last used {row.last_day or 'never'}")


@command.command("revoke")
@click.argument("token")
@click.pass_obj
def revoke(obj: tuple[str, Path], token: str) -> None:
    """Revoke the token whose id is TOKEN, as `token list` names it.

    Example: hubout registry --database sqlite:///registry.db token revoke 3f9c0d5e8a1b2c4d6e7f
    """
    with plain_errors(), Registry(*obj) as registry, registry.database.write() as connection:
        token_rows.revoke(connection, token, clock.wall_ms())
        acts.note(connection, Act(KIND, COMMAND_LINE, what=f"token revoke {token}"), clock.wall_ms())
    click.echo(f"token {token} is revoked")
