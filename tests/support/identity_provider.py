"""A small identity provider for tests: OpenID Connect over real HTTP, with PKCE, that can be told to misbehave."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.support import fixed_day
from tests.support.served import served

CLIENT, SECRET = "hubout", "a secret of the tests"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class IdentityProvider:
    """A provider at ``issuer``; ``person`` are the claims of whoever signs in next. What follows makes it misbehave:
    ``claims`` replace those of the token (None leaves one out), ``signs`` signs instead of the published key.
    """

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "s-1"})
    claims: dict[str, Any] = field(default_factory=dict)
    published_issuer: str = ""
    key: RSAKey = field(default_factory=lambda: new_key("k1"))
    signs: RSAKey | None = None
    refuses: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    given: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, request: Request) -> Response:
        """Sign ``person`` in at once, and send the browser back with a code."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        if self.refuses:
            said = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.given[code] = asked
            said = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(said)}", 303)

    async def token(self, request: Request) -> Response:
        """Give an ID token for a code, once, to our client alone, who knows the verifier."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        given = base64.b64encode(f"{CLIENT}:{quote_plus(SECRET)}".encode()).decode()
        asked = self.given.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(sha256(verifier).digest()).rstrip(b"=").decode()
        client = request.headers.get("authorization") == f"Basic {given}"
        if (
            asked is None
            or not client
            or challenge != asked["code_challenge"]
            or asked["code_challenge_method"] != "S256"
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = fixed_day.wall_ms() // 1_000
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        kept = {name: value for name, value in said.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": self.key.kid}, kept, self.signs or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

    def discovery(self) -> Response:
        """What it publishes of itself."""
        ends = {
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/out?from=hubout",
        }
        return JSONResponse({"issuer": self.published_issuer or self.issuer, **ends})

    def out(self, request: Request) -> Response:
        """Sign out, and send the browser back to where it may go."""
        self.asked.append(dict(request.query_params))
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 303)

    def keys(self) -> Response:
        """Its public key."""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def write_file(self, folder: Path, address: str, **settings: str) -> Path:
        """The registry's file for it."""
        (folder / "openid.secret").write_text(SECRET + "\n")
        said = {
            "name": "Comune di Prova",
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret_file": "openid.secret",
            "address": address,
            **settings,
        }
        path = folder / "openid.toml"
        path.write_text("".join(f'{name} = "{value}"\n' for name, value in said.items()))
        return path


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """A running provider on a free port."""
    made, app = IdentityProvider(), FastAPI()
    app.add_api_route("/authorize", made.authorize)
    app.add_api_route("/token", made.token, methods=["POST"])
    app.add_api_route("/.well-known/openid-configuration", made.discovery)
    app.add_api_route("/keys", made.keys)
    app.add_api_route("/out", made.out)
    with served(app) as address:
        made.issuer = address
        yield made
