"""What operators are shown of a site's branches, and what they say of them."""

from typing import Annotated

from pydantic import BaseModel, Field

from registry.names import Name
from registry.shapes.common import Shape
from registry.uplink.wire import LAST_NUMBER


class ConfirmBody(Shape):
    """Which branch is the site's, and why."""

    epoch: Annotated[int, Field(ge=0, le=LAST_NUMBER)]
    note: Name


class BranchShown(BaseModel):
    """A branch of a site's log: up to ``base_seq`` it is that of ``base_epoch`` (null: it begins the log).

    It stands at ``seq``, was made at ``made_ms``, and last heard at ``seen_ms`` from ``run``. What its rows effect was
    done up to ``applied``. ``gapped``: rows are no more since its last checkpoint, so its counts are estimated.
    """

    epoch: int
    base_epoch: int | None
    base_seq: int
    seq: int
    head: str
    confirmed: bool
    applied: int
    run: str
    software: str
    made_ms: int
    seen_ms: int
    last_event_ms: int | None
    poisoned: int
    gapped: bool


class GapShown(BaseModel):
    """Rows ``first`` to ``last`` of a branch are no more; ``head`` is the last one's hash."""

    epoch: int
    first: int
    last: int
    head: str
    at_ms: int


class ConfirmationShown(BaseModel):
    """An operator said which branch is the site's."""

    id: str
    epoch: int
    operator: str
    note: str
    at_ms: int
