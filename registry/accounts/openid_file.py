"""The file that says which identity provider people may sign in by (``--openid``)."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

BACK, LEFT = "/sign-in/openid/back", "/sign-in"
SECRET_BYTES = 4_096
Text = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class BadOpenId(ValueError):
    """The file cannot be used; the message says what to correct, and never holds a secret."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Text
    issuer: Text
    client_id: Text
    client_secret_file: Text
    address: Text
    finds: Literal["email", "fiscal-code"] = "email"
    claim: Text | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the file says it: its ``name`` on the button, our public ``address``, and which claim finds whom.

    ``finds``: the claim is an account's login (an e-mail address), or a person's codice fiscale. ``verified``: an
    address counts only where the provider says that it has verified it.
    """

    name: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    address: str
    finds: Literal["email", "fiscal-code"] = "email"
    claim: str = "email"
    verified: bool = True

    @property
    def back(self) -> str:
        """Where the provider sends people back to."""
        return self.address.rstrip("/") + BACK

    @property
    def left(self) -> str:
        """Where the provider sends people whom it has signed out."""
        return self.address.rstrip("/") + LEFT


def read(path: Path) -> Provider:
    """The provider that a TOML file describes. Raises BadOpenId."""
    try:
        said = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        secret = (path.parent / said.client_secret_file).read_bytes()[:SECRET_BYTES].decode("utf-8").strip()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadOpenId(f"{path}: {where or 'the file'}: {first['msg']}; correct it") from None
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else "is no TOML text, or its secret is no text"
        raise BadOpenId(f"{getattr(error, 'filename', None) or path}: {what}; correct it") from None
    for name, url in (("issuer", said.issuer), ("address", said.address)):
        if not is_safe(url):
            raise BadOpenId(f"{path}: {name} is no https address; write one such as https://login.example.org")
    if not secret:
        raise BadOpenId(f"{path}: client_secret_file is empty; write the secret that the provider gave")
    claim = said.claim or ("email" if said.finds == "email" else "fiscal_number")
    return Provider(said.name, said.issuer, said.client_id, secret, said.address, said.finds, claim, said.verified)


def is_safe(url: str) -> bool:
    """Whether nobody on the way can read or change what goes there: by TLS, or on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})
