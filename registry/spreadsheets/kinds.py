"""The kinds of file that are exchanged: people, badges, bookings and sessions, with what each line says.

``ref`` is the file's own name for an entry: a second file of the same ref means the same entry. ``person`` and
``trainers`` name a person by their ref or the registry's id. Times are Unix ms, spans half open. What a person's line
leaves empty stays as it is; a new person needs a birth date and a site.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from access.records import LONGEST_BOOKING_MS
from registry.reasons import why
from registry.spreadsheets.cells import FLAG, NAME, BadCell, Text
from registry.spreadsheets.codes import Email, FiscalCode, Uid, says_born
from registry.spreadsheets.ids import Code, Codes, Id, Ids, Site
from registry.spreadsheets.schema import Column, Schema, Warn
from registry.spreadsheets.times import Day, From, LocalTime, Until


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person at a site. A minor's guardian has authorised them until ``guardian_until_ms``."""

    name: str
    birth_date: date | None = None
    site: str | None = None
    ref: str | None = None
    fiscal_code: str | None = None
    email: str | None = None
    programme: str | None = None
    cohort: str | None = None
    teams: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    guardian_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ListedBadge:
    """A card for a person; ``uid`` is upper-case hex, and None in what was written: no export holds it."""

    person: str
    uid: str | None = None
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    long_pulse: bool = False


@dataclass(frozen=True, slots=True)
class ListedBooking:
    """A booking of a resource for a person, or for a group (a team or a cohort); None of a desk that is forgotten."""

    site: str
    resource: str | None
    start_ms: int
    end_ms: int
    person: str | None = None
    group: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session of a programme, for some groups (cohorts, teams) or all: in a zone, or off the site at a place."""

    site: str
    programme: str
    title: str
    start_ms: int
    end_ms: int
    ref: str | None = None
    groups: tuple[str, ...] = ()
    zone: str | None = None
    place: str | None = None
    off_site: bool = False
    trainers: tuple[str, ...] = ()
    module: str | None = None


def _person(cells: Mapping[str, Any], warn: Warn) -> ListedPerson:
    values = dict(cells)
    surname = values.pop("surname", None)
    if surname:
        values["name"] = f"{values['name']} {surname}"
        if len(values["name"]) > NAME.longest:
            raise BadCell(
                why(
                    "name.long", "name and surname are longer than {most} characters; shorten them.", most=NAME.longest
                ),
                "name",
            )
    person = ListedPerson(**values)
    if person.fiscal_code and person.birth_date and not says_born(person.fiscal_code, person.birth_date):
        warn("birth_date", why("fiscal.birth", "the codice fiscale says another birth date; one of the two is wrong."))
    return person


def _badge(cells: Mapping[str, Any], warn: Warn) -> ListedBadge:
    del warn
    badge = ListedBadge(**cells)
    if badge.valid_until_ms is not None and badge.valid_until_ms <= badge.valid_from_ms:
        raise BadCell(
            why("badge.ends", "the badge ends before it begins; correct one of the two dates."), "valid_until_ms"
        )
    return badge


def _booking(cells: Mapping[str, Any], warn: Warn) -> ListedBooking:
    del warn
    booking = ListedBooking(**_spanned(cells))
    if bool(booking.person) == bool(booking.group):
        raise BadCell(why("booking.whose", "a booking is for a person or for a group; name one of the two."), "person")
    return booking


def _session(cells: Mapping[str, Any], warn: Warn) -> ListedSession:
    del warn
    session = ListedSession(**_spanned(cells))
    if session.off_site and (session.zone or not session.place):
        raise BadCell(
            why("session.off_site", "a session off the site has a place and no zone; say where it is."), "place"
        )
    if not session.off_site and not session.zone:
        raise BadCell(why("session.place", "a session has a zone, or is off the site at a place; say which."), "zone")
    return session


def _spanned(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of what has a start and an end. Raises BadCell where these are no span that can be booked."""
    values = {name: value for name, value in cells.items() if name != "day"}
    length_ms = values["end_ms"] - values["start_ms"]
    if length_ms <= 0:
        raise BadCell(why("span.ends", "it ends before it starts; correct one of the two times."), "end_ms")
    if length_ms > LONGEST_BOOKING_MS:
        raise BadCell(
            why("span.long", "it lasts longer than 7 days; correct its end, or make several of it."), "end_ms"
        )
    return values


_REF = Column("ref", "Riferimento", Code(), ("external ref", "codice", "matricola", "rif", "reference", "external id"))
_SITE = Column("site", "Sede", Site(), ("sito", "spazio"), mandatory=True)
_WHOSE = ("ref persona", "riferimento persona", "person ref", "codice persona", "partecipante", "participant")
_PERSON = Column("person", "Persona", Code(), (*_WHOSE, "person id"), mandatory=True)
_PROGRAMME = ("program", "percorso", "azione")
_DAY = Column("day", "Data", Day(sets=True), ("giorno", "date"), written=False)
_STARTS = ("ora inizio", "data inizio", "data e ora inizio", "start time", "dalle", "from", "ora di inizio")
_START = Column("start", "Inizio", LocalTime(), _STARTS, mandatory=True, field="start_ms")
_ENDS = ("ora fine", "data fine", "data e ora fine", "end time", "alle", "to", "ora di fine")
_END = Column("end", "Fine", LocalTime(), _ENDS, mandatory=True, field="end_ms")
_FROM = ("valida da", "valido da", "dal", "data inizio")
_UNTIL = ("valida fino al", "valido fino al", "fino al", "al", "scadenza", "data fine", "expires")
_GUARDIAN = ("autorizzazione fino al", "autorizzazione genitore", "minor guardian until")

_BORN = ("nascita", "nato il", "nata il", "born")
_GROUP = ("squadra", "team", "coorte", "cohort")

PEOPLE = Schema(
    "people",
    (
        _REF,
        Column("name", "Nome", NAME, ("nominativo", "nome e cognome", "full name", "first name"), mandatory=True),
        Column("surname", "Cognome", NAME, ("family name", "last name"), written=False),
        Column("birth_date", "Data di nascita", Day(), _BORN, mandatory=True, sparse=True),
        Column("fiscal_code", "Codice fiscale", FiscalCode(), ("cf", "c.f.", "tax code"), written=False),
        Column("email", "E-mail", Email(), ("posta elettronica", "mail", "indirizzo e-mail")),
        replace(_SITE, sparse=True),
        Column("programme", "Programma", Id(), _PROGRAMME),
        Column("cohort", "Coorte", Id(), ("gruppo", "edizione", "classe")),
        Column("teams", "Squadre", Ids(), ("squadra", "team")),
        Column("zones", "Aree", Ids(), ("area", "zona", "zone")),
        Column("guardian_until", "Autorizzazione del tutore fino al", Until(), _GUARDIAN, field="guardian_until_ms"),
    ),
    _person,
)
_CARD = ("numero badge", "badge", "tessera", "card", "card uid")
BADGES = Schema(
    "badges",
    (
        Column("uid", "UID", Uid(), _CARD, mandatory=True, written=False),
        _PERSON,
        Column("valid_from", "Valido dal", From(), _FROM, field="valid_from_ms"),
        Column("valid_until", "Valido fino al", Until(), _UNTIL, field="valid_until_ms"),
        Column("long_pulse", "Apertura lunga", FLAG, ("impulso lungo",)),
    ),
    _badge,
)
_BOOKED = ("postazione", "stanza", "sala", "desk", "room")
BOOKINGS = Schema(
    "bookings",
    (
        _REF,
        _SITE,
        Column("resource", "Risorsa", Id(), _BOOKED, mandatory=True, sparse=True),
        replace(_PERSON, mandatory=False),
        Column("group", "Gruppo", Id(), _GROUP),
        _DAY,
        _START,
        _END,
    ),
    _booking,
)
SESSIONS = Schema(
    "sessions",
    (
        _REF,
        _SITE,
        Column("programme", "Programma", Id(), _PROGRAMME, mandatory=True),
        Column("groups", "Gruppi", Ids(), (*_GROUP, "gruppo", "coorti", "squadre", "edizione", "classe")),
        Column("title", "Titolo", NAME, ("oggetto", "subject", "argomento"), mandatory=True),
        _DAY,
        _START,
        _END,
        Column("zone", "Area", Id(), ("zona",)),
        Column("place", "Luogo", Text(200), ("indirizzo", "location")),
        Column("off_site", "Fuori sede", FLAG, ("esterna", "visita")),
        Column(
            "trainers", "Formatori", Codes(), ("formatore", "formatrice", "docente", "docenti", "trainer", "mentor")
        ),
        Column("module", "Modulo", Id()),
    ),
    _session,
)
KINDS: dict[str, Schema[Any]] = {schema.name: schema for schema in (PEOPLE, BADGES, BOOKINGS, SESSIONS)}
