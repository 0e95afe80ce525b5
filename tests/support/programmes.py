"""A programme's life for tests: programmes with cohorts and people of an age, made over the API."""

from typing import Any

from access.clock import DAY_MS
from tests.support.centres import HOUR_MS, NINE_MS, Centre

SENIOR = {"id": "senior", "name": "Contamination Lab senior", "age_min": 21, "age_max": 30, "seats": 40}
JUNIOR = {"id": "junior", "name": "Contamination Lab junior", "age_min": 16, "age_max": 19, "audience": "junior"}
BIRTHS = {16: "2010-06-01", 17: "2009-06-01", 20: "2006-06-01", 25: "2001-06-01"}
"""Birth dates by the age in November 2026."""
SOON_MS = NINE_MS + 7 * DAY_MS
"""Monday 2026-11-30, 09:00 at Rome."""


def with_programmes(centre: Centre) -> None:
    """The senior and the junior programme, each with a cohort at Matera; both open its hall and Cinisello's."""
    zones = {"matera": ["hall"], "cinisello": ["hall"]}
    for programme in (SENIOR, JUNIOR):
        centre.made("/programmes", programme | {"zones": zones})
        ident = f"{programme['id']}-mt"
        centre.made("/cohorts", {"id": ident, "programme": programme["id"], "site": "matera", "name": ident})


def person(centre: Centre, age: int | None = 25, name: str = "Anna", **more: object) -> str:
    """Make a person of an age, and give the id."""
    born = {} if age is None else {"birth_date": BIRTHS[age]}
    ident: str = centre.made("/people", {"name": name, **born, **more})["id"]
    return ident


def enrolled(centre: Centre, age: int = 25, cohort: str | None = "senior-mt", **more: object) -> dict[str, Any]:
    """Make a person, and enrol them."""
    who = person(centre, age)
    return centre.made("/enrolments", {"person": who, "cohort": cohort, **more})


def session(centre: Centre, **more: object) -> dict[str, Any]:
    """Plan a session of the senior programme at Matera for its cohort, for an hour."""
    body = {
        "programme": "senior",
        "title": "Impresa",
        "zone": "hall",
        "start_ms": SOON_MS,
        "end_ms": SOON_MS + HOUR_MS,
        "groups": ["senior-mt"],
    }
    return centre.made("/sites/matera/sessions", body | more)


def edited(centre: Centre, path: str, **changes: object) -> dict[str, Any]:
    """Read a thing, change some of it and write it back; what it is now."""
    read = centre.ask("GET", path)
    fixed = {"id", "programme", "person", "site", "age", "enrolled_ms", "team"}
    keep = {"programme"} if "/sessions/" in path else set()
    body = {name: value for name, value in read.json().items() if name not in fixed - keep}
    answer = centre.ask("PUT", path, body | changes, If_Match=read.headers["etag"])
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said
