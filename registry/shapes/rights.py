"""What people ask about their data and what they consent to, as they send and see it (Unix milliseconds)."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from registry.names import Name
from registry.shapes.attendance import Text
from registry.shapes.common import Shape


class NewRequest(Shape):
    """What somebody asks about their data: that what they ``said`` be corrected, or that all of it be erased."""

    kind: Literal["correct", "erase"]
    said: Text = ""


class DecisionBody(Shape):
    """The answer to a request: whether it is ``granted``, and the words for whoever asked."""

    granted: bool
    answer: Annotated[Text, Field(min_length=1)]


class RequestShown(BaseModel):
    """A request: ``state`` is waits, granted or refused; it is to be answered by ``due_ms``."""

    id: str
    person: str
    kind: str
    said: str
    state: str
    asked_ms: int
    due_ms: int
    decided_ms: int | None
    decided_by: str
    answer: str


class ConsentBody(Shape):
    """A consent to a version of a text, by the word of the person or of their guardian, who is named."""

    version: Annotated[int, Field(ge=1, le=9_999)]
    by: Literal["person", "guardian"] = "person"
    guardian: Name | Literal[""] = ""


class ConsentShown(BaseModel):
    """Where a person stands with one thing that needs a consent: the text in force, in both languages, and what was
    given (``version`` null: nothing that holds); ``own``: they may give it themselves.
    """

    kind: Name
    text_version: int
    italian: str
    english: str
    own: bool
    version: int | None
    by: str | None
    given_ms: int | None
    guardian: str | None


class ConsentsShown(BaseModel):
    """Where a person stands with everything that needs a consent."""

    items: list[ConsentShown]


class PeriodShown(BaseModel):
    """A report that is published: the name of its period, and when it was."""

    period: str
    made_ms: int


class ReportsShown(BaseModel):
    """Those that are published, the latest first."""

    items: list[PeriodShown]


class RowShown(BaseModel):
    """A row: what it is ``of`` (cell, together, site, programme, all), its cells, and a figure for each column; ``few``
    could tell of fewer than five people, and of ``none`` there is nothing to count.
    """

    of: str
    cells: list[list[str]]
    figures: list[int | Literal["few", "none"]]


class TableShown(BaseModel):
    """A table: what each part of a cell's key names, and the columns."""

    name: str
    axes: list[str]
    columns: list[str]
    rows: list[RowShown]


class ReportShown(BaseModel):
    """A report as it was published; ``names`` are those of sites and programmes then."""

    period: str
    made_ms: int
    names: dict[str, dict[str, str]]
    tables: list[TableShown]
