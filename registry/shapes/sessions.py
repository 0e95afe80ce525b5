"""What operators send of sessions, and are shown of them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from registry.names import Id, Ms, Name
from registry.shapes.common import Shape

_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]


class Break(Shape):
    """A span within a session that is not attended."""

    start_ms: Ms
    end_ms: Ms


class NewSession(Shape):
    """A session for cohorts and teams of a programme, in a zone and perhaps a resource of it, or off the site at a
    ``place``; held by trainers.
    """

    programme: Id
    module: Id | None = None
    title: Name
    zone: Annotated[str, Field(pattern=r"^([a-z0-9-]{1,32})?$")] = ""
    resource: Id | None = None
    off_site: bool = False
    place: _Text = ""
    start_ms: Ms
    end_ms: Ms
    breaks: Annotated[list[Break], Field(max_length=20)] = Field(default_factory=list)
    groups: Annotated[list[Id], Field(min_length=1, max_length=50)]
    trainers: Annotated[list[Id], Field(max_length=20)] = Field(default_factory=list)


class SessionBody(NewSession):
    """A session as it is to be: planned, delivered, or cancelled, then with the reason."""

    state: Literal["planned", "delivered", "cancelled"] = "planned"
    why: _Text = ""


class SessionShown(SessionBody):
    """A session of a site."""

    id: str
