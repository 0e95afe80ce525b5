"""Questions to the judge and its answers, strictly typed and bounded. Times are Unix milliseconds."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

from access.clock import DAY_MS
from access.records import LATEST_MS
from registry.names import LAST_MS, Id
from registry.shapes.common import Shape

MOST_REQUESTS = 1_000
_LAST_JUDGED_MS = LAST_MS - 366 * DAY_MS
_Count = Annotated[int, Field(ge=0, le=LATEST_MS)]
_Barred = Annotated[str, Field(pattern=r"^(badge|booking|pass|person)/[a-z0-9-]{1,32}$")]
"""A record that is barred ahead of the replica, as a verdict's case names it."""
_SETS = ("released", "denied")


class ConditionsBody(Shape):
    """What holds at the site at that moment; what is not said is as the site's log says, or as by default."""

    lockdown: bool | None = None
    fire: bool | None = None
    evacuation: bool | None = None
    free_passage: bool | None = None
    headcount: _Count | None = None
    inside: bool | None = None
    staff_present: bool | None = None
    staff_came: bool | None = None
    pin_blocked_until_ms: _Count | None = None
    released: Annotated[list[Id], Field(max_length=100)] | None = None
    replica_age_ms: _Count | None = None
    clock_unsure_ms: _Count | None = None
    denied: Annotated[list[_Barred], Field(max_length=100)] | None = None

    def said(self) -> dict[str, Any]:
        """Those that were said."""
        told = self.model_dump(exclude_none=True)
        return told | {name: frozenset(told[name]) for name in _SETS if name in told}


class DecisionBody(Shape):
    """Who shows which badge at which door, and when; a badge is named by its id, never by what its card shows.

    ``person`` alone means the badge that serves them best. Without ``at_ms`` it is now, on what the site's log says.
    """

    site: Id
    door: Id
    person: Id | None = None
    badge: Id | None = None
    at_ms: Annotated[int, Field(ge=0, le=_LAST_JUDGED_MS)] | None = None
    age: Literal["fresh", "stale", "unproved"] = "fresh"
    repeated: bool = False
    pin: Literal["right", "wrong", "missing"] = "right"
    conditions: ConditionsBody = ConditionsBody()

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.person is None) == (self.badge is None):
            raise ValueError("name a person or a badge, one of them")
        return self


class DecisionsBody(Shape):
    """Many questions at once."""

    requests: Annotated[list[DecisionBody], Field(min_length=1, max_length=MOST_REQUESTS)]


class FactShown(BaseModel):
    """One fact that a verdict was judged on."""

    code: str
    value: Any


class DecisionShown(BaseModel):
    """A verdict: ``until`` of a grant is when its reason ends, of a refusal from when that rule would grant; ``remedy``
    is what to do about a refusal, in the words of ``hubout decide``.
    """

    site: str
    door: str
    at_ms: int
    granted: bool
    reason: str
    rule: str
    until_ms: int | None
    until: str | None
    booking: str | None
    person: str | None
    badge: str | None
    warned: list[str]
    remedy: str | None
    facts: list[FactShown]


class DecisionsShown(BaseModel):
    """The verdicts, in the order of the questions."""

    verdicts: list[DecisionShown]
