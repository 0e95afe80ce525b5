"""People from a file: who a line means, and what it says of them at every site.

A line means the person of its ref; else of its codice fiscale; else the one of its name and birth date. Whoever is not
found is new. What a line leaves empty stays as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from registry.downlink import admission
from registry.edit import Edit
from registry.exchange import names as exchange_names
from registry.exchange.bringing_in import Claims, Context, Does, Report, report_of
from registry.exchange.places import Place, bring_places
from registry.exchange.reach import within
from registry.people import people
from registry.people.known_at import known_among
from registry.reasons import why
from registry.spreadsheets.incoming import Entry, Note, Sheet
from registry.spreadsheets.kinds import ListedPerson
from registry.tables import core as t

NOT_YOURS = why(
    "person.not_yours",
    "this is a person of other sites than yours; let whoever coordinates theirs make them known at yours first.",
)
FIELDS = ("name", "birth_date", "fiscal_code", "email", "ref")


@dataclass(slots=True)
class Draft:
    """A person as they will be; ``said``: which line of the file said which field, ``changed``: what differs so."""

    id: str
    is_new: bool
    values: dict[str, Any]
    said: dict[str, int] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


class _Drafts:
    """Everybody whom a file may mean, found by each of their names."""

    def __init__(self, connection: Connection, lines: Iterable[ListedPerson]) -> None:
        self.all: dict[str, Draft] = {}
        self._by_ref: dict[str, Draft] = {}
        self._by_code: dict[str, Draft] = {}
        self._by_birth: dict[tuple[str, str], list[Draft]] = {}
        for row in _rows(connection, list(lines)):
            self.add(Draft(row.id, False, {name: getattr(row, name) for name in FIELDS}))

    def add(self, draft: Draft) -> None:
        """Let a person be found."""
        self.all[draft.id] = draft
        values = draft.values
        self._by_ref[values["ref"] or draft.id] = draft
        self._by_ref.setdefault(draft.id, draft)
        if values["fiscal_code"]:
            self._by_code[values["fiscal_code"]] = draft
        if values["birth_date"]:
            self._by_birth.setdefault((values["name"].casefold(), values["birth_date"]), []).append(draft)

    def of_ref(self, ref: str | None) -> Draft | None:
        """The person of a ref or an id."""
        return self._by_ref.get(ref) if ref else None

    def of_code(self, code: str | None) -> Draft | None:
        """The person of a codice fiscale."""
        return self._by_code.get(code) if code else None

    def of_birth(self, name: str, born: date | None) -> Sequence[Draft]:
        """The people of a name and birth date."""
        return self._by_birth.get((name.casefold(), born.isoformat()), ()) if born else ()


def _rows(connection: Connection, lines: Sequence[ListedPerson]) -> Iterable[Any]:
    p = t.person.c
    columns = (p.id, *(p[name] for name in FIELDS))
    found: dict[str, Any] = {}
    asked: tuple[tuple[Iterable[str | None], Callable[[Sequence[str]], Any]], ...] = (
        ((line.ref for line in lines), lambda some: or_(p.ref.in_(some), p.id.in_(some))),
        ((line.fiscal_code for line in lines), p.fiscal_code.in_),
        ((line.birth_date.isoformat() for line in lines if line.birth_date), p.birth_date.in_),
    )
    for values, among in asked:
        for some in exchange_names.chunks(value for value in values if value):
            found |= {row.id: row for row in connection.execute(select(*columns).where(among(some)))}
    return found.values()


def bring(edit: Edit, context: Context, sheet: Sheet[ListedPerson]) -> Report:
    """Make and change the people of a file, and what they have at its sites, as far as it can be."""
    sheet = within(edit.connection, context.sites, sheet)
    report = report_of(sheet)
    drafts = _Drafts(edit.connection, (entry.value for entry in sheet.entries))
    theirs = known_among(edit.connection, list(drafts.all), context.sites)
    meant = []
    claims = Claims(report)
    for entry in sheet.entries:
        born = entry.value.birth_date
        if people.is_to_come(None if born is None else born.isoformat(), edit.at_ms):
            report.refuse(entry.line, "birth_date", people.NOT_BORN)
            continue
        draft = _meant(report, drafts, entry, context.new_id)
        if draft is not None and not draft.is_new and draft.id not in theirs:
            report.refuse(entry.line, "", NOT_YOURS)
            continue
        if draft is None or not claims.claim(entry.line, (draft.id, entry.value.site)):
            continue
        if _say(report, drafts, draft, entry):
            meant.append((entry, draft))
    _write(edit, drafts)
    lines = [Place(entry, draft.id, draft.values["birth_date"]) for entry, draft in meant]
    changes = bring_places(edit, context, report, lines)
    for entry, draft in meant:
        own = [name for name in FIELDS if draft.said.get(name) == entry.line and name in draft.changed]
        is_first = draft.is_new and draft.said["name"] == entry.line
        more = [*own, *changes[entry.line]]
        report.will(entry.line, Does.CREATE if is_first else Does.CHANGE if more else Does.SAME, draft.id, more)
    touched = {draft.id for entry, draft in meant if draft.changed or changes[entry.line]}
    admission.publish_everywhere(edit, sorted(touched))
    return report


def _meant(report: Report, drafts: _Drafts, entry: Entry[ListedPerson], new_id: Callable[[], str]) -> Draft | None:
    """Whom a line means, new people included; None where it is refused."""
    line = entry.value
    found = drafts.of_ref(line.ref)
    if found is not None:
        return found
    same = [
        draft for draft in (drafts.of_code(line.fiscal_code), *drafts.of_birth(line.name, line.birth_date)) if draft
    ]
    free = list({draft.id: draft for draft in same if not line.ref or draft.values["ref"] is None}.values())
    if len(free) == 1:
        if line.ref:
            doubt = why(
                "person.taken",
                "this is taken to be a person who is there already, without a ref: the same code or name and birth.",
            )
            report.warnings.append(Note(entry.line, report.words.get("ref", "ref"), doubt))
        return free[0]
    if free:
        report.refuse(
            entry.line,
            "ref",
            why("person.several", "several people are this one by name and birth date; write whose ref it is."),
        )
        return None
    missing = "birth_date" if line.birth_date is None else "" if line.site or line.cohort else "site"
    if missing:
        report.refuse(
            entry.line,
            missing,
            why("person.new", "this is a new person, who needs a birth date and a site; fill it in."),
        )
        return None
    made = Draft(new_id(), True, dict.fromkeys(FIELDS))
    made.values |= {"name": line.name, "birth_date": line.birth_date and line.birth_date.isoformat(), "ref": line.ref}
    drafts.add(made)
    return made


def _say(report: Report, drafts: _Drafts, draft: Draft, entry: Entry[ListedPerson]) -> bool:
    """Let a line say what it says of its person; whether it agrees with the lines before and with other people."""
    line = entry.value
    said = {name: getattr(line, name) for name in FIELDS if getattr(line, name) is not None}
    if line.birth_date:
        said["birth_date"] = line.birth_date.isoformat()
    if line.ref == draft.id:
        del said["ref"]
    holder = drafts.of_code(line.fiscal_code)
    if holder is not None and holder is not draft:
        report.refuse(
            entry.line,
            "fiscal_code",
            why("person.fiscal", "another person has this codice fiscale; one of the two is wrong."),
        )
        return False
    for name, value in said.items():
        first = draft.said.get(name)
        if first is not None and draft.values[name] != value:
            report.refuse(
                entry.line,
                name,
                why("line.otherwise", "line {line} says otherwise of the same person; make them agree.", line=first),
            )
            return False
    for name, value in said.items():
        if draft.said.setdefault(name, entry.line) == entry.line and (draft.is_new or draft.values[name] != value):
            draft.changed.add(name)
            draft.values[name] = value
    drafts.add(draft)
    return True


def _write(edit: Edit, drafts: _Drafts) -> None:
    new = [draft for draft in drafts.all.values() if draft.is_new]
    fixed = {"valid_from_ms": 0, "valid_until_ms": None, "suspended": False, "minor": False, "revision": 1}
    if new:
        edit.connection.execute(insert(t.person), [{"id": draft.id, **fixed, **draft.values} for draft in new])
    changed = [draft for draft in drafts.all.values() if draft.changed and not draft.is_new]
    if changed:
        p = t.person.c
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in FIELDS}
        rows = [
            {"of_id": draft.id, **{f"new_{name}": value for name, value in draft.values.items()}} for draft in changed
        ]
        query = update(t.person).where(p.id == bindparam("of_id")).values(**values, revision=p.revision + 1)
        edit.connection.execute(query, rows)
