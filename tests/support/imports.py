"""Files brought in and taken out of a running registry, as staff do it."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.centres import API, Centre

PROGRAMME = {
    "id": "junior",
    "name": "Junior",
    "age_min": 16,
    "age_max": 19,
    "zones": [{"site": "matera", "zones": ["hall"]}],
}


@dataclass(frozen=True, slots=True)
class Desk:
    """A registry at which files are handed in."""

    centre: Centre

    def send(self, path: str, data: str | bytes, **headers: str) -> httpx.Response:
        """Send a file as it is."""
        content = data.encode() if isinstance(data, str) else data
        said = {"Authorization": f"Bearer {self.centre.token}", "Content-Type": "text/csv"} | headers
        return self.centre.http.post(API + path, content=content, headers=said)

    def rehearse(self, kind: str, data: str | bytes) -> dict[str, Any]:
        """What a file would do."""
        answer = self.send(f"/imports/{kind}?dry_run=true", data)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        assert said["dry_run"]
        return said

    def bring(self, kind: str, data: str | bytes) -> dict[str, Any]:
        """Bring a file in that has no mistake."""
        answer = self.send(f"/imports/{kind}?dry_run=false", data)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        assert not said["dry_run"]
        return said

    def take(self, kind: str, query: str = "format=csv") -> str:
        """A file of a kind."""
        answer = self.centre.ask("GET", f"/exports/{kind}?{query}")
        assert answer.status_code == 200, answer.text
        return answer.content.decode("utf-8-sig")


def does(said: dict[str, Any]) -> list[tuple[int, str]]:
    """What each line does."""
    return [(row["line"], row["does"]) for row in said["rows"]]


def reasons(said: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Why lines are refused: line, column and sentence."""
    return [(row["line"], one["column"], one["reason"]) for row in said["rows"] for one in row["reasons"]]
