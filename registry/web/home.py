"""The home page, which leads each viewer to what is theirs."""

from fastapi import APIRouter, Response

from registry.web.asked import Looking
from registry.web.face import Face


def routes(face: Face) -> APIRouter:
    """The home page."""
    del face
    router = APIRouter()

    @router.get("/")
    def home(asked: Looking) -> Response:
        """What this viewer may look at and do."""
        return asked.page("home.html")

    return router
