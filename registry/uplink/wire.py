"""What gateways send, parsed at the edge: exact types and bounds, or a problem that names the field.

Rows are read by hand: their texts are stored bytes that must survive as they are, lone surrogates included.
"""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from access.log import SALT_BYTES, Gap, Row
from access.site import ID_PATTERN
from registry.problems import Kind, Problem
from registry.uplink.elements import Element, numbers
from registry.uplink.hello import Hello

MOST_ROWS = 500
LAST_NUMBER = 2**62
MOST_MARKS = 64
_HEX_32 = r"^[0-9a-f]{64}$"
Mark = tuple[Annotated[int, Field(ge=0, le=LAST_NUMBER)], Annotated[str, Field(pattern=_HEX_32)]]
_EPOCH = re.compile(r'"epoch":([0-9]{1,19})')
"""The epoch as a header says it, which is not verified yet: a row of a branch may be of an earlier one."""
B = TypeVar("B", bound=BaseModel)


class HelloBody(BaseModel):
    """A gateway's greeting: its log's end in ``epoch``, and what runs there. ``marks`` are numbers and hashes of rows
    further down, ascending.
    """

    model_config = ConfigDict(strict=True, extra="forbid")
    site: str = Field(pattern=ID_PATTERN)
    epoch: int = Field(ge=0, le=LAST_NUMBER)
    seq: int = Field(ge=0, le=LAST_NUMBER)
    head: str = Field(pattern=_HEX_32)
    run: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    software: str = Field(pattern=r"^[ -~]{0,64}$")
    acked: int = Field(default=0, ge=0, le=LAST_NUMBER)
    marks: list[Mark] | None = Field(default=None, max_length=MOST_MARKS)


class RowBody(BaseModel):
    """One row: the header's and the body's stored bytes as text; an erased body is null, and so is its salt."""

    seq: int = Field(ge=1, le=LAST_NUMBER)
    header: str
    salt: str | None = Field(pattern=_HEX_32)
    body: str | None


class GapSpan(BaseModel):
    """Rows ``first`` to ``last`` are no more; ``head`` is the last one's hash."""

    first: int = Field(ge=1, le=LAST_NUMBER)
    last: int = Field(ge=1, le=LAST_NUMBER)
    head: str = Field(pattern=_HEX_32)


class GapBody(BaseModel):
    """What stands in the place of rows that are no more."""

    gap: GapSpan


class EventsBody(BaseModel):
    """A contiguous run of rows of one branch, and of what stands for rows that are no more."""

    site: str = Field(pattern=ID_PATTERN)
    epoch: int = Field(ge=0, le=LAST_NUMBER)
    rows: list[RowBody | GapBody] = Field(max_length=MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Batch:
    """An append, read: rows and gaps that follow one another."""

    site: str
    epoch: int
    rows: tuple[Element, ...]


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI of a body that is read here."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    inlined = json.loads(_inline(json.dumps(schema), definitions))
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": inlined}}}}


def _inline(text: str, definitions: dict[str, Any]) -> str:
    for name, definition in definitions.items():
        text = text.replace(f'{{"$ref": "#/components/schemas/{name}"}}', json.dumps(definition))
    return text


def invalid(what: str) -> Problem:
    """The problem of a body that does not say what is needed."""
    return Problem(Kind.INVALID, f"{what}; see the API's description and send again.")


def read_body(model: type[B], raw: bytes) -> B:
    """A body of this model. Raises Problem."""
    try:
        return model.model_validate_json(raw)
    except ValueError as error:
        raise invalid(_first(error)) from None


def read_hello(raw: bytes) -> Hello:
    """A greeting. Raises Problem."""
    said = read_body(HelloBody, raw)
    log = (said.site, said.epoch, said.seq, bytes.fromhex(said.head))
    marks = None if said.marks is None else tuple((seq, bytes.fromhex(head)) for seq, head in said.marks)
    if marks is not None and any(seq >= later for (seq, _), (later, _) in pairwise((*marks, (said.seq + 1, b"")))):
        raise invalid("marks: their numbers ascend, and none is beyond seq")
    return Hello(*log, said.run, said.software, said.acked, marks)


def _first(error: ValueError) -> str:
    found = error.errors(include_input=False, include_url=False)[0]  # type: ignore[attr-defined]
    where = ".".join(str(part) for part in found["loc"]) or "the body"
    return f"{where}: {found['msg']}"


def read_events(raw: bytes) -> Batch:
    """An append: at most MOST_ROWS rows and gaps whose numbers follow. Raises Problem."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise Problem(Kind.BAD_REQUEST, "the body is not JSON; send one object.") from None
    if not isinstance(said, dict) or not isinstance(said.get("site"), str):
        raise invalid("site: the id of the gateway's site is missing")
    epoch, listed = said.get("epoch"), said.get("rows")
    if not isinstance(epoch, int) or not _is_number(epoch) or not isinstance(listed, list) or len(listed) > MOST_ROWS:
        raise invalid(f"epoch is a number and rows a list of at most {MOST_ROWS}")
    rows = tuple(_row(epoch, one, index) for index, one in enumerate(listed))
    if any(numbers(one)[1] + 1 != numbers(other)[0] for one, other in pairwise(rows)):
        raise invalid("rows: their numbers do not follow one another")
    return Batch(said["site"], epoch, rows)


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= LAST_NUMBER


def _is_row_number(value: object) -> bool:
    return _is_number(value) and value != 0


def _row(epoch: int, one: object, index: int) -> Element:
    match one:
        case {"seq": seq, "header": str(header), "salt": str(salt), "body": str(body)} if _is_row_number(seq):
            return _made(epoch, seq, header, _salt(salt, index), body.encode("utf-8", "surrogatepass"))
        case {"seq": seq, "header": str(header), "salt": None, "body": None} if _is_row_number(seq):
            return _made(epoch, seq, header, None, None)
        case {"gap": {"first": first, "last": last, "head": str(head)}} if _is_row_number(first) and _is_row_number(
            last
        ):
            return _gap(first, last, head, index)
    raise invalid(f"rows.{index}: a row is seq, header, salt and body, the last two null where erased; or a gap")


def _gap(first: int, last: int, head: str, index: int) -> Gap:
    if first > last or len(head) != 2 * SALT_BYTES:
        raise invalid(f"rows.{index}.gap: from first up to last, whose hash head is in hex")
    return Gap(first, last, _hex_32(head, f"rows.{index}.gap.head"))


def _made(epoch: int, seq: int, header: str, salt: bytes | None, body: bytes | None) -> Row:
    raw = header.encode("utf-8", "surrogatepass")
    said = _EPOCH.search(header)
    return Row(int(said[1]) if said else epoch, seq, raw, sha256(raw).digest(), salt, body)


def _salt(text: str, index: int) -> bytes:
    return _hex_32(text, f"rows.{index}.salt")


def _hex_32(text: str, where: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != SALT_BYTES:
        raise invalid(f"{where}: {SALT_BYTES} bytes in hex")
    return found
