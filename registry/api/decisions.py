"""Would this open? The judge's own answer, by the records that the sites decide from."""

from typing import Annotated, Any

from fastapi import APIRouter

from access.case import Age
from registry.api.desk import Desk, reads
from registry.guard import whose
from registry.guard.areas import Area
from registry.judging import decisions
from registry.shapes.decisions import DecisionBody, DecisionsBody, DecisionsShown

router = APIRouter(prefix="/api/v1", tags=["decisions"])


@router.post("/decisions", response_model=DecisionsShown)
def decide(desk: Annotated[Desk, reads(Area.DECISIONS, whose.BODY)], body: DecisionsBody) -> dict[str, Any]:
    """Judge up to a thousand questions as the doors would; nothing is changed, and no door moves."""
    questions = [_asked(one) for one in body.requests]
    shared = desk.shared
    for site, person, badge in sorted({(one.site, one.person or "", one.badge is not None) for one in questions}):
        # A badge alone may be anybody's.
        desk.check(whose.held_by(site, None if badge else person, None), "site")
    with desk.reading() as connection:
        found = decisions.answer(connection, shared.replicas, questions, shared.settings.wall_ms())
    return {"verdicts": [decisions.shown(one) for one in found]}


def _asked(body: DecisionBody) -> decisions.Asked:
    return decisions.Asked(
        body.site,
        body.door,
        body.person,
        body.badge,
        body.at_ms,
        Age(body.age),
        body.repeated,
        body.pin,
        body.conditions.said(),
    )
