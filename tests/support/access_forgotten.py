"""Nothing stays of somebody, for the matrix of who may what: their like comes after them."""

from sqlalchemy import delete

from registry.edit import editing
from registry.people import people
from registry.tables.accounts import account
from tests.support.centres import NINE_MS, Centre


def forgotten(centre: Centre, who: str) -> None:
    """Who was erased may leave a pseudonym and a closed account; those go as well."""
    with editing(centre.registry.database, NINE_MS) as edit:
        people.drop_person(edit, who)
        edit.connection.execute(delete(account).where(account.c.id == "mine", account.c.person.is_(None)))
