"""All that the registry holds of a person, for them to take away (guarantees P5, P9).

It is made from ``access.retention_places``: each place there that holds people has its reader in ``READ``, or in
``LEFT_OUT`` the reason why nothing of it is given; a test holds that, so that no new table is forgotten. No secret is
in it, and of third persons nothing but who looked at this one's history.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, or_, select

from access.retention_words import Said
from registry.guard import authors
from registry.own import archive_logs, archive_registers
from registry.tables import core as t
from registry.tables.accounts import account, act, linked_identity, web_session
from registry.tables.consents import consent
from registry.tables.feeds import feed_token
from registry.tables.tokens import api_token, person_site

SECRET = frozenset({"password", "totp_step", "token_hash", "hash", "csrf", "told", "seen"})
OTHERS = frozenset(
    {
        *(
            "author",
            "made_by",
            "created_by",
            "decided_by",
            "resolved_by",
            "ended_by",
            "lifted_by",
            "operator",
            "noted_by",
            "guardian",
            "withdrawn_by",
            "void_by",
        ),
        "holder",
    }
)
"""Other people's ids and names. ``holder`` is whose card it was that somebody showed: perhaps not theirs."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Whom:
    """Whose data: the person, and the accounts that they sign in with."""

    person: str
    accounts: tuple[str, ...]


Reader = Callable[[Connection, Whom], Rows]


def _mine(table: Table, column: str = "person") -> Reader:
    return lambda connection, whom: _rows(connection, table, column, (whom.person,))


def _accounts(table: Table, column: str = "account") -> Reader:
    return lambda connection, whom: _rows(connection, table, column, whom.accounts)


def _rows(connection: Connection, table: Table, column: str, values: tuple[str, ...]) -> Rows:
    shown = [one for one in table.c if one.name not in SECRET | OTHERS and not isinstance(one.type, LargeBinary)]
    query = select(*shown).where(table.c[column].in_(values)).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def _looks(connection: Connection, whom: Whom) -> Rows:
    """Who looked, by name where it is known: that is what one may ask."""
    c = t.look.c
    query = select(c.at_ms, c.operator, c.what).where(c.person == whom.person).order_by(c.at_ms, c.id)
    rows = connection.execute(query).all()
    names = authors.names_of(connection, (row.operator for row in rows))
    return [{"at_ms": row.at_ms, "who": names.get(row.operator, row.operator), "what": row.what} for row in rows]


def _acts(connection: Connection, whom: Whom) -> Rows:
    """What was done to them, and what they did: of the latter nobody else's name."""
    c = act.c
    about = (c.person == whom.person) | c.account.in_(whom.accounts)
    query = select(act).where(or_(about, c.author.in_(whom.accounts))).order_by(c.at_ms, c.id)
    return [_act(row, whom) for row in connection.execute(query)]


def _act(row: Any, whom: Whom) -> dict[str, Any]:  # noqa: ANN401 -- a row of the trail
    mine = row.person == whom.person or (row.person is None and row.account in whom.accounts)
    said = {"at_ms": row.at_ms, "kind": row.kind, "site": row.site, "by_me": row.author in whom.accounts}
    return said | ({"what": row.what} if mine else {})


READ: Mapping[str, Reader] = {
    "person": _mine(t.person, "id"),
    "person_site": _mine(person_site),
    "rights": _mine(t.rights),
    "badge": _mine(t.badge),
    "badge_call": _mine(t.badge_call),
    "role": _mine(t.role),
    "pass": _mine(t.pass_),
    "guardian": _mine(t.guardian),
    "transfer": _mine(t.transfer),
    "enrolment": _mine(t.enrolment),
    "member": _mine(t.member),
    "session_trainer": _mine(t.session_trainer),
    "booking": _mine(t.booking),
    "series": _mine(t.series),
    "waiting": _mine(t.waiting),
    "person_quota": _mine(t.person_quota),
    "stay": _mine(t.stay),
    "visit": _mine(t.visit, "host"),
    "conflict": _mine(t.conflict),
    "roll_call": _mine(t.roll_call),
    "corrected": _mine(t.corrected),
    "service_entry": _mine(t.service_entry),
    "desk_visit": _mine(t.desk_visit),
    "service_target": _mine(t.service_target),
    "certificate": _mine(t.certificate),
    "register_name": lambda connection, whom: archive_registers.names(connection, whom.person),
    "register_row": lambda connection, whom: archive_registers.rows(connection, whom.person),
    "event": lambda connection, whom: archive_logs.rows(connection, whom.person),
    "feed_token": _mine(feed_token),
    "data_request": _mine(t.data_request),
    "consent": _mine(consent),
    "account": _accounts(account, "id"),
    "linked_identity": _accounts(linked_identity),
    "web_session": _accounts(web_session),
    "api_token": _accounts(api_token),
    "confirmation": _accounts(t.confirmation, "operator"),
    "look": _looks,
    "act": _acts,
}
"""By place, in the order in which they are told."""

LEFT_OUT: Mapping[str, Said] = {
    "branch": Said(
        "who is inside just now is added up from the rows of the sites' logs, which are here",
        "chi è dentro in questo momento si somma dalle righe dei registri delle sedi, che sono qui",
    ),
    "credential": Said(
        "a keyed hash of a card opens doors, so it is shown to nobody; the badges are here",
        "l'impronta con chiave di una tessera apre le porte, quindi non si mostra a nessuno; i badge sono qui",
    ),
    "published": Said(
        "it is a copy, for the sites, of what is here", "è una copia, per le sedi, di quello che è già qui"
    ),
    "recovery_code": Said(
        "codes that stand in for a second factor are kept as hashes alone",
        "i codici di riserva del secondo fattore sono tenuti solo come impronta",
    ),
    "password_reset": Said(
        "links that set a password are kept as hashes alone, for a day at most",
        "i link per impostare una password sono tenuti solo come impronta, al massimo per un giorno",
    ),
    "answer": Said(
        "answers to programs are kept for a day and repeat what is here",
        "le risposte ai programmi sono tenute per un giorno e ripetono quello che è qui",
    ),
    "alarm": Said(
        "they tell staff what a site's log says; what of it is about a person is among the rows of the logs",
        "dicono al personale che cosa c'è nel registro di una sede; ciò che riguarda una persona è tra le sue righe",
    ),
    "legal_hold": Said(
        "whether an authority asked for something is told by the data protection officer alone",
        "se un'autorità ha chiesto qualcosa lo dice solo il responsabile della protezione dei dati",
    ),
}
"""Why nothing of these places is given."""


def whom(connection: Connection, person: str) -> Whom:
    """Somebody, with their accounts."""
    mine = select(account.c.id).where(account.c.person == person).order_by(account.c.id)
    return Whom(person, tuple(connection.execute(mine).scalars()))


def collected(connection: Connection, person: str) -> dict[str, Rows]:
    """The rows of every place, by its name."""
    of = whom(connection, person)
    return {name: read(connection, of) for name, read in READ.items()}


def counts(connection: Connection, person: str) -> dict[str, int]:
    """How many rows there are of each place that has any; the logs are not looked through for this."""
    of = whom(connection, person)
    found = {name: len(read(connection, of)) for name, read in READ.items() if name not in {"event", "register_row"}}
    return {name: number for name, number in found.items() if number}
