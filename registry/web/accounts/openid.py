"""Signing in by an identity provider: away to it, and back with what it says."""

import hmac
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from registry import identity
from registry.accounts import openid_accounts, web_sessions
from registry.accounts.openid import Attempt, Failure, NotSignedIn, OpenId
from registry.accounts.openid_file import BACK
from registry.accounts.sealing import seal, tagged, unseal
from registry.guard.acts import Act, Did
from registry.guard.metrics import log
from registry.sites.keys import BadKey
from registry.web.accounts.sign_in import guessed_wrong, signed_in
from registry.web.asked import Here
from registry.web.face import BY_PROVIDER, SIGN_IN, Face, own_path, see

AWAY, OUT = "/sign-in/openid", "/sign-out/openid"
COOKIE = "hubout-openid"
LASTS_S = 600
COOKIE_BYTES, ANSWER_CHARACTERS = 4_000, 2_000


async def _provider(request: Request) -> OpenId:
    openid: OpenId = request.app.state.face.openid
    return openid


Provided = Annotated[OpenId, Depends(_provider)]


def routes() -> APIRouter:
    """Away and back, for a face that has a provider."""
    router = APIRouter()

    @router.get(AWAY)
    def away(request: Request, face: Here, openid: Provided, next: str = "/") -> Response:  # noqa: A002 -- the name in the address
        """Send the browser to the provider, with what it will be recognised by."""
        attempt = Attempt(identity.new_token(), identity.new_token(), identity.new_token(), own_path(next))
        try:
            answer: Response = see(openid.leave(attempt, face.now_s()))
        except NotSignedIn as error:
            return _refused(face, request, error)
        kept = [face.now_ms(), attempt.state, attempt.nonce, attempt.verifier, attempt.go_on]
        sealed = seal(face.shared.keys.folder, json.dumps(kept).encode(), face.now_ms()).decode()
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, sealed, LASTS_S, path=AWAY, httponly=True, samesite="lax", secure=secure)
        return answer

    @router.get(BACK)
    def back(
        request: Request, face: Here, openid: Provided, state: str = "", code: str = "", error: str = ""
    ) -> Response:
        """Sign in whom the provider sends back, with a code that only we can use. 403 where it is not believed."""
        try:
            attempt = _attempt(face, request, state, "" if error else code)
            claims = openid.come_back(attempt, code, face.now_s(), face.now_ms() // 1_000)
            tag = tagged(face.shared.keys.folder, f"{openid.provider.issuer}\n{claims['sub']}")
            with face.shared.database.write() as connection:
                account = openid_accounts.found(connection, openid.provider, tag, claims)
                openid_accounts.link(connection, openid.provider, tag, account.id, face.now_ms())
        except NotSignedIn as failed:
            return _refused(face, request, failed)
        answer = signed_in(face, request, account, attempt.go_on, how="openid")
        answer.delete_cookie(COOKIE, path=AWAY)
        secure = request.url.scheme == "https"
        lasts_s = web_sessions.LASTS_MS // 1_000
        answer.set_cookie(BY_PROVIDER, "1", lasts_s, path="/", httponly=True, samesite="lax", secure=secure)
        return answer

    @router.get(OUT)
    def out(request: Request, face: Here, openid: Provided) -> Response:
        """Sign out at the provider as well: a link, for no form may lead away. 502 where it does not answer."""
        try:
            there = openid.out(face.now_s())
        except NotSignedIn as failed:
            return _refused(face, request, failed)
        return see(SIGN_IN if there is None else there)

    return router


def _attempt(face: Face, request: Request, state: str, code: str) -> Attempt:
    """The attempt that a browser left with, and comes back from with a code. Raises NotSignedIn for another's, or one
    that is over.
    """
    cookie = request.cookies.get(COOKIE, "")[:COOKIE_BYTES]
    try:
        at_ms, *kept = json.loads(unseal(face.shared.keys.folder, cookie.encode("ascii", "replace")))
    except BadKey:
        raise NotSignedIn(Failure.STALE, "no cookie of ours") from None
    attempt = Attempt(*kept)
    if not hmac.compare_digest(attempt.state.encode(), state.encode("utf-8", "replace")):
        raise NotSignedIn(Failure.STALE, "another state")
    if not at_ms <= face.now_ms() < at_ms + LASTS_S * 1_000:
        raise NotSignedIn(Failure.STALE, "too late")
    if not 0 < len(code) <= ANSWER_CHARACTERS:
        raise NotSignedIn(Failure.DENIED, "the provider says no")
    return attempt


def _refused(face: Face, request: Request, error: NotSignedIn) -> Response:
    log.warning(json.dumps({"failure": "openid", "what": f"{error.failure}: {error}"}))
    if error.failure not in {Failure.UNREACHABLE, Failure.STALE, Failure.DENIED}:
        guessed_wrong(face, request, "", Act(Did.FAILED))
    status = 502 if error.failure is Failure.UNREACHABLE else 403
    wrong = face.words_for(request)(f"openid.{error.failure}")
    return face.page(
        request, "sign_in.html", None, status=status, go_on="/", wrong=wrong, login="", over=None, left=False
    )
