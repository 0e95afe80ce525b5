"""What the registry answers, read strictly at the edge, and what the gateway sends it, encoded (API version 1)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from access.forgotten import MOST_FORGOTTEN
from access.log import Gap, Row
from gateway.link.trouble import BadAnswer

_Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Number = Annotated[int, Field(ge=0, le=2**62)]
_Site = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Salt = Annotated[str, Field(max_length=64)]
_Words = Annotated[int, Field(ge=0, le=100)]
_Erased = Annotated[tuple[_Name, _Salt, _Words, _Salt], Field(strict=False)]


class Answer(BaseModel):
    """The base of all answers: exact types; members that a later version adds are passed over."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Resume(Answer):
    """The registry holds everything up to ``resume`` of this branch, and ``head`` is that row's hash in hex. With the
    ``answer`` rewind it had more before: it was restored from a backup; one of an earlier version gives none.
    ``confirmed``: this branch is the site's.

    ``layout`` is the digest of the layout that it holds of this site ("": of none); None where it asks for none.
    ``witness``: where other sites' logs stand there, site → epoch, number and hash. ``erased``: those who were erased,
    id, salt, number of words and digest of the name (``access.forgotten``), the newest first.
    """

    resume: _Number
    head: _Hex32
    layout: Annotated[str, Field(max_length=64)] | None = None
    answer: Literal["resume", "rewind"] | None = None
    confirmed: bool = True
    witness: Annotated[dict[_Site, tuple[_Number, _Number, _Hex32]], Field(max_length=100)] = Field(
        default_factory=dict
    )
    erased: Annotated[tuple[_Erased, ...], Field(max_length=MOST_FORGOTTEN, strict=False)] = ()


class Acked(Answer):
    """Every row up to ``acked`` is the registry's now."""

    acked: _Number


class ChangeBody(Answer):
    """One change: a record as it is now, or None where it is no more."""

    kind: _Name
    id: _Name
    record: dict[str, Any] | None


class Page(Answer):
    """Changes up to ``version``; with ``snapshot`` they begin at nothing, with ``more`` they are not all yet; else
    ``digest`` is that of all records at ``version``, None of a registry that keeps none.
    """

    generation: Annotated[str, Field(min_length=1, max_length=64)]
    version: _Number
    snapshot: bool
    more: bool
    changes: list[ChangeBody]
    digest: _Hex32 | None = None


class CallSeen(Answer):
    """A reader on which staff call for a card, for ``left_ms`` more."""

    id: _Site
    reader: _Site
    left_ms: Annotated[int, Field(ge=0, le=60_000)]


class Look(Answer):
    """What the lane says: where the feed ends, the digest of all records there, and who has lost something since the
    version that was asked about, as (kind, id, version) in the order of versions; with ``more`` they are not all.
    ``calls``: the readers on which staff call; a registry of an earlier version tells none.
    """

    generation: Annotated[str, Field(min_length=1, max_length=64)]
    version: _Number
    digest: _Hex32
    denials: Annotated[list[tuple[_Name, _Name, _Number]], Field(max_length=500)]
    more: bool
    calls: Annotated[tuple[CallSeen, ...], Field(max_length=64, strict=False)] = ()


class ProblemBody(Answer):
    """A refusal (RFC 9457), as much of it as is used here."""

    type: str = ""
    detail: str = ""
    resume: _Number | None = None
    after: _Number | None = None
    before: _Number | None = None
    epoch: _Number | None = None
    base_epoch: _Number | None = None
    base_seq: _Number | None = None


A = TypeVar("A", bound=Answer)


def read_answer(kind: type[A], raw: bytes) -> A:
    """An answer of this kind. Raises BadAnswer, naming the member that is wrong but not its value."""
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise BadAnswer(f"its answer cannot be read ({where}: {first['msg']}); see what answers there") from None


@dataclass(frozen=True, slots=True)
class Greeting:
    """A hello: whose log, where it ends (the last row's hash), which run speaks and what software; up to where the
    registry acknowledged it, and the hashes of some rows before. ``marks`` None: what a registry of an earlier version
    understands.
    """

    site: str
    epoch: int
    seq: int
    head: bytes
    run: str
    software: str
    acked: int = 0
    marks: Sequence[tuple[int, bytes]] | None = None

    def body(self) -> bytes:
        """Its JSON."""
        said: dict[str, object] = {"site": self.site, "epoch": self.epoch, "seq": self.seq, "head": self.head.hex()}
        said |= {"run": self.run, "software": self.software}
        if self.marks is not None:
            said |= {"acked": self.acked, "marks": [(seq, head.hex()) for seq, head in self.marks]}
        return json.dumps(said).encode()


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of the log as it is sent; ``last`` is the number with which it ends."""

    body: bytes
    last: int


def batch(site: str, epoch: int, rows: Sequence[Row | Gap], most_bytes: int) -> Batch:
    """As many of these, rows and what is no more (at least one is given), as fit into so many bytes; the first goes in
    any case.
    """
    begun = f'{{"site":{json.dumps(site)},"epoch":{epoch},"rows":['.encode()
    size, last, parts = len(begun) + 2, 0, list[bytes]()
    for row in rows:
        part = _row(row) if isinstance(row, Row) else _gap(row)
        size += len(part) + 1
        if parts and size > most_bytes:
            break
        parts.append(part)
        last = row.seq if isinstance(row, Row) else row.last
    return Batch(begun + b",".join(parts) + b"]}", last)


def _gap(gap: Gap) -> bytes:
    """Rows that are no more: the chain goes on from the last one's hash."""
    return json.dumps({"gap": {"first": gap.first, "last": gap.last, "head": gap.head.hex()}}).encode()


def _row(row: Row) -> bytes:
    """One row. The stored bytes travel as text, and come out the same, lone surrogates included."""
    fields = {
        "seq": row.seq,
        "header": row.header.decode("utf-8", "surrogatepass"),
        "salt": None if row.salt is None else row.salt.hex(),
        "body": None if row.body is None else row.body.decode("utf-8", "surrogatepass"),
    }
    return json.dumps(fields, separators=(",", ":")).encode("ascii")
