"""One more step before something is saved: what it would refuse, and the form as it was filled in, to be sent again."""

from dataclasses import dataclass

from fastapi import Response

from registry.web.ahead import Ahead
from registry.web.asked import Asked


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked: the title, where the form goes, the words of its button, and where else one can go. ``tab`` is
    what the browser calls the page, and keeps, where the title names somebody.
    """

    title: str
    action: str
    button: str
    back: str
    facts: tuple[tuple[str, str], ...] = ()
    tab: str = ""


def confirm(asked: Asked, step: Step, ahead: Ahead) -> Response:
    """The page that asks; what was typed goes with its button, and ``confirmed``."""
    fields = {name: value for name, value in asked.fields.items() if name not in {"csrf", "confirmed"}}
    return asked.page("confirm.html", step=step, ahead=ahead, fields=fields)
