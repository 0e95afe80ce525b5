"""What every answer and request of our pages is held to: strict headers, small bodies, no form from another site."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 16 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; "  # The design system's style sheet draws its arrows as data.
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
NO_LARGER: Mapping[str, int] = {}
OUR_OWN = frozenset({"same-origin", "none"})


class Guard:
    """Wraps an ASGI application, whose forms have at most ``body_bytes``, but for the paths of ``larger``."""

    def __init__(self, app: ASGIApp, body_bytes: int = BODY_BYTES, larger: Mapping[str, int] = NO_LARGER) -> None:
        self._app = app
        self._body_bytes = body_bytes
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is too big or comes from elsewhere; else pass on, and put the headers on the answer."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(MutableHeaders(scope=message))
            await send(message)

        most = self._larger.get(scope["path"], self._body_bytes)
        refusal = _refusal(scope["method"], Headers(scope=scope), most)
        return await (refusal or self._app)(scope, receive, send_with_headers)


def dress(headers: MutableHeaders) -> None:
    """Put on an answer's headers what every answer carries and it does not say itself."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")


def _refusal(method: str, headers: Headers, most: int) -> PlainTextResponse | None:
    if method in {"GET", "HEAD"}:
        return None
    length = headers.get("content-length", "0")
    if not length.isdecimal() or "transfer-encoding" in headers:
        return PlainTextResponse("say how long the request is (Content-Length)", 411)
    if int(length[:12]) > most:
        return PlainTextResponse(f"the request has more than {most} bytes", 413)
    if headers.get("sec-fetch-site", "none") not in OUR_OWN:
        return PlainTextResponse("this form was sent from another site", 403)
    return None
