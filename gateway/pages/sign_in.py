"""Signing in with one's own account, or with the site's code and one's name; signing out; choosing a language."""

from math import ceil

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from access.staff import Staff
from gateway.pages import accounts as pages_accounts
from gateway.pages.code import matches
from gateway.pages.face import LANGUAGE_COOKIE, Face, NotOurForm, see
from pages.languages import LANGUAGES
from pages.sessions import LASTS_S

NAME_CHARACTERS = 60
NO_LOGIN = str.maketrans("()", "[]")
"""A name that is typed beside the site's code does not look like an account's, which has its login in brackets."""
A_YEAR_S = 365 * 24 * 3_600


def routes(face: Face) -> APIRouter:
    """The sign-in form, what it posts to, sign-out, languages."""
    router = APIRouter()

    @router.get("/sign-in")
    def form(request: Request) -> Response:
        """The form; whoever is signed in already goes on."""
        return see("/") if face.session(request) is not None else _form(face, request)

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        """Sign in. 403 for a wrong code, 429 for too many."""
        fields, now_s = await face.form(request), face.monotonic_s()
        address = "" if request.client is None else request.client.host
        name = fields.get("name", "")
        if (wait_s := face.limiter.wait_s(address, now_s)) > 0:
            return _waiting(face, request, ceil(wait_s), name)
        account = await run_in_threadpool(_account, face, name, fields.get("code", ""))
        if account is not None:
            face.limiter.right(address)
            proof = pages_accounts.proof(account)
            return _signed_in(face, request, pages_accounts.author(account), now_s, proof)
        if not name.isprintable() or not 1 <= len(name) <= NAME_CHARACTERS:
            return _form(face, request, status=422, wrong=face.words_for(request)("sign_in.no_name"))
        if not matches(face.code, fields.get("code", "")):
            face.limiter.wrong(address, now_s)
            return _form(face, request, status=403, wrong=face.words_for(request)("sign_in.wrong"), name=name)
        face.limiter.right(address)
        return _signed_in(face, request, name.translate(NO_LOGIN), now_s)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """End the session here and now."""
        session = face.staff(request)
        await face.staff_form(request, session)
        face.sessions.end(session.id)
        answer = see("/sign-in")
        answer.delete_cookie(face.session_cookie, httponly=True, samesite="strict")
        return answer

    @router.get("/language/{language}")
    def choose(language: str, request: Request) -> Response:
        """Choose a language and go back to the page."""
        if language not in LANGUAGES:
            raise NotOurForm
        answer = see("/" if face.session(request) is not None else "/sign-in")
        answer.set_cookie(LANGUAGE_COOKIE, language, A_YEAR_S, httponly=True, samesite="lax")
        return answer

    return router


def _account(face: Face, login: str, guess: str) -> Staff | None:
    """Whose account this is; what the site's code opens is nobody's password, and costs no work."""
    if matches(face.code, guess):
        return None
    return pages_accounts.signed_in(face.link, login, guess, face.moment)


def _form(face: Face, request: Request, *, status: int = 200, wrong: str = "", name: str = "") -> HTMLResponse:
    ended = not wrong and "ended" in request.query_params
    return face.page(request, "sign_in.html", status=status, wrong=wrong, name=name, ended=ended)


def _waiting(face: Face, request: Request, seconds: int, name: str) -> HTMLResponse:
    wrong = face.words_for(request).number("sign_in.wait", seconds)
    answer = _form(face, request, status=429, wrong=wrong, name=name)
    answer.headers["retry-after"] = str(seconds)
    return answer


def _signed_in(face: Face, request: Request, name: str, now_s: float, proof: str = "") -> Response:
    answer = see("/")
    cookie = face.sessions.begin(name, face.new_ident(), now_s, proof)
    secure = request.url.scheme == "https"
    answer.set_cookie(face.session_cookie, cookie, LASTS_S, httponly=True, samesite="strict", secure=secure)
    return answer
