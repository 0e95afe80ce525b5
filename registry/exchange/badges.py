"""Badges from a file: cards enrolled for people, their terms changed; never revoked, never given to another person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from access.credential import keyed_hash
from registry.downlink import admission
from registry.edit import Edit
from registry.exchange import names as exchange_names
from registry.exchange.bringing_in import Context, Does, Report, once, report_of
from registry.exchange.reach import within
from registry.people import badges
from registry.reasons import why
from registry.spreadsheets.incoming import Entry, Sheet
from registry.spreadsheets.kinds import ListedBadge
from registry.tables import core as t

Holders = Mapping[tuple[str, bytes], Row[Any]]
"""Badges by the site and the hash of what their cards show there."""
_TERMS = ("valid_from_ms", "valid_until_ms", "long_pulse")


@dataclass(frozen=True, slots=True)
class _Card:
    """A line: its person's id, and the card's keyed hash by site."""

    entry: Entry[ListedBadge]
    person: str
    shown: badges.Credentials

    def terms(self) -> dict[str, Any]:
        return {name: getattr(self.entry.value, name) for name in _TERMS}


@dataclass(slots=True)
class _Work:
    """What is to be written: new badges and those whose terms change, by id, and credentials; of whom they are."""

    new: list[tuple[str, _Card]] = field(default_factory=list)
    changed: list[tuple[str, _Card]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    persons: set[str] = field(default_factory=set)


def bring(edit: Edit, context: Context, sheet: Sheet[ListedBadge]) -> Report:
    """Enrol and change what the file lists, as far as it can be. A card is known by its hash alone (P3)."""
    sheet = within(edit.connection, context.sites, sheet)
    report, work = report_of(sheet), _Work()
    cards = _cards(edit, context.keys, report, once(report, sheet.entries, lambda badge: badge.uid, "uid"))
    holders = _holders(edit, cards)
    for card in cards:
        held = next((holders[pair] for pair in card.shown.items() if pair in holders), None)
        if held is None:
            _enrol(report, work, card, context.new_id())
        elif _fits(report, card, held):
            _change(report, work, card, held, holders)
    _write(edit, work)
    admission.publish_everywhere(edit, sorted(work.persons))
    return report


def _enrol(report: Report, work: _Work, card: _Card, ident: str) -> None:
    work.new.append((ident, card))
    work.shown += [{"site": site, "hash": digest, "badge": ident} for site, digest in card.shown.items()]
    work.persons.add(card.person)
    report.will(card.entry.line, Does.CREATE, ident)


def _change(report: Report, work: _Work, card: _Card, held: Row[Any], holders: Holders) -> None:
    """Its terms, and that sites added since it was enrolled know it."""
    differs = [name for name, value in card.terms().items() if getattr(held, name) != value]
    missing = [(site, digest) for site, digest in card.shown.items() if (site, digest) not in holders]
    changes = [*differs, *("sites" for _ in missing[:1])]
    report.will(card.entry.line, Does.CHANGE if changes else Does.SAME, held.id, changes)
    work.shown += [{"site": site, "hash": digest, "badge": held.id} for site, digest in missing]
    if changes:
        work.persons.add(card.person)
    if differs:
        work.changed.append((held.id, card))


def _cards(edit: Edit, keys: Mapping[str, bytes], report: Report, entries: Sequence[Entry[ListedBadge]]) -> list[_Card]:
    persons = exchange_names.people(edit.connection, (entry.value.person for entry in entries))
    found = []
    for entry in entries:
        person = persons.get(entry.value.person)
        if person is None:
            report.refuse(
                entry.line, "person", why("person.unknown", "there is no such person; bring the people in first.")
            )
            continue
        shown = {site: keyed_hash(key, entry.value.uid or "") for site, key in keys.items()}
        found.append(_Card(entry, person, shown))
    return found


def _holders(edit: Edit, cards: Iterable[_Card]) -> Holders:
    """The badges that these cards belong to already, by site and hash."""
    c = t.credential.c
    found: dict[tuple[str, bytes], Row[Any]] = {}
    query = select(c.site, c.hash, t.badge).join(t.badge, t.badge.c.id == c.badge)
    for some in exchange_names.chunks(digest for card in cards for digest in card.shown.values()):
        for row in edit.connection.execute(query.where(c.hash.in_(some))):
            found[row.site, bytes(row.hash)] = row
    return found


def _fits(report: Report, card: _Card, held: Row[Any]) -> bool:
    """Whether a known card may be listed so; otherwise its line is refused."""
    if held.revoked:
        report.refuse(
            card.entry.line, "uid", why("card.revoked", "this card was revoked for good; give the person another one.")
        )
    elif held.person != card.person:
        reason = why(
            "card.other", "this card is enrolled for somebody else; delete that badge first if the card changes hands."
        )
        report.refuse(card.entry.line, "uid", reason)
    else:
        return True
    return False


def _write(edit: Edit, work: _Work) -> None:
    made = [
        {"id": ident, "person": card.person, "revoked": False, "revision": 1, **card.terms()}
        for ident, card in work.new
    ]
    for table, rows in ((t.badge, made), (t.credential, work.shown)):
        if rows:
            edit.connection.execute(insert(table), rows)
    if work.changed:
        b = t.badge.c
        terms: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _TERMS}
        rows = [
            {"of_id": ident, **{f"new_{name}": value for name, value in card.terms().items()}}
            for ident, card in work.changed
        ]
        query = update(t.badge).where(b.id == bindparam("of_id")).values(**terms, revision=b.revision + 1)
        edit.connection.execute(query, rows)
