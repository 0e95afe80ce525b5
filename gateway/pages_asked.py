"""What staff ask for on the pages, as it crosses the feed: one JSON object a line, parsed into the core's events.

Ask: ``{"id","at_ms","do":"open","door","author","note"}``, or ``"do":"lockdown"`` with ``active`` in place of ``door``;
``at_ms`` is on the gateway's run clock, as the last snapshot told it, so that what was held up is not done late.
Answer: ``{"answer":id,"accepted":true}`` or ``{"answer":id,"accepted":false,"why":sentence}``.
"""

from collections.abc import Container
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from access.clock import SECOND_MS
from access.events import LockdownAsked, OpenAsked

LINE_BYTES = 4 * 1024
OLDEST_MS = 5 * SECOND_MS
"""Staff who got no answer for so long have turned to something else: the door must not open behind them."""

Plain = r"^[^\x00-\x1f\x7f]*$"
Ident = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Author = Annotated[str, Field(min_length=1, max_length=60, pattern=Plain)]
Note = Annotated[str, Field(min_length=1, max_length=300, pattern=Plain)]


class BadAsk(ValueError):
    """A line that asks for nothing we do; the message is one sentence, ``ident`` whom to answer ("" where unread)."""

    def __init__(self, why: str, ident: str = "") -> None:
        super().__init__(why)
        self.ident = ident


class Ask(BaseModel):
    """What every ask says."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: Ident
    at_ms: int
    author: Author
    note: Note


class OpenAsk(Ask):
    """Open this door once."""

    do: Literal["open"] = "open"
    door: Annotated[str, Field(max_length=32)]


class LockdownAsk(Ask):
    """Lock down, or release."""

    do: Literal["lockdown"] = "lockdown"
    active: bool


AnyAsk = OpenAsk | LockdownAsk
_ask: TypeAdapter[AnyAsk] = TypeAdapter(Annotated[AnyAsk, Field(discriminator="do")])


def parse(line: bytes, doors: Container[str], mono_ms: int) -> tuple[str, OpenAsked | LockdownAsked]:
    """The ask's id and its event. ``doors``: those whose lock is ours. Raises BadAsk."""
    if len(line) > LINE_BYTES:
        raise BadAsk(f"the line has {len(line)} bytes, and {LINE_BYTES} is the most")
    try:
        ask = _ask.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise BadAsk(f"{where}: {first['msg']}; send what gateway/pages_asked.py says") from None
    if not 0 <= mono_ms - ask.at_ms <= OLDEST_MS:
        raise BadAsk("this was asked too long ago, so it was not done; ask again", ask.id)
    if isinstance(ask, LockdownAsk):
        return ask.id, LockdownAsked(ask.active, ask.author, ask.note)
    if ask.door not in doors:
        raise BadAsk(f"no door {ask.door!r} has a lock that this gateway drives; choose one of the page", ask.id)
    return ask.id, OpenAsked(ask.door, ask.author, ask.note)
