"""The tables. They stay behind the store: rows are read and written through Core, and no domain value is ever a row.

What belongs to one site is keyed by site first. Times are Unix milliseconds. ``revision`` counts a row's edits (ETag).
"""

from sqlalchemy import BigInteger, Index, LargeBinary, Table, Text, text
from sqlmodel import Field

from registry.tables import (  # noqa: F401 -- brings their tables in
    accounts,
    bookings,
    branches,
    calls,
    certificates,
    consents,
    people,
    presence,
    programmes,
    registers,
    reports,
    retention,
    service,
    sessions,
    tokens,
)
from registry.tables.base import METADATA, Base


class FeedRow(Base, table=True):
    """The one sequence of versions; its row's lock orders all edits. ``generation`` names this database's history.

    Up to ``swept_ms`` the sites have been told of what changes by time alone.
    """

    __tablename__ = "feed"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    generation: str
    version: int = Field(sa_type=BigInteger)
    swept_ms: int = Field(sa_type=BigInteger)


class SiteRow(Base, table=True):
    """A site and its settings; ``version`` is that of its last published row, ``digest`` that of all of them.

    ``holidays_added`` is JSON, days and names; ``holidays_removed`` are days between spaces; ``layout`` is JSON.
    ``municipality`` stands at the head of its papers ("": its name alone does). ``confirmed_epoch`` is the branch of
    its log that is the site's (None: it has never spoken).
    """

    __tablename__ = "site"
    id: str = Field(primary_key=True)
    name: str
    timezone: str
    version: int = Field(sa_type=BigInteger)
    revision: int
    no_show_minutes: int
    offer_minutes: int
    holiday_province: str
    holiday_language: str
    holidays_added: str = Field(sa_type=Text)
    holidays_removed: str = Field(sa_type=Text)
    layout: str | None = Field(sa_type=Text)
    digest: str
    municipality: str = Field(sa_column_kwargs={"server_default": text("''")})
    confirmed_epoch: int | None = Field(sa_type=BigInteger)


class GatewayRow(Base, table=True):
    """A gateway's credential, hashed."""

    __tablename__ = "gateway"
    site: str = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    created_ms: int = Field(sa_type=BigInteger)


class BadgeRow(Base, table=True):
    """A badge of one person; ``exposed_ms``: since then a thief may copy its card, which stood in a stolen gateway."""

    __tablename__ = "badge"
    __table_args__ = (Index("badge_person", "person"),)
    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id")
    valid_from_ms: int = Field(sa_type=BigInteger)
    valid_until_ms: int | None = Field(sa_type=BigInteger)
    revoked: bool
    long_pulse: bool
    revision: int
    emergency: bool
    exposed_ms: int | None = Field(sa_type=BigInteger)


class CredentialRow(Base, table=True):
    """A badge's keyed hash at one site, and that of its PIN with it; the UID and the PIN are nowhere."""

    __tablename__ = "credential"
    __table_args__ = (Index("credential_badge", "badge"),)
    site: str = Field(primary_key=True, foreign_key="site.id")
    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    badge: str = Field(foreign_key="badge.id")
    pin: bytes | None = Field(sa_type=LargeBinary)


class PublishedRow(Base, table=True):
    """What a site's gateways are told of one record, as JSON, at a version; ``record`` None is a tombstone.

    ``denied`` is the version of the last change that took something away (``access.restrictions``); None: none did.
    """

    __tablename__ = "published"
    __table_args__ = (
        Index("published_in_order", "site", "version", unique=True),
        Index("published_denied", "site", "denied", unique=True),
    )
    site: str = Field(primary_key=True, foreign_key="site.id")
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    record: str | None = Field(sa_type=Text)
    denied: int | None = Field(sa_type=BigInteger)


class AppliedRow(Base, table=True):
    """Which version a site's gateway, in its ``epoch``, said to decide by when it last asked the lane."""

    __tablename__ = "applied"
    site: str = Field(primary_key=True, foreign_key="site.id")
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    generation: str
    version: int = Field(sa_type=BigInteger)
    seen_ms: int = Field(sa_type=BigInteger)


class BranchRow(Base, table=True):
    """Where the registry stands in one branch (epoch) of a site's log, and the folds up to there, as JSON.

    ``head_epoch`` is what its last row says (0: nobody knows). Up to ``base_seq`` its rows are those of the branch
    ``base_epoch`` (None: it begins the log). ``gapped``: rows are missing since its last checkpoint. What its rows
    effect was done up to ``applied``; up to ``counts_to`` its stays are those of the history that staff confirmed.
    It was made at ``made_ms`` for the run ``made_run``.
    """

    __tablename__ = "branch"
    site: str = Field(primary_key=True, foreign_key="site.id")
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=BigInteger)
    head: bytes = Field(sa_type=LargeBinary)
    run: str
    software: str
    seen_ms: int = Field(sa_type=BigInteger)
    last_event_ms: int | None = Field(sa_type=BigInteger)
    poisoned: int
    occupancy: str = Field(sa_type=Text)
    overview: str = Field(sa_type=Text)
    base_epoch: int | None = Field(sa_type=BigInteger)
    base_seq: int = Field(sa_type=BigInteger)
    applied: int = Field(sa_type=BigInteger)
    counts_to: int = Field(sa_type=BigInteger)
    head_epoch: int = Field(sa_type=BigInteger)
    gapped: bool
    made_run: str
    made_ms: int = Field(sa_type=BigInteger)


class EventRow(Base, table=True):
    """A row of a site's log as it came; ``salt`` and ``body`` are None once erased; ``poison``: its fact is unread."""

    __tablename__ = "event"
    site: str = Field(primary_key=True, foreign_key="site.id")
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str
    at_ms: int = Field(sa_type=BigInteger)
    poison: bool
    header: bytes = Field(sa_type=LargeBinary)
    salt: bytes | None = Field(sa_type=LargeBinary)
    body: bytes | None = Field(sa_type=LargeBinary)


class AlarmRow(Base, table=True):
    """Something about a site's log that staff must see; once for each place in it."""

    __tablename__ = "alarm"
    site: str = Field(primary_key=True, foreign_key="site.id")
    kind: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at_ms: int = Field(sa_type=BigInteger)
    what: str


class AnswerRow(Base, table=True):
    """What was answered to an Idempotency-Key of a token; key and request only as hashes."""

    __tablename__ = "answer"
    __table_args__ = (Index("answer_created", "created_ms"),)
    operator: str = Field(primary_key=True, foreign_key="api_token.id", ondelete="CASCADE")
    key_hash: str = Field(primary_key=True)
    request_mac: str
    created_ms: int = Field(sa_type=BigInteger)
    status: int
    etag: str
    body: str = Field(sa_type=Text)


def _table(name: str) -> Table:
    return METADATA.tables[name]


feed, site, gateway = _table("feed"), _table("site"), _table("gateway")
person, rights, badge, credential = _table("person"), _table("rights"), _table("badge"), _table("credential")
data_request = _table("data_request")
closure, opening = _table("closure"), _table("opening")
resource, booking, series = bookings.resource, bookings.booking, bookings.series
waiting, booking_policy, person_quota = _table("waiting"), _table("booking_policy"), _table("person_quota")
published, applied = _table("published"), _table("applied")
branch, event, alarm = _table("branch"), _table("event"), _table("alarm")
confirmation, narrowing, gap = _table("confirmation"), _table("narrowing"), _table("gap")
answer, badge_call = _table("answer"), _table("badge_call")
programme, programme_zone, module = _table("programme"), _table("programme_zone"), _table("module")
cohort, team, member, enrolment = _table("cohort"), _table("team"), _table("member"), _table("enrolment")
role, guardian, transfer, seeded = _table("role"), _table("guardian"), _table("transfer"), _table("seeded")
pass_, session = _table("pass"), _table("session")
session_group, session_trainer = _table("session_group"), _table("session_trainer")
stay, visit, look, conflict = _table("stay"), _table("visit"), _table("look"), _table("conflict")
presence_policy, roll_call, corrected = _table("presence_policy"), _table("roll_call"), _table("corrected")
service_entry, service_target, desk_visit = service.service_entry, service.service_target, service.desk_visit
certificate, certificate_year = certificates.certificate, certificates.certificate_year
register, register_row, register_name = registers.register, registers.register_row, registers.register_name
report = reports.report
