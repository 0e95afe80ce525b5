"""Where people were, as operators see it. Times are Unix milliseconds."""

from typing import Annotated

from pydantic import BaseModel, Field

from registry.shapes.common import Shape


class StayEnded(BaseModel):
    """A person's time in a zone; ``how`` it ended: exit, moved (into another zone), system, elsewhere.

    ``estimated``: its beginning or its end is not known; ``trusted``: the site's clock was. ``epoch`` is the branch of
    the site's log that tells it.
    """

    site: str
    epoch: int
    person: str
    zone: str
    start_ms: int
    end_ms: int
    how: str
    estimated: bool
    trusted: bool


class VisitShown(BaseModel):
    """Somebody without a badge; ``end_ms`` is null while the visit lasts."""

    epoch: int
    id: str
    zone: str
    host: str
    purpose: str
    start_ms: int
    end_ms: int | None
    ended_by: str


class HereShown(BaseModel):
    """Where a person is now: the site, the zone, since when they are at the site and in the zone."""

    site: str
    zone: str
    since_ms: int
    here_ms: int
    estimated: bool


class PresenceShown(BaseModel):
    """Where a person is now, at every site whose log says so: more than one is a contradiction, or news on the way."""

    person: str
    here: list[HereShown]


class LookShown(BaseModel):
    """Somebody looked at what is known of a person: an account or a token, by ``name`` ("" of one that is gone)."""

    id: str
    operator: str
    name: str
    what: str
    at_ms: int


class ConflictShown(BaseModel):
    """Two stays of a person that cannot both be true: they overlap, leave no time to travel, or a clock is doubted.

    ``resolved_ms`` is null until staff say what they make of it.
    """

    id: str
    person: str
    site: str
    start_ms: int
    other_site: str
    other_start_ms: int
    why: str
    found_ms: int
    resolved_ms: int | None
    resolved_by: str
    note: str


class ResolutionBody(Shape):
    """What staff make of a conflict."""

    note: Annotated[str, Field(min_length=1, max_length=500)]


class PresencePolicyBody(Shape):
    """How many minutes it takes at least from a site to any other."""

    travel_minutes: Annotated[int, Field(ge=0, le=1_440)]
