"""Staff sessions: a signed cookie that names a session which is still live here. Time and chance are arguments.

The signature keeps a forged cookie from being looked up at all; the table of live ones makes signing out final. The
key is made at each start, so a restart signs everybody out.
"""

import hmac
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256

LASTS_S = 12 * 3_600
LIVE_AT_MOST = 256
COOKIE_BYTES = 600


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in. ``until_s`` is monotonic; ``csrf`` is what each form of theirs must bring back. ``proof`` is of
    the account that it was begun by, "" where it was none.
    """

    id: str
    name: str
    until_s: float
    csrf: str
    proof: str = ""


@dataclass(slots=True)
class Sessions:
    """The live sessions of one process, at most LIVE_AT_MOST: the oldest makes room."""

    key: bytes
    live: OrderedDict[str, Session] = field(default_factory=OrderedDict)
    told: dict[str, tuple[str, str]] = field(default_factory=dict)

    def begin(self, name: str, ident: str, now_s: float, proof: str = "") -> str:
        """Begin a session for a name; ``ident`` is unguessable. The cookie's value."""
        while len(self.live) >= LIVE_AT_MOST:
            self.end(next(iter(self.live)))
        session = Session(ident, name, now_s + LASTS_S, _mac(self.key, f"form {ident}"), proof)
        self.live[ident] = session
        return sign(self.key, ident)

    def find(self, cookie: str | None, now_s: float) -> Session | None:
        """The live session of a cookie."""
        ident = None if cookie is None else verify(self.key, cookie)
        session = None if ident is None else self.live.get(ident)
        if session is not None and session.until_s <= now_s:
            self.end(session.id)
            return None
        return session

    def end(self, ident: str) -> None:
        """End a session, for good."""
        self.live.pop(ident, None)
        self.told.pop(ident, None)

    def tell(self, ident: str, tone: str, sentence: str) -> None:
        """Keep one sentence for the next page of a session."""
        if ident in self.live:
            self.told[ident] = (tone, sentence)

    def hear(self, ident: str) -> tuple[str, str] | None:
        """The sentence kept for a session, once."""
        return self.told.pop(ident, None)


def form_is_ours(session: Session, csrf: str) -> bool:
    """Whether a form carries its session's own token; in constant time."""
    return hmac.compare_digest(session.csrf.encode(), csrf.encode("utf-8", "replace"))


def sign(key: bytes, ident: str) -> str:
    """A cookie's value that ``verify`` takes with the same key; ``ident`` holds no dot."""
    return f"{ident}.{_mac(key, f'cookie {ident}')}"


def verify(key: bytes, cookie: str) -> str | None:
    """The session's id in a cookie that was signed with this key, else None."""
    ident, _, mac = cookie[:COOKIE_BYTES].partition(".")
    signed = sign(key, ident).encode("utf-8", "replace")
    return ident if hmac.compare_digest(signed, f"{ident}.{mac}".encode("utf-8", "replace")) else None


def _mac(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode("utf-8", "replace"), sha256).hexdigest()
