"""Opening, correcting and closing a register, each in one edit, in the name of who does it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from access.register import Closed, Correction, Part
from access.register_fold import present
from access.register_words import Refused, closing, correcting, next_edition
from registry.attendance import corrected
from registry.edit import Edit
from registry.guard.areas import Role
from registry.guard.authority import Authority, both
from registry.problems import Kind, Problem
from registry.registers import beside, editions, scopes
from registry.registers.editions import Edition
from registry.registers.reading import Asked, Author, Reading, people_of, read
from registry.registers.scopes import Course, Scope, sessions_of
from registry.tables import core as t
from registry.tables.accounts import account

Salts = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who does it: an account (None: a service's token) of somebody who may what ``authority`` says."""

    account: str | None
    author: Author
    authority: Authority


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says in the place of row ``of`` (0: beside the rows): from when to when; 0 and 0: not there."""

    of: int
    session: str
    person: str
    from_ms: int
    to_ms: int
    reason: str


def open_session(edit: Edit, ident: str, site: str, session: str, author: Author, salt: Salts) -> Scope:
    """The register of a session, read from the logs where there was none. Raises Problem."""
    scope = scopes.add_session(edit, ident, site, session)
    if not scope.edition:
        read_anew(edit, scope, author, "", salt)
    return scopes.one(edit.connection, site, scope.id)


def open_course(edit: Edit, ident: str, site: str, course: Course, author: Author, salt: Salts) -> Scope:
    """A register of a programme's sessions, read from the logs. Raises Problem."""
    scope = scopes.add_course(edit, ident, site, course)
    read_anew(edit, scope, author, "", salt)
    return scopes.one(edit.connection, site, scope.id)


def read_anew(edit: Edit, scope: Scope, author: Author, why: str, salt: Salts) -> Edition:
    """Another edition as the logs say it now, and as other registers were corrected; the first needs no reason. Raises
    Problem.
    """
    connection, number = edit.connection, scope.edition
    if number and not why:
        raise Problem(Kind.INVALID, "say the reason for which the register is read anew.")
    former = editions.latest(connection, scope).digest if number else ""
    beside.restore(edit, scope, corrected.forget(edit, scope.site, scope.id))
    salts = [salt() for _ in range(people_of(connection, scope))]
    reading = read(connection, scope, Asked(number + 1, former, why, author, edit.at_ms), salts)
    said = (*reading.said, *beside.taken_over(connection, scope, reading.said))
    return editions.begin(edit, scope, number + 1, Reading(said, reading.names))


def correct(edit: Edit, scope: Scope, author: Author, word: Word) -> Edition | Refused:
    """Correct a register: in its edition, or in another one where that is sealed. Raises Problem."""
    held = editions.latest(edit.connection, scope)
    said = Correction(
        word.of,
        word.session,
        word.person,
        word.from_ms,
        word.to_ms,
        author.id,
        author.name,
        word.reason,
        edit.at_ms,
    )
    refused = correcting(held.register, said)
    if refused is not None:
        return refused
    if held.register.sealed is None:
        return _counted(edit, scope, editions.append(edit, scope, held, [said]), said)
    again = replace(held.register.opened, edition=held.number + 1, former=held.digest, why=word.reason)
    again = replace(again, author=author.id, author_name=author.name)
    reading = Reading(next_edition(held.said, again, said), held.names)
    return _counted(edit, scope, editions.begin(edit, scope, again.edition, reading), said)


def _counted(edit: Edit, scope: Scope, after: Edition, said: Correction) -> Edition:
    """Hours, certificates and reports count what the register says of somebody at a session from then on."""
    there = present(after.register, said.session, said.person)
    corrected.say(edit, scope.site, scope.id, said.session, said.person, there)
    return after


def close(edit: Edit, scope: Scope, signer: Signer, part: Part) -> Edition | Refused:
    """Close a register as its trainer or as the coordinator; the second seals it. Raises Problem."""
    check_signer(edit.connection, scope, signer, part)
    held = editions.latest(edit.connection, scope)
    by = Closed(str(part), signer.account or "", signer.authority.person, signer.author.name, edit.at_ms)
    said = closing(held.register, by)
    if isinstance(said, Refused):
        return said
    return editions.append(edit, scope, held, said)


def check_signer(connection: Connection, scope: Scope, signer: Signer, part: Part) -> None:
    """Whoever closes has an account of their own, and is what they close it as. Raises Problem."""
    if signer.account is None or not signer.authority.person:
        raise Problem(Kind.NOT_YOURS, "a register is closed by a person, with an account of their own.")
    if part not in parts_of(connection, scope, signer):
        who = "who holds one of its sessions" if part is Part.TRAINER else "a coordinator of this site"
        raise Problem(Kind.NOT_YOURS, f"as {part} it is closed by {who}; ask them.")


def parts_of(connection: Connection, scope: Scope, signer: Signer) -> tuple[Part, ...]:
    """As what somebody can close a register."""
    person = signer.authority.person
    if signer.account is None or not person:
        return ()
    h, s = t.session_trainer.c, t.session.c
    holds = select(h.person).join(t.session, (s.site == h.site) & (s.id == h.session))
    holds = holds.where(h.person == person, sessions_of(connection, scope)).limit(1)
    trains = connection.execute(holds).scalar_one_or_none() is not None
    coordinates = any(
        held.role is Role.COORDINATOR and _has(both(held.sites, signer.authority.within), scope.site)
        for held in signer.authority.held
    )
    mine = {Part.TRAINER: trains, Part.COORDINATOR: coordinates}
    return tuple(part for part in Part if mine[part])


def _has(sites: frozenset[str] | None, site: str) -> bool:
    return sites is None or site in sites


def author_of(connection: Connection, ident: str, otherwise: str) -> Author:
    """An account as an author, by its holder's name."""
    name = connection.execute(select(account.c.name).where(account.c.id == ident)).scalar_one_or_none()
    return Author(ident, name or otherwise)
