"""Who looks at a page: an account that is signed in, and what it may."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from registry import authorities, authority
from registry.areas import Area, Role, Verb
from registry.authority import Authority, Of
from registry.tables_accounts import account
from registry.web_sessions import Session


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account at a page: as whom of the registry's people (None: as none), what it may, and its session.

    ``told`` is what the session's next page says; ``passed`` and ``must_change`` are what is still asked for first.
    """

    account: str
    person: str | None
    name: str
    authority: Authority
    session: str
    csrf: str
    passed: bool
    must_change: bool
    told: str | None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that are in force."""
        return frozenset(held.role for held in self.authority.held)

    @property
    def is_staff(self) -> bool:
        """Whether they are more than a participant."""
        return bool(self.roles - {Role.PARTICIPANT})

    def may(self, area: Area, verb: Verb = Verb.READ, of: Of | None = None) -> bool:
        """Whether an object may be read or written; without one, whether any can be (``registry.authority``)."""
        return authority.may(self.authority, area, verb, of)


def viewer_of(connection: Connection, session: Session, at_ms: int) -> Viewer:
    """Whose session this is, with what they may at this moment."""
    a = account.c
    row = connection.execute(select(a.person, a.name, a.must_change).where(a.id == session.account)).one()
    return Viewer(
        session.account,
        row.person,
        row.name,
        authorities.of_account(connection, session.account, at_ms),
        session.id,
        session.csrf,
        session.passed,
        row.must_change,
        session.told,
    )
