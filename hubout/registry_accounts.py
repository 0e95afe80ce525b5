"""``hubout registry account``: who may sign in at the centre's pages, from the registry's own machine."""

from pathlib import Path

import click

from hubout.registry_errors import plain_errors
from registry.accounts.accounts import NewAccount
from registry.setup import ROLES, Registry


@click.group("account")
def account() -> None:
    """Make an account for the centre's pages, or give one a new code.

    Example: hubout registry --database sqlite:///registry.db account reset bice
    """


@account.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The name that pages show.")
@click.option("--person", metavar="ID", help="Who that is among the registry's people.")
@click.option("--role", type=click.Choice(ROLES), help="A role to give; whoever is no person yet becomes one.")
@click.option("--site", metavar="ID", help="Where the role holds; at every site otherwise.")
@click.option("--administrator", is_flag=True, help="May everything; the first account should.")
@click.pass_obj
def add(
    obj: tuple[str, Path],
    login: str,
    name: str,
    person: str | None,
    role: str | None,
    site: str | None,
    administrator: bool,  # noqa: FBT001 -- a command line's switch
) -> None:
    """Make an account and print the code that LOGIN signs in with for the first time, within a day.

    Example: hubout registry --database sqlite:///registry.db account add bice --name "Bice Guida" --administrator
    """
    if site is not None and role is None:
        raise click.UsageError("--site says where a role holds; add --role, or leave it out.")
    with plain_errors(), Registry(*obj) as registry:
        code = registry.add_account(NewAccount(login, name, person, administrator), role, site)
    _tell(login, code)


@account.command("reset")
@click.argument("login")
@click.pass_obj
def reset(obj: tuple[str, Path], login: str) -> None:
    """Void the password of LOGIN, end its sessions, and print a code in its place.

    Example: hubout registry --database sqlite:///registry.db account reset bice
    """
    with plain_errors(), Registry(*obj) as registry:
        code = registry.reset_account(login)
    _tell(login, code)


def _tell(login: str, code: str) -> None:
    click.echo(f"{login} signs in with this code in the place of a password, within 24 hours: {code}")
