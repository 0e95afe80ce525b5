"""One address for both: what is the API's goes to the API, every other path to the pages."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from registry.guard.metrics import Served
from registry.settings import Shared

API_PATHS = ("/api/", "/feeds/")
API_PAGES = frozenset({"/api", "/healthz", "/readyz", "/metrics"})


@dataclass(slots=True)
class Beside:
    """The middleware before the API's; ``served`` is told of every page as of every answer."""

    app: ASGIApp
    pages: ASGIApp
    shared: Shared
    served: Served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to whose it is."""
        if scope["type"] != "http" or scope["path"].startswith(API_PATHS) or scope["path"] in API_PAGES:
            await self.app(scope, receive, send)
            return
        await self.served.watch(self.pages, scope, receive, send, self.shared.settings.mono_s)
