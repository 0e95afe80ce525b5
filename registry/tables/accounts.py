"""The tables of accounts: who signs in at the centre's pages, their sessions, and what was done by whom.

No secret is here as it is: passwords are argon2id, session ids, reset links and recovery codes are hashes, a second
factor's secret is sealed under a key that lies with the sites' keys, apart from the database.
"""

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class AccountRow(Base, table=True):
    """Who signs in as ``login`` (case-folded); what they may follows from the roles of their ``person``.

    An ``administrator`` may everything. ``password`` None: no password opens it. ``totp`` is asked for where
    ``totp_on``; ``totp_step`` is the last step that was used, so that no code is taken twice. ``must_change``: a new
    password comes before any other page.
    """

    __tablename__ = "account"
    __table_args__ = (Index("account_person", "person"),)
    id: str = Field(primary_key=True)
    person: str | None = Field(foreign_key="person.id", ondelete="CASCADE")
    login: str = Field(unique=True)
    name: str
    password: str | None
    totp: bytes | None = Field(sa_type=LargeBinary)
    totp_on: bool
    totp_step: int | None = Field(sa_type=BigInteger)
    administrator: bool
    active: bool
    must_change: bool
    created_ms: int = Field(sa_type=BigInteger)
    revision: int


class RecoveryCodeRow(Base, table=True):
    """A code that stands in for a second factor once, hashed."""

    __tablename__ = "recovery_code"
    account: str = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    hash: str = Field(primary_key=True)


class LinkedIdentityRow(Base, table=True):
    """Whom an identity provider (``issuer``) calls ``subject``, once it was found whose account that is."""

    __tablename__ = "linked_identity"
    __table_args__ = (Index("linked_identity_account", "account"),)
    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", ondelete="CASCADE")
    linked_ms: int = Field(sa_type=BigInteger)


class WebSessionRow(Base, table=True):
    """A browser that is signed in, by the ``hash`` of what its cookie holds; ``id`` names it to its account's holder.

    ``passed``: nothing more is asked for. ``agent`` is the browser in a few words, ``told`` one sentence that waits
    for its next page.
    """

    __tablename__ = "web_session"
    __table_args__ = (Index("web_session_account", "account"), Index("web_session_until", "until_ms"))
    hash: str = Field(primary_key=True)
    id: str = Field(unique=True)
    account: str = Field(foreign_key="account.id", ondelete="CASCADE")
    begun_ms: int = Field(sa_type=BigInteger)
    seen_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
    csrf: str
    passed: bool
    agent: str
    told: str | None = Field(sa_type=Text)


class PasswordResetRow(Base, table=True):
    """A link that sets a new password once, hashed; ``made_by`` is the account or credential that made it."""

    __tablename__ = "password_reset"
    __table_args__ = (Index("password_reset_account", "account"),)
    hash: str = Field(primary_key=True)
    account: str = Field(foreign_key="account.id", ondelete="CASCADE")
    until_ms: int = Field(sa_type=BigInteger)
    made_by: str


class ActRow(Base, table=True):
    """Something that was done, by its ``author`` (an account or a credential; "" nobody known), for the audit trail.

    It outlives whom it names: ``account``, ``person`` and ``site`` are whom and where it concerns. ``address`` is the
    kind of address it came from, never the address; ``what`` never holds a secret.
    """

    __tablename__ = "act"
    __table_args__ = (
        Index("act_in_order", "at_ms", "id"),
        Index("act_kind", "kind", "at_ms"),
        Index("act_account", "account", "at_ms"),
        Index("act_person", "person", "at_ms"),
        Index("act_author", "author", "at_ms"),
        Index("act_site", "site", "at_ms"),
    )
    id: str = Field(primary_key=True)
    at_ms: int = Field(sa_type=BigInteger)
    author: str
    kind: str
    account: str | None
    person: str | None
    site: str | None
    address: str
    what: str = Field(sa_type=Text)


account, web_session = METADATA.tables["account"], METADATA.tables["web_session"]
password_reset, recovery_code = METADATA.tables["password_reset"], METADATA.tables["recovery_code"]
linked_identity, act = METADATA.tables["linked_identity"], METADATA.tables["act"]
