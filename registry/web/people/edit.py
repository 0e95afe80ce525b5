"""Adding a person, and changing one."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from registry import identity, store
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.people import people
from registry.people.enrolments import HOME_ZONE
from registry.people.known_at import made_known
from registry.people.people import Profile, profile_of, said_changes
from registry.problems import Problem
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import CODE, DAY, EMAIL, NAME, REF, Form, first_day, last_day
from registry.web.people.rows import PEOPLE
from registry.web.reaching import check_person, sites_where
from registry.web.trail import Did

ZONE = ZoneInfo(HOME_ZONE)
NEW = Profile("")


def routes() -> APIRouter:
    """The forms of a person."""
    router = APIRouter()

    @router.get("/people-new")
    def new(asked: Looking) -> Response:
        """The form of a new person."""
        sites_where(asked, Area.PEOPLE, Verb.WRITE)
        return _form(asked, Form(asked.t, _typed(NEW)))

    @router.post("/people-new")
    def add(asked: Sending) -> Response:
        """Make a person. 422 with the form where it cannot be."""
        sites = sites_where(asked, Area.PEOPLE, Verb.WRITE)
        form, ident = Form(asked.t, asked.fields), identity.new_id()
        profile = _read(form, NEW, asked.at_ms)
        if form.wrong:
            return _form(asked, form)
        try:
            with asked.editing() as edit:
                people.add_person(edit, ident, profile)
                made_known(edit, ident, sites)
                asked.note(edit.connection, Did.PERSON_ADDED, person=ident)
        except Problem as problem:
            form.refused(problem)
            return _form(asked, form)
        return asked.see(f"{PEOPLE}/{ident}", "success", asked.t("people.added", name=profile.name))

    @router.get(f"{PEOPLE}/{{person}}/edit")
    def edit_form(asked: Looking, person: Id) -> Response:
        """The form of a person as they are."""
        with asked.reading() as connection:
            check_person(asked, connection, person, Area.PEOPLE, Verb.WRITE)
            row = store.one(connection, t.person, t.person.c.id == person, "person")
        return _form(asked, Form(asked.t, {**_typed(profile_of(row)), "revision": str(row.revision)}), person)

    @router.post(f"{PEOPLE}/{{person}}/edit")
    def change(asked: Sending, person: Id) -> Response:
        """Change a person, from what was shown. 422 with the form where it cannot be, 412 where it has changed."""
        form = Form(asked.t, asked.fields)
        try:
            with asked.editing() as edit:
                check_person(asked, edit.connection, person, Area.PEOPLE, Verb.WRITE)
                row = store.one(edit.connection, t.person, t.person.c.id == person, "person")
                profile = _read(form, profile_of(row), asked.at_ms)
                stale = form.stale(row.revision)
                if not form.wrong:
                    people.change_person(edit, person, profile)
                    said = said_changes(profile_of(row), profile)
                    asked.note(edit.connection, Did.PERSON_CHANGED, said, person=person)
        except Problem as problem:
            if problem.kind.status in {403, 404}:
                raise
            form.refused(problem)
            stale = False
        if form.wrong:
            return _form(asked, form, person, 412 if stale else 422)
        return asked.see(f"{PEOPLE}/{person}", "success", asked.t("people.changed", name=profile.name))

    return router


def _typed(profile: Profile) -> dict[str, str]:
    """A person as the form shows them."""
    return {
        "name": profile.name,
        "email": profile.email or "",
        "birth_date": profile.birth_date or "",
        "minor": "1" if profile.minor else "",
        "fiscal_code": profile.fiscal_code or "",
        "ref": profile.ref or "",
        "from": first_day(profile.valid_from_ms, ZONE),
        "until": last_day(profile.valid_until_ms, ZONE),
    }


def _read(form: Form, kept: Profile, at_ms: int) -> Profile:
    """What the form says of a person; what it does not ask for stays as it was."""
    told = replace(
        kept,
        name=form.needed("name", NAME),
        email=form.given("email", EMAIL),
        birth_date=form.given("birth_date", DAY),
        minor=form.ticked("minor"),
        fiscal_code=form.given("fiscal_code", CODE),
        ref=form.given("ref", REF),
        valid_from_ms=form.since("from", kept.valid_from_ms, ZONE),
        valid_until_ms=form.until("until", kept.valid_until_ms, ZONE),
    )
    if people.is_to_come(told.birth_date, at_ms):
        form.refuse("birth_date", "wrong.to_come")
    if told.valid_until_ms is not None and told.valid_until_ms <= told.valid_from_ms:
        form.refuse("until", "wrong.before")
    return told


def _form(asked: Asked, form: Form, person: str = "", status: int = 422) -> Response:
    return asked.page("person_edit.html", status=status if form.wrong else 200, form=form, person=person)
