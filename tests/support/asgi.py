"""An ASGI application asked in its own process, one request at a time."""

import asyncio
from collections.abc import Mapping

import httpx
from starlette.types import ASGIApp


class Client:
    """Asks an application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        chunked: bool = False,
    ) -> httpx.Response:
        """The answer to one request; ``chunked`` sends the body without saying its length."""

        async def chunks() -> object:
            yield content or b"x"

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                body = chunks() if chunked else content
                return await client.request(method, path, headers=headers, content=body)  # type: ignore[arg-type]

        return asyncio.run(ask())

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """GET."""
        return self.request("GET", path, headers=headers)

    def post(self, path: str, content: bytes = b"", headers: Mapping[str, str] | None = None) -> httpx.Response:
        """POST."""
        return self.request("POST", path, headers=headers, content=content)
