"""What every page of the centre stands on: the registry's database, its words and look, and who is signed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment

from pages import sought
from pages.languages import Words, chosen
from pages.limiter import Limiter
from pages.sought import private, query_of
from registry.accounts import web_sessions
from registry.accounts.openid import OpenId
from registry.accounts.web_sessions import Over
from registry.attendance.early import Warnings
from registry.guard.acts import From, kind_of
from registry.identity import TOKEN_LENGTH
from registry.reports.making import Makings
from registry.settings import Shared, guesses
from registry.web.navigation import Menu, menu_for
from registry.web.viewer import Viewer, viewer_of

LANGUAGE_COOKIE = "hubout-language"
SESSION_COOKIE = "hubout-centre"
SIGN_IN = "/sign-in"
BY_PROVIDER = "hubout-by-provider"
"""The cookie of a browser whose session the identity provider began: signing out, it is asked whether there too."""


class SignInNeeded(Exception):
    """Nobody is signed in, or something is asked for before this page opens: ``path`` is where to go first."""

    def __init__(self, path: str = SIGN_IN) -> None:
        super().__init__(path)
        self.path = path


class NotOurForm(Exception):
    """A form came back without its session's own token, or with fields that are none of ours."""


class NotYours(Exception):
    """This page does not open to whoever is signed in."""


@dataclass(frozen=True, slots=True)
class Face:
    """The centre's pages in one process. Wrong guesses are counted by address and by login, in this process's memory:
    a guess of a stranger writes nothing that slows the database down, and waiting is shorter than a restart.
    """

    shared: Shared
    words: Mapping[str, Words]
    look: Environment
    openid: OpenId | None = None
    by_address: Limiter = field(default_factory=guesses)
    warnings: Warnings = field(init=False)
    makings: Makings = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "warnings", Warnings(self.shared.database))
        object.__setattr__(self, "makings", Makings(self.shared.database))

    @property
    def by_login(self) -> Limiter:
        """The wrong guesses by login, those at sites' own pages among them."""
        return self.shared.by_login

    def now_ms(self) -> int:
        """Unix milliseconds."""
        return self.shared.settings.wall_ms()

    def now_s(self) -> float:
        """Monotonic seconds, for rates."""
        return self.shared.settings.mono_s()

    def words_for(self, request: Request) -> Words:
        """The words in the reader's language."""
        return self.words[chosen(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))]

    def viewer(self, request: Request) -> Viewer | None:
        """Who is signed in, looked up once a request. Raises OperationalError where the database does not answer."""
        state: dict[str, Any] = request.scope.setdefault("state", {})
        if "viewer" not in state:
            state["viewer"] = self._looked_up(request)
        found: Viewer | None = state["viewer"]
        return found

    def viewer_now(self, request: Request) -> Viewer | None:
        """Who is signed in at this moment of a request that lasts, whoever it was when it began."""
        return self._looked_up(request)

    def _looked_up(self, request: Request) -> Viewer | None:
        cookie = cookie_of(request)
        if len(cookie) != TOKEN_LENGTH or not cookie.isascii():
            return None
        at_ms, database = self.now_ms(), self.shared.database
        with database.read() as connection:
            session = web_sessions.find(connection, cookie, at_ms)
            viewer = None if session is None else viewer_of(connection, session, at_ms, self.shared.settings.second_for)
        if session is not None and session.seen_ms <= at_ms - web_sessions.SEEN_EVERY_MS:
            with database.write() as connection:
                web_sessions.seen(connection, session.id, at_ms)
        return viewer

    def over(self, request: Request) -> Over | None:
        """Why the session is over that a browser still has the cookie of; None where it has none."""
        cookie = cookie_of(request)
        if len(cookie) != TOKEN_LENGTH or not cookie.isascii():
            return None
        with self.shared.database.read() as connection:
            return web_sessions.why_over(connection, cookie, self.now_ms())

    def page(
        self, request: Request, template: str, viewer: Viewer | None, *, status: int = 200, **said: object
    ) -> HTMLResponse:
        """A whole page; templates know ``t`` (the words), ``viewer``, ``path``, ``menu``, ``told``, ``openid`` and
        ``private``, which makes an address tell nobody's name.
        """
        words = self.words_for(request)
        told = None if viewer is None or viewer.told is None else tuple(viewer.told.split("\n", 1))
        menu = Menu() if viewer is None else menu_for(viewer)
        about = {"path": request.url.path, "private": partial(private, cookie_of(request)), "openid": self.openid}
        over = ("info", words(key)) if (key := sought.told(request)) else None
        html = self.look.get_template(template).render(
            t=words, viewer=viewer, menu=menu, told=told or over, **about, **said
        )
        if viewer is not None and told is not None:
            with self.shared.database.write() as connection:
                web_sessions.tell(connection, viewer.session, None)
        return HTMLResponse(html, status, {"content-language": words.language, "vary": "accept-language, cookie"})


def session_cookie(request: Request) -> str:
    """The cookie's name: over TLS one that no other host and no plain connection can set."""
    return f"__Host-{SESSION_COOKIE}" if request.url.scheme == "https" else SESSION_COOKIE


def cookie_of(request: Request) -> str:
    """What a request's session cookie holds; "" where it has none."""
    return request.cookies.get(session_cookie(request), "")


def address(request: Request) -> str:
    """Where a request comes from; the server has read it from the proxy, where a trusted one stands in front."""
    return "" if request.client is None else request.client.host


def address_kind(request: Request) -> From:
    """What of that may be kept."""
    return kind_of(address(request))


def see(path: str) -> RedirectResponse:
    """Look at another page now, with GET."""
    return RedirectResponse(path, 303)


def own_path(path: str) -> str:
    """A path of ours to go on to; the home page for whatever is none."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) <= 400
    return path if ours else "/"


def sign_in_path(request: Request) -> str:
    """The sign-in page that leads back to what was asked for."""
    if request.method != "GET" or request.url.path == "/":
        return SIGN_IN
    asked = f"{request.url.path}?{query_of(request)}".rstrip("?")
    return f"{SIGN_IN}?next={quote(own_path(asked), safe='/')}"


def back(request: Request) -> str:
    """The page of ours that a link was followed from; the home page where that is not known."""
    came = urlsplit(request.headers.get("referer", ""))
    return own_path(came.path + (f"?{came.query}" if came.query else "")) if came.netloc == request.url.netloc else "/"
