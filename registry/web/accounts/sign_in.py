"""Signing in with login and password, signing out, and choosing a language."""

from math import ceil
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from pages import passwords
from pages.languages import LANGUAGES
from registry import identity
from registry.accounts import accounts, web_sessions
from registry.accounts.accounts import Account, Found
from registry.guard import acts
from registry.guard.acts import Act, Did
from registry.web.agents import described
from registry.web.asked import SECOND, FormFields, Here, Leaving
from registry.web.face import (
    BY_PROVIDER,
    LANGUAGE_COOKIE,
    SIGN_IN,
    Face,
    NotOurForm,
    address,
    address_kind,
    back,
    own_path,
    see,
    session_cookie,
)

A_YEAR_S = 365 * 24 * 3_600


def routes() -> APIRouter:
    """The sign-in form, what it posts to, sign-out, languages."""
    router = APIRouter()

    @router.get(SIGN_IN)
    def form(request: Request, face: Here, next: str = "/", left: str = "") -> Response:  # noqa: A002 -- the name in the address
        """The form; whoever is signed in already goes on."""
        go_on = own_path(next)
        return see(go_on) if face.viewer(request) is not None else _form(face, request, go_on, left=bool(left))

    @router.post(SIGN_IN)
    def sign_in(request: Request, face: Here, fields: FormFields) -> Response:
        """Sign in. 403 for a wrong login or password, which are told alike; 429 for too many."""
        login, go_on = passwords.folded_login(fields.get("login", "")), own_path(fields.get("next", "/"))
        if (wait_s := waits_s(face, request, login)) > 0:
            wrong = face.words_for(request).number("sign_in.wait", ceil(wait_s))
            answer = _form(face, request, go_on, 429, wrong=wrong, login=login)
            answer.headers["retry-after"] = str(ceil(wait_s))
            return answer
        guess = fields.get("password", "")
        with face.shared.database.read() as connection:
            found = accounts.of_login(connection, login, face.now_ms())
        if _opens(found, guess) and found is not None:
            _keep_up(face, found, guess)
            return signed_in(face, request, found.account, go_on)
        guessed_wrong(face, request, login, Act(Did.FAILED, account=None if found is None else found.account.id))
        return _form(face, request, go_on, 403, wrong=face.words_for(request)("sign_in.wrong"), login=login)

    @router.post("/sign-out")
    def sign_out(asked: Leaving) -> Response:
        """End the session here and now."""
        with asked.face.shared.database.write() as connection:
            web_sessions.end(connection, asked.viewer.account, asked.viewer.session)
            asked.note(connection, Did.SIGNED_OUT, account=asked.viewer.account)
        there = BY_PROVIDER in asked.request.cookies
        answer = see(f"{SIGN_IN}?left=1" if there else SIGN_IN)
        secure = asked.request.url.scheme == "https"
        answer.delete_cookie(session_cookie(asked.request), httponly=True, samesite="lax", secure=secure)
        if there:
            answer.delete_cookie(BY_PROVIDER, httponly=True, samesite="lax", secure=secure)
        return answer

    @router.get("/language/{language}")
    def choose(language: str, request: Request) -> Response:
        """Choose a language and go back to the page."""
        if language not in LANGUAGES:
            raise NotOurForm
        answer = see(back(request))
        secure = request.url.scheme == "https"
        answer.set_cookie(LANGUAGE_COOKIE, language, A_YEAR_S, httponly=True, samesite="lax", secure=secure)
        return answer

    return router


def waits_s(face: Face, request: Request, login: str) -> float:
    """How long this address, or whoever tries this login, must wait before the next guess."""
    now_s = face.now_s()
    of_login = face.by_login.wait_s(login, now_s) if login else 0.0
    return max(face.by_address.wait_s(address(request), now_s), of_login)


def guessed_wrong(face: Face, request: Request, login: str, failed: Act) -> None:
    """Count a wrong guess, and write it into the trail: of whom it was of, never what was typed."""
    now_s = face.now_s()
    face.by_address.wrong(address(request), now_s)
    if login:
        face.by_login.wrong(login, now_s)
    with face.shared.database.write() as connection:
        acts.note(connection, Act(failed.kind, account=failed.account, address=address_kind(request)), face.now_ms())


def signed_in(face: Face, request: Request, account: Account, go_on: str, *, how: str = "password") -> Response:
    """Begin a session of an account and go on; what is still asked for comes first by itself."""
    at_ms = face.now_ms()
    names = web_sessions.Names(identity.new_token(), identity.new_id(), identity.new_token())
    agent = described(request.headers.get("user-agent", ""))
    with face.shared.database.write() as connection:
        web_sessions.begin(connection, account.id, names, agent, at_ms, passed=not account.totp_on)
        done = Act(Did.SIGNED_IN, account.id, account.id, address=address_kind(request), what=how)
        acts.note(connection, done, at_ms)
    face.by_address.right(address(request))
    face.by_login.right(account.login)
    answer = see(f"{SECOND}?next={quote(go_on, safe='/')}" if account.totp_on else go_on)
    lasts_s, secure = web_sessions.LASTS_MS // 1_000, request.url.scheme == "https"
    answer.set_cookie(
        session_cookie(request), names.cookie, lasts_s, path="/", httponly=True, samesite="lax", secure=secure
    )
    return answer


def _opens(found: Found | None, guess: str) -> bool:
    """Whether a guess opens an account in force; as much work where there is none."""
    right = passwords.matches(None if found is None else found.password, guess)
    return found is not None and (right or found.opened_by_code(guess)) and found.account.active


def _keep_up(face: Face, found: Found, password: str) -> None:
    """Keep a password under the parameters of today, now that it is known."""
    if found.password is not None and passwords.is_old(found.password):
        again = passwords.hashed(password)
        with face.shared.database.write() as connection:
            accounts.rehash(connection, found.account.id, again)


def _form(
    face: Face,
    request: Request,
    go_on: str,
    status: int = 200,
    *,
    wrong: str = "",
    login: str = "",
    left: bool = False,
) -> HTMLResponse:
    """The form; ``left``: whoever signed out here may be signed in at their provider still."""
    said = {"wrong": wrong, "login": login, "over": None if wrong else face.over(request)}
    still = left and face.openid is not None
    return face.page(request, "sign_in.html", None, status=status, go_on=go_on, left=still, **said)
