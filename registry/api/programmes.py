"""Programmes, and what they train."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, true

from registry import identity, store
from registry.api.desk import Desk, reads, writes
from registry.api.kept import Kept, dropped, plain
from registry.api.meant import programme_meant
from registry.api.paging import Cursor, Limit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.programmes import modules, programmes
from registry.shapes.programmes import ModuleBody, NewProgramme, ProgrammeBody
from registry.shapes.shown import PageOf
from registry.shapes.shown_programmes import ModuleShown, ProgrammeShown
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["programmes"])
_NAMES = (
    *("id", "name", "age_min", "age_max", "start_date", "end_date", "seats", "audience"),
    *("threshold_percent", "late_ms", "early_ms", "rounding_minutes", "closed_on"),
)
_QUOTA = ("day_minutes", "day_count", "week_minutes", "week_count")
_MODULE = ("id", "programme", "name", "mandatory", "due_ms", "required_minutes", "required_sessions")


def _shape(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    zones = programmes.zones_of(connection, [row.id for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _NAMES},
            "quota": {name: getattr(row, name) for name in _QUOTA},
            "zones": zones[row.id],
        }
        for row in rows
    ]


_PROGRAMMES = Kept(t.programme, "programme", _shape)
_MODULES = Kept(t.module, "module", plain(*_MODULE))


@router.get("/programmes", response_model=PageOf[ProgrammeShown])
def list_programmes(
    desk: Annotated[Desk, reads(Area.PROGRAMMES, whose.COMMON)], cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the programmes."""
    return _PROGRAMMES.listed(desk, true(), cursor, limit)


@router.post("/programmes", status_code=201, response_model=ProgrammeShown)
def add_programme(desk: Annotated[Desk, writes(Area.PROGRAMMES, whose.COMMON)], body: NewProgramme) -> Response:
    """Make a programme."""
    return _PROGRAMMES.added(
        desk, t.programme.c.id == body.id, lambda edit: programmes.add(edit, body.id, programme_meant(body))
    )


@router.get("/programmes/{programme}", response_model=ProgrammeShown)
def read_programme(desk: Annotated[Desk, reads(Area.PROGRAMMES, whose.COMMON)], programme: Id) -> Response:
    """Give one programme."""
    return _PROGRAMMES.read(desk, t.programme.c.id == programme)


@router.put("/programmes/{programme}", response_model=ProgrammeShown)
def change_programme(
    desk: Annotated[Desk, writes(Area.PROGRAMMES, whose.COMMON)], programme: Id, body: ProgrammeBody
) -> Response:
    """Change a programme; who is enrolled stays so, whatever the ages say now."""
    here = t.programme.c.id == programme
    return _PROGRAMMES.changed(desk, here, lambda edit, _: programmes.change(edit, programme, programme_meant(body)))


@router.delete("/programmes/{programme}", status_code=204)
def drop_programme(desk: Annotated[Desk, writes(Area.PROGRAMMES, whose.COMMON)], programme: Id) -> Response:
    """Take a programme away that nobody was ever enrolled in."""
    return dropped(desk, lambda edit: programmes.drop(edit, programme))


@router.get("/programmes/{programme}/modules", response_model=PageOf[ModuleShown])
def list_modules(
    desk: Annotated[Desk, reads(Area.PROGRAMMES, whose.COMMON)],
    programme: Id,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List a programme's modules."""
    with desk.reading() as connection:
        store.one(connection, t.programme, t.programme.c.id == programme, "programme")
    return _MODULES.listed(desk, t.module.c.programme == programme, cursor, limit)


@router.post("/programmes/{programme}/modules", status_code=201, response_model=ModuleShown)
def add_module(
    desk: Annotated[Desk, writes(Area.PROGRAMMES, whose.COMMON)], programme: Id, body: ModuleBody
) -> Response:
    """Make a module of a programme."""
    ident, module = identity.new_id(), modules.Module(**body.model_dump())
    return _MODULES.added(desk, t.module.c.id == ident, lambda edit: modules.add(edit, ident, programme, module))


@router.get("/modules/{module}", response_model=ModuleShown)
def read_module(desk: Annotated[Desk, reads(Area.PROGRAMMES, whose.COMMON)], module: Id) -> Response:
    """Give one module."""
    return _MODULES.read(desk, t.module.c.id == module)


@router.put("/modules/{module}", response_model=ModuleShown)
def change_module(
    desk: Annotated[Desk, writes(Area.PROGRAMMES, whose.COMMON)], module: Id, body: ModuleBody
) -> Response:
    """Change a module; whose training is overdue from when on follows."""
    meant = modules.Module(**body.model_dump())
    return _MODULES.changed(desk, t.module.c.id == module, lambda edit, _: modules.change(edit, module, meant))


@router.delete("/modules/{module}", status_code=204)
def drop_module(desk: Annotated[Desk, writes(Area.PROGRAMMES, whose.COMMON)], module: Id) -> Response:
    """Take a module away of which no session was planned."""
    return dropped(desk, lambda edit: modules.drop(edit, module))
