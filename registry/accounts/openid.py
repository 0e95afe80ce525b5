"""Signing in by an identity provider (OpenID Connect): the municipality's own, or a proxy of SPID and CIE.

Code flow with PKCE. What comes back is believed only with our own state, signed by a key that the issuer publishes, for
us, now, and with our nonce.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote_plus

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from registry.accounts.openid_file import Provider, is_safe

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "PS256", "ES256")
"""None of them with a shared secret, and never ``none``."""
ANSWERS_WITHIN_S = 10.0
LEEWAY_S = 60
KNOWN_FOR_S, KEYS_AGAIN_S = 3_600.0, 60.0


class Failure(StrEnum):
    """Why somebody is not signed in by their provider."""

    UNREACHABLE = "unreachable"
    STALE = "stale"
    DENIED = "denied"
    NOT_BELIEVED = "not_believed"
    UNVERIFIED = "unverified"
    NOBODY = "nobody"


class NotSignedIn(Exception):
    """The provider's answer leads to no account; ``what`` is for the log, and holds nothing of whom it was."""

    def __init__(self, failure: Failure, what: str = "") -> None:
        super().__init__(what or str(failure))
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt is recognised by when it comes back; unguessable, and in its browser's cookie alone."""

    state: str
    nonce: str
    verifier: str
    go_on: str


@dataclass(slots=True)
class OpenId:
    """A provider, and what it has published of itself, kept for an hour."""

    provider: Provider
    known: Mapping[str, Any] = field(default_factory=dict)
    keys: KeySet = field(default_factory=lambda: KeySet([]))
    keys_since_s: float = float("-inf")
    known_until_s: float = float("-inf")

    def leave(self, attempt: Attempt, now_s: float) -> str:
        """Where the browser goes to sign in. Raises NotSignedIn."""
        published = self._published(now_s)
        return str(
            prepare_grant_uri(
                str(published["authorization_endpoint"]),
                self.provider.client_id,
                "code",
                redirect_uri=self.provider.back,
                scope=SCOPE,
                state=attempt.state,
                nonce=attempt.nonce,
                code_challenge=create_s256_code_challenge(attempt.verifier),
                code_challenge_method="S256",
            )
        )

    def come_back(self, attempt: Attempt, code: str, now_s: float, wall_s: int) -> Mapping[str, Any]:
        """The claims of who has signed in. Raises NotSignedIn."""
        published = self._published(now_s)
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": attempt.verifier}
        # RFC 6749, 2.3.1: each is written as in a form before they are joined.
        who = (quote_plus(self.provider.client_id), quote_plus(self.provider.secret))
        with httpx.Client(timeout=ANSWERS_WITHIN_S, auth=who) as client:
            request = client.build_request(
                "POST", str(published["token_endpoint"]), data=form | {"redirect_uri": self.provider.back}
            )
            token = _said(client, request)
        return self._believed(str(token.get("id_token", "")), attempt, now_s, wall_s)

    def out(self, now_s: float) -> str | None:
        """Where the browser goes to sign out there as well; None where the provider has no such place. Raises
        NotSignedIn.

        It is told which client asks, and not by an ID token who it is (RP-Initiated Logout 1.0, section 2): so none is
        kept, and none stands in an address. Whom it signs out the provider knows by its own cookie, and may ask first.
        """
        end = self._published(now_s).get("end_session_endpoint")
        if not isinstance(end, str) or not is_safe(end):
            return None
        said = {"client_id": self.provider.client_id, "post_logout_redirect_uri": self.provider.left}
        return str(add_params_to_uri(end, list(said.items())))

    def _believed(self, id_token: str, attempt: Attempt, now_s: float, wall_s: int) -> Mapping[str, Any]:
        options = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
            "nonce": {"essential": True, "value": attempt.nonce},
        }
        params = {"nonce": attempt.nonce, "client_id": self.provider.client_id}
        try:
            found = self._decoded(id_token, now_s)
            CodeIDToken(found.claims, found.header, options, params).validate(now=wall_s, leeway=LEEWAY_S)
        except (JoseError, AuthlibBaseError, ValueError, TypeError) as error:
            raise NotSignedIn(Failure.NOT_BELIEVED, type(error).__name__) from None
        return found.claims

    def _decoded(self, id_token: str, now_s: float) -> jwt.Token:
        """A token whose signature is the issuer's; keys are changed, so those kept are asked for again once."""
        try:
            return jwt.decode(id_token, self.keys, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            if now_s < self.keys_since_s + KEYS_AGAIN_S:
                raise
        self._get_keys(now_s)
        return jwt.decode(id_token, self.keys, algorithms=list(ALGORITHMS))

    def _published(self, now_s: float) -> Mapping[str, Any]:
        """What the issuer publishes. Raises NotSignedIn."""
        if now_s >= self.known_until_s:
            known = self._got(self.provider.issuer.rstrip("/") + DISCOVERY)
            if known.get("issuer") != self.provider.issuer:
                raise NotSignedIn(Failure.NOT_BELIEVED, "the published issuer is another")
            ends = [known.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if not all(isinstance(one, str) and is_safe(one) for one in ends):
                raise NotSignedIn(Failure.NOT_BELIEVED, "an endpoint is missing, or is no https address")
            self.known = known
            self._get_keys(now_s)
            self.known_until_s = now_s + KNOWN_FOR_S
        return self.known

    def _get_keys(self, now_s: float) -> None:
        try:
            self.keys = KeySet.import_key_set(self._got(str(self.known["jwks_uri"])))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotSignedIn(Failure.NOT_BELIEVED, f"its keys: {type(error).__name__}") from None
        self.keys_since_s = now_s

    def _got(self, url: str) -> Mapping[str, Any]:
        with httpx.Client(timeout=ANSWERS_WITHIN_S) as client:
            return _said(client, client.build_request("GET", url))


def _said(client: httpx.Client, request: httpx.Request) -> Mapping[str, Any]:
    """The JSON object that answers a request. Raises NotSignedIn."""
    try:
        answer = client.send(request)
        said = answer.raise_for_status().json()
    except httpx.HTTPStatusError as error:
        failure = Failure.UNREACHABLE if error.response.is_server_error else Failure.NOT_BELIEVED
        raise NotSignedIn(failure, f"it answers {error.response.status_code}") from None
    except httpx.HTTPError as error:
        raise NotSignedIn(Failure.UNREACHABLE, type(error).__name__) from None
    except ValueError:
        raise NotSignedIn(Failure.NOT_BELIEVED, "it answers no JSON") from None
    if not isinstance(said, dict):
        raise NotSignedIn(Failure.NOT_BELIEVED, "it answers no JSON object")
    return said
