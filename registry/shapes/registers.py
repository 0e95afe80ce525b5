"""Attendance registers as they are asked for and shown. Times are Unix milliseconds."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from registry.names import Id, Ms, Name
from registry.shapes.common import Shape

FormName = Literal["json", "pdf", "csv", "excel", "xlsx"]


class NewRegister(Shape):
    """A register of a programme's sessions at a site that begin in a span; without a cohort, of every cohort."""

    programme: Id
    cohort: Id | None = None
    from_ms: Ms
    until_ms: Ms


class ReadAnew(Shape):
    """Why the logs are read once more."""

    reason: Name


class CorrectionBody(Shape):
    """What is so in the place of row ``of`` (0: beside the rows); without times: the person was not there."""

    of: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    session: Id
    person: Id
    from_ms: Ms = 0
    to_ms: Ms = 0
    reason: Name


class ClosingBody(Shape):
    """As what somebody closes a register, by their own account."""

    part: Literal["trainer", "coordinator"]


class ClosedShown(BaseModel):
    """Who closed it, as what and when."""

    part: str
    name: str
    at_ms: int


class RegisterListed(BaseModel):
    """A register, and how its last edition stands: as what it is closed, and its seal ("" while it has none)."""

    id: str
    site: str
    number: int
    edition: int
    session: str | None
    programme: str
    cohort: str | None
    from_ms: int
    until_ms: int
    closed: list[str]
    seal: str


class HeadShown(BaseModel):
    """Where a site's log stood when it was read: the hash of event ``epoch``-``seq``."""

    site: str
    epoch: int
    seq: int
    hash: str


class HeldShown(BaseModel):
    """A session of it; ``where``: site or off-site; ``trainers`` are names."""

    session: str
    title: str
    start_ms: int
    end_ms: int
    state: str
    where: str
    place: str
    trainers: str


class LineShown(BaseModel):
    """Row ``n``: when a person came and went, and ``how`` the row ends (``correction``: somebody says so, ``of`` which
    row, and why); ``by`` is the row that corrects it, 0 none does. Both times 0: they were not there.
    """

    n: int
    session: str
    person: str
    name: str
    site: str
    from_ms: int
    to_ms: int
    how: str
    by: int
    of: int
    author: str
    reason: str
    at_ms: int


class MinutesShown(BaseModel):
    """What a person has of a session, as the lines say now."""

    session: str
    person: str
    name: str
    delivered_minutes: int
    recognised_minutes: int
    marks: list[str]


class DifferenceShown(BaseModel):
    """Of whom the last edition of another register of the same session says other minutes: those of each and the rows
    that they are of. ``counts`` is the register that hours and reports go by, "" for what the logs say.
    """

    session: str
    person: str
    minutes: int
    rows: list[int]
    register_id: str
    number: int
    other_minutes: int
    other_rows: list[int]
    counts: str


class RegisterShown(BaseModel):
    """An edition of the register that is ``listed``: ``former`` is the hash that the one before ends with, ``why`` its
    reason, ``read_ms`` when the logs were read. ``late``: they say otherwise now; ``differs``: so does
    another register.
    """

    listed: RegisterListed
    edition: int
    signed: list[ClosedShown]
    seal: str
    why: str
    former: str
    read_ms: int
    late: bool
    differs: list[DifferenceShown]
    heads: list[HeadShown]
    sessions: list[HeldShown]
    lines: list[LineShown]
    minutes: list[MinutesShown]
