"""What all routes of a site's pages stand on: the site, its feed, its words and look, and who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment
from starlette.datastructures import FormData

from access.clock import SECOND_MS
from access.site import Site
from gateway.pages.accounts import Moment, Standing
from gateway.pages.feed import FeedReader
from pages.languages import Words, chosen
from pages.limiter import Limiter
from pages.sessions import Session, Sessions, form_is_ours

LANGUAGE_COOKIE = "hubout-language"
FORM_FIELDS = 10
FIELD_CHARACTERS = 400


class SignInNeeded(Exception):
    """Nobody is signed in: nothing with names is served."""


class NotOurForm(Exception):
    """A form came back without its session's own token, or with fields that are none of ours."""


@dataclass(frozen=True, slots=True)
class Face:
    """One site's pages; ``link`` is the file of the replica, where staff's own accounts are, which ``accounts`` tells
    of.
    """

    site: Site
    code: str
    link: Path
    accounts: Standing
    feed: FeedReader
    words: dict[str, Words]
    look: Environment
    sessions: Sessions
    limiter: Limiter
    monotonic_s: Callable[[], float]
    new_ident: Callable[[], str]

    @property
    def session_cookie(self) -> str:
        """Its name; sites whose pages share a host each have their own."""
        return f"hubout-staff-{self.site.id}"

    def cookie_of(self, request: Request) -> str:
        """What a request's session cookie holds; "" where it has none."""
        return request.cookies.get(self.session_cookie, "")

    def words_for(self, request: Request) -> Words:
        """The words in the reader's language."""
        return self.words[chosen(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))]

    @property
    def moment(self) -> Moment:
        """When the pages are asked, as far as accounts are concerned."""
        return Moment(self.feed.seen, int(self.feed.age_s * SECOND_MS), self.site.policy.standing_age_ms)

    def session(self, request: Request) -> Session | None:
        """Who is signed in; nobody by an account that stands no more."""
        session = self.sessions.find(request.cookies.get(self.session_cookie), self.monotonic_s())
        if session is None or not session.proof:
            return session
        if self.accounts.stands(session.proof, self.moment, self.feed.version):
            return session
        self.sessions.end(session.id)
        return None

    def staff(self, request: Request) -> Session:
        """Who is signed in. Raises SignInNeeded."""
        session = self.session(request)
        if session is None:
            raise SignInNeeded
        return session

    def page(self, request: Request, template: str, *, status: int = 200, **said: object) -> HTMLResponse:
        """A whole page; the templates know ``t`` (the words), ``site`` and ``session``."""
        words = self.words_for(request)
        html = self.look.get_template(template).render(
            t=words, site=self.site, session=self.session(request), path=request.url.path, **said
        )
        return HTMLResponse(html, status, {"content-language": words.language, "vary": "accept-language, cookie"})

    async def form(self, request: Request, most: int = FORM_FIELDS) -> dict[str, str]:
        """The fields of a form, ``most`` at most. Raises NotOurForm for files, too many fields or too long ones."""
        form = await request.form(max_files=0, max_fields=most)
        return _plain(form)

    async def staff_form(self, request: Request, session: Session, most: int = FORM_FIELDS) -> dict[str, str]:
        """The fields of a form of this session's. Raises NotOurForm."""
        fields = await self.form(request, most)
        if not form_is_ours(session, fields.get("csrf", "")):
            raise NotOurForm
        return fields


def _plain(form: FormData) -> dict[str, str]:
    fields = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    if len(fields) != len(form.multi_items()) or any(len(value) > FIELD_CHARACTERS for value in fields.values()):
        raise NotOurForm
    return fields


def see(path: str) -> RedirectResponse:
    """Look at another page now, with GET."""
    return RedirectResponse(path, 303)
