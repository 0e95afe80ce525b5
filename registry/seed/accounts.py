"""An example's accounts: one of each role, each with the code that its holder begins with."""

from sqlalchemy import select

from registry import identity
from registry.accounts import accounts
from registry.accounts.accounts import NewAccount
from registry.downlink import admission
from registry.edit import Edit
from registry.guard import acts
from registry.guard.acts import COMMAND_LINE, Act, Did
from registry.seed.shapes import AccountLine
from registry.tables import core as t


def add(edit: Edit, line: AccountLine) -> str:
    """Make an account of a line, and give its code. Raises Problem."""
    ident, code = identity.new_id(), identity.new_code()
    name = edit.connection.execute(select(t.person.c.name).where(t.person.c.id == line.person)).scalar_one_or_none()
    new = NewAccount(line.login, line.name or name or line.login, line.person, line.administrator)
    accounts.add(edit.connection, ident, new, edit.at_ms)
    accounts.give_code(edit.connection, ident, code, COMMAND_LINE, edit.at_ms)
    acts.note(edit.connection, Act(Did.ACCOUNT_MADE, COMMAND_LINE, ident, line.person), edit.at_ms)
    return code


def choose(edit: Edit, login: str, kept: str) -> None:
    """Keep a password of an account as if its holder had chosen it, and tell the sites where they are staff."""
    found = accounts.of_login(edit.connection, login, edit.at_ms)
    if found is not None:
        accounts.set_password(edit.connection, found.account.id, kept)
        if found.account.person is not None:
            admission.publish_everywhere(edit, [found.account.person])
