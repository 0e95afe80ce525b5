"""Papers that anybody may read, without signing in: the privacy notices and the accessibility statement."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from registry.papers.accessibility import STATEMENT
from registry.papers.notices import ADULTS, MINORS
from registry.web.asked import Here
from registry.web.face import Face

PAPERS = {f"/papers/{one.id}": one for one in (ADULTS, MINORS, STATEMENT)}


def routes() -> APIRouter:
    """Each of them."""
    router = APIRouter()
    for path in PAPERS:
        router.add_api_route(path, _read(path), methods=["GET"])
    return router


def _read(path: str) -> Callable[[Request, Face], Response]:
    def paper(request: Request, face: Here) -> Response:
        return face.page(request, "paper.html", face.viewer(request), paper=PAPERS[path])

    return paper
