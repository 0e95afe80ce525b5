"""Who looks at a page: an account that is signed in, and what it may."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from registry.accounts.web_sessions import Session
from registry.guard import authorities, authority
from registry.guard.areas import Area, Role, Verb
from registry.guard.authority import Authority, Of
from registry.tables.accounts import account


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account at a page: as whom of the registry's people (None: as none), what it may, and its session.

    ``told`` is what the session's next page says; ``passed``, ``must_change`` and ``second_missing`` are what is still
    asked for first.
    """

    account: str
    person: str | None
    name: str
    authority: Authority
    session: str
    csrf: str
    passed: bool
    must_change: bool
    second_missing: bool
    told: str | None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that are in force."""
        return frozenset(held.role for held in self.authority.held)

    @property
    def is_staff(self) -> bool:
        """Whether they are more than a participant."""
        return bool(self.roles - {Role.PARTICIPANT})

    @property
    def let_in(self) -> bool:
        """Whether they have passed what is asked at signing in."""
        return self.passed and not self.must_change and not self.second_missing

    def may(self, area: Area, verb: Verb = Verb.READ, of: Of | None = None) -> bool:
        """Whether an object may be read or written; without one, whether any can be (``registry.guard.authority``)."""
        return authority.may(self.authority, area, verb, of)


def viewer_of(connection: Connection, session: Session, at_ms: int, second_for: frozenset[str]) -> Viewer:
    """Whose session this is, with what they may at this moment; the roles of ``second_for`` need a second step."""
    a = account.c
    row = connection.execute(select(a.person, a.name, a.must_change, a.totp_on).where(a.id == session.account)).one()
    held = authorities.of_account(connection, session.account, at_ms)
    needed = bool(second_for & {str(one.role) for one in held.held})
    return Viewer(
        session.account,
        row.person,
        row.name,
        held,
        session.id,
        session.csrf,
        session.passed,
        row.must_change,
        needed and not row.totp_on,
        session.told,
    )
