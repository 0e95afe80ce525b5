"""The list of attendance registers, one of them on a page, and its files."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from access.register import Part
from registry.api.paging import Cursor
from registry.guard import looks
from registry.names import Id
from registry.registers import editions, keeping, papers
from registry.registers.editions import Edition
from registry.registers.keeping import Signer
from registry.registers.lines import correction_of, how_of, people_of, sums
from registry.registers.paper import grouped
from registry.registers.reading import Author
from registry.registers.scopes import Scope
from registry.shapes.registers import FormName
from registry.web.asked import Asked, Looking
from registry.web.evidence import registers_rows
from registry.web.evidence.registers_rows import ONE, REGISTERS, scope_for
from registry.web.trail import Did

Choice = Annotated[str, Query(max_length=32)]
Number = Annotated[int | None, Query(ge=1, le=1_000_000)]


def routes() -> APIRouter:
    """The pages of registers that are there."""
    router = APIRouter()

    @router.get(REGISTERS)
    def registers(
        asked: Looking, site: Choice = "", only: Annotated[Choice, Query(alias="open")] = "", after: Cursor = None
    ) -> Response:
        """List the registers that the viewer may see."""
        shown = registers_rows.shown_to(asked)
        with asked.reading() as connection:
            found = registers_rows.found(connection, asked, after, site=site, open_only=only == "1")
            there = registers_rows.sites_of(connection, shown)
        choices = [("", asked.t("registers.every_site")), *((row.id, row.name) for row in there)]
        return asked.page("registers.html", listed=found, choices=choices)

    @router.get(ONE)
    def one(asked: Looking, site: Id, register: Id, edition: Number = None) -> Response:
        """Show an edition of a register; that its people were looked at is noted."""
        scope, held = _looked(asked, site, register, edition)
        with asked.reading() as connection:
            late = editions.is_late(connection, scope, held, asked.at_ms)
            parts = keeping.parts_of(connection, scope, signer_of(asked))
            differs = registers_rows.differing(asked, connection, scope, held)
            writes = held.number == scope.edition and registers_rows.may_write(asked, connection, scope)
        return asked.page("register.html", **_said(scope, held), late=late, parts=parts, writes=writes, differs=differs)

    @router.get(f"{ONE}/file/{{form}}")
    def give_out(asked: Looking, site: Id, register: Id, form: FormName, edition: Number = None) -> Response:
        """Give an edition out as a file."""
        _, held = _looked(asked, site, register, edition)
        answer = papers.answered(held, form)
        with asked.face.shared.database.write() as connection:
            asked.note(connection, Did.REGISTER_GIVEN_OUT, f"{register} {held.number} {form}", site=site)
        return answer

    return router


def signer_of(asked: Asked) -> Signer:
    """Who is signed in, as who closes a register."""
    viewer = asked.viewer
    return Signer(viewer.account, Author(viewer.account, viewer.name), viewer.authority)


def _looked(asked: Asked, site: str, register: str, edition: int | None) -> tuple[Scope, Edition]:
    """An edition; that whoever looks has looked at its people is noted with it."""
    with asked.face.shared.database.write() as connection:
        scope = scope_for(asked, connection, site, register)
        held = editions.edition(connection, scope, edition or scope.edition)
        others = set(editions.people(held.said)) - {asked.viewer.person}
        looks.note(connection, asked.viewer.account, others, looks.ATTENDANCE, asked.at_ms)
    return scope, held


def _said(scope: Scope, held: Edition) -> dict[str, Any]:
    """What the page says of an edition."""
    register = held.register
    left = () if register.sealed is not None else [part for part in Part if part not in _done(held)]
    return {
        "scope": scope,
        "held": held,
        "register": register,
        "zone": register.opened.timezone,
        "people": list(people_of(held)),
        "sums": sums(held) if len(register.sessions) > 1 else [],
        "how": how_of,
        "grouped": grouped,
        "word": correction_of,
        "left": left,
        "papers": [form for form in papers.FORMS if form != "json" or register.sealed is not None],
    }


def _done(held: Edition) -> frozenset[str]:
    return frozenset(one.part for one in held.register.closed)
