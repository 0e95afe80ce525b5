"""Telling the log what staff did on the pages that no door looks at (guarantee P6)."""

from gateway.pages.face import Face
from gateway.pages.feed import AskRefused, NotAnswered, NotAsked
from pages.sessions import Session


async def noted(face: Face, session: Session, what: str, note: str = "") -> bool:
    """Whether the log says by now that this person did ``what`` (``gateway.pages.asked``)."""
    try:
        await face.feed.ask({"author": session.name, "do": "act", "what": what, "note": note})
    except (NotAsked, NotAnswered, AskRefused):
        return False
    return True
