"""The pages of staff that tests look at; ``{person}``, ``{badge}``, ``{closure}``, ``{register}``, ``{booking}``,
``{forgotten}`` (a booking), ``{cohort}``, ``{enrolment}``, ``{team}``, ``{session}``, ``{angel}``, ``{given}`` and
``{visit}`` stand for those of the tests' centre, ``{line}`` for one of that register's.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from access.clock import DAY_MS
from access.hours import local, unix_ms
from registry.edit import editing
from registry.people import requests
from registry.retention import holds
from registry.retention.holds import Wanted
from tests.support.centre_sights_desk import DESK, DESK_NO_PAGES, desked
from tests.support.centre_sights_reports import REPORTS, reported
from tests.support.centre_sights_sites import forgotten
from tests.support.centres import HOUR_MS, NINE_MS, Centre
from tests.support.fixed_day import wall_ms
from tests.support.page_rules import Sight, send_at_once

ROME = ZoneInfo("Europe/Rome")
_CHOSEN = "/people-chosen?do={}&one={{person}}"
_DROP, _REVOKE = "/closures/{site}/{closure}/drop", "/badges/{badge}/revoke"
_REGISTER, _REGISTERS = "/registers/matera/{register}", "/registers/{site}/{register}"
_BOOKING, _SESSION = "/bookings/{site}/{booking}", "/sessions/{site}/{session}"
_WITHDRAW = "/cohorts/{cohort}/withdraw/{enrolment}"
_PERSON, _EDIT = "/people/{person}", "/people/{person}/edit"

_NEW, _GIVE, _HELD = "/people/{{person}}/new/{}", "/people/{person}/new/{kind}", "/people/{person}/held/{kind}/{key}"
_RIGHT = "/people/{person}/held/right/matera"
KINDS = ("role", "right", "pass", "enrolment", "guardian", "transfer")


def _here(path: str) -> str:
    return path.replace("{site}", "matera")


def soon() -> datetime:
    """Nine o'clock, some days ahead."""
    return local(wall_ms() + 3 * DAY_MS, ROME).replace(hour=9, minute=0, second=0, microsecond=0)


def book_taken(page: Page) -> None:
    """Ask for what somebody else has."""
    page.fill("#start", f"{soon():%Y-%m-%dT%H:%M}")
    page.fill("#end", f"{soon() + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    send_at_once(page)


def open_of_no_days(page: Page) -> None:
    """Open a register of a programme without saying of which days."""
    with page.expect_navigation():
        page.evaluate("document.querySelector('input[name=of][value=programme]').form.requestSubmit()")


def choose_none(page: Page) -> None:
    """Approve nothing."""
    for box in page.locator("main input[type=checkbox]").all():
        box.uncheck()
    send_at_once(page)


def staffed(running: Centre, person: str) -> dict[str, str]:
    """What the pages of coordinators show, of one person; what stands for each in a path."""
    running.made("/programmes", {"id": "lab", "name": "Lab", "zones": {"matera": ["hall"]}})
    running.made("/programmes/lab/modules", {"name": "First aid", "due_ms": NINE_MS})
    running.made("/cohorts", {"id": "autunno", "programme": "lab", "site": "matera", "name": "Autunno"})
    enrolment = running.made("/enrolments", {"person": person, "cohort": "autunno"})["id"]
    running.made("/teams", {"id": "falchi", "cohort": "autunno", "name": "Falchi"})
    running.made("/teams/falchi/members", {"person": person, "from_ms": NINE_MS})
    span = {"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS}
    session = {"programme": "lab", "title": "Robots", "zone": "hall", "resource": "r1", "groups": ["autunno"], **span}
    booked = {"resource": "d1", "person": person, **span}
    taken = {"resource": "d1", "start_ms": unix_ms(soon()), "end_ms": unix_ms(soon()) + HOUR_MS}
    running.made("/sites/matera/bookings", {**taken, "person": running.admit("matera", "Bruno")})
    running.made("/sites/matera/waiting", {**taken, "person": running.admit("matera", "Carla")})
    hours = {"from_minute": 480, "to_minute": 1_200}
    for weekday in range(7):
        running.made("/sites/matera/openings", {"weekday": weekday, **hours})
    running.made("/sites/matera/openings", {"weekday": 0, **hours, "audience": "lab"})
    with editing(running.database, wall_ms()) as edit:
        request = requests.ask(edit, person, requests.Wish.CORRECT, "Il mio cognome è Bianchi.")
    reported(running)
    hall = {"id": "aula", "kind": "room", "name": "Aula", "zone": "hall", "needs_approval": True}
    running.made("/sites/matera/resources", hall)
    running.made("/sites/matera/openings", {"weekday": soon().weekday(), **hours, "resource": "aula"})
    asked = {**taken, "resource": "aula", "person": running.admit("matera", "Dino")}
    running.made("/sites/matera/bookings", asked)
    with editing(running.database, NINE_MS) as edit:
        hold = holds.begin(edit, Wanted("procedimento 7", NINE_MS + 30 * DAY_MS, "booking", person), "guida")
    return {
        "{request}": request,
        "{hold}": hold,
        "{booking}": running.made("/sites/matera/bookings", booked)["id"],
        "{forgotten}": forgotten(running, person),
        "{session}": running.made("/sites/matera/sessions", session)["id"],
        "{cohort}": "autunno",
        "{enrolment}": enrolment,
        "{team}": "falchi",
        **desked(running),
    }


STAFF: tuple[tuple[str, Sight], ...] = (
    ("guida", Sight("/people")),
    ("guida", Sight("/people?q=nobody-is-called-so")),
    ("socia", Sight("/people", status=403)),
    ("guida", Sight(_PERSON, _PERSON)),
    ("guida", Sight(_EDIT, _EDIT)),
    ("guida", Sight(f"{_PERSON}/erase", f"{_PERSON}/erase")),
    ("guida", Sight(f"{_PERSON}/erase", status=422, first=send_at_once)),
    ("guida", Sight(f"{_PERSON}/consents", f"{_PERSON}/consents")),
    ("guida", Sight("/consents")),
    ("guida", Sight("/consents/news", "/consents/{kind}")),
    ("guida", Sight("/requests")),
    ("guida", Sight("/requests/{request}", "/requests/{request}")),
    ("guida", Sight("/requests/{request}", status=422, first=send_at_once)),
    ("guida", Sight("/people-new")),
    ("guida", Sight("/people-new", status=422, first=send_at_once)),
    ("guida", Sight("/people-chosen?do=suspend")),
    ("guida", Sight(_CHOSEN.format("suspend"))),
    ("guida", Sight(_CHOSEN.format("revoke"), status=422, first=send_at_once)),
    *(("guida", Sight(_NEW.format(kind), _GIVE)) for kind in KINDS),
    ("guida", Sight(_NEW.format("pass"), _GIVE, status=422, first=send_at_once)),
    ("guida", Sight(_RIGHT, _HELD)),
    ("guida", Sight(f"{_RIGHT}/end", f"{_HELD}/end")),
    ("guida", Sight(_CHOSEN.format("end-roles"))),
    ("guida", Sight("/audit")),
    ("guida", Sight("/audit?author=nobody-is-called-so")),
    ("guida", Sight("/audit?day=soon", status=422)),
    ("guida", Sight("/audit/looks")),
    ("guida", Sight("/audit/looks?author=nobody-is-called-so")),
    ("bruno", Sight("/me/hours")),
    ("bruno", Sight("/me/data")),
    ("guida", Sight("/holds")),
    ("guida", Sight("/holds-new?person={person}")),
    ("guida", Sight("/holds-new", status=422, first=send_at_once)),
    ("guida", Sight("/holds/{hold}/lift", "/holds/{hold}/lift")),
    ("guida", Sight("/search?q=anna")),
    ("guida", Sight("/search?q=nobody-is-called-so")),
    ("guida", Sight("/badges")),
    ("guida", Sight("/badges?state=ended")),
    ("guida", Sight(_REVOKE, _REVOKE)),
    ("guida", Sight(_REVOKE, status=422, first=send_at_once)),
    ("guida", Sight("/closures?past=1")),
    ("guida", Sight("/closures?site=nowhere")),
    ("guida", Sight("/closures-new?site=matera")),
    ("guida", Sight("/closures-new")),
    ("guida", Sight("/closures-new?site=matera", status=422, first=send_at_once)),
    ("guida", Sight(_DROP.replace("{site}", "matera"), _DROP)),
    ("guida", Sight("/registers")),
    ("guida", Sight("/registers?site=nowhere")),
    ("socia", Sight("/registers", status=403)),
    ("guida", Sight("/registers-new")),
    ("guida", Sight("/registers-new", status=422, first=open_of_no_days)),
    ("guida", Sight(_REGISTER, _REGISTERS)),
    ("guida", Sight(f"{_REGISTER}/correct?{{line}}", f"{_REGISTERS}/correct")),
    ("guida", Sight(f"{_REGISTER}/correct?{{line}}", status=422, first=send_at_once)),
    ("guida", Sight(f"{_REGISTER}/read-anew", f"{_REGISTERS}/read-anew")),
    ("guida", Sight(f"{_REGISTER}/read-anew", status=422, first=send_at_once)),
    ("clara", Sight(f"{_REGISTER}/close/coordinator", f"{_REGISTERS}/close/{{part}}")),
    ("guida", Sight("/hours?programme=senior")),
    ("guida", Sight("/hours")),
    ("guida", Sight("/hours?programme=senior&cohort=nobody")),
    ("socia", Sight("/hours", status=403)),
    ("guida", Sight("/certificates?site=matera&last=matera/2026/1")),
    ("guida", Sight("/certificates?site=cinisello")),
    ("guida", Sight("/verify-certificate")),
    ("guida", Sight("/verify-certificate", status=422, first=send_at_once, stranger=True)),
    *DESK,
    ("guida", Sight("/use?site=matera")),
    ("socia", Sight("/use", status=403)),
    *REPORTS,
    ("guida", Sight("/bookings?site=matera&day=2026-11-23")),
    ("guida", Sight("/bookings?site=matera&day=2026-11-23&span=week")),
    ("guida", Sight("/bookings?site=matera&day=2025-01-01")),
    ("guida", Sight("/bookings?site=matera&day=2026-11-16")),
    ("guida", Sight("/bookings/matera/{forgotten}", _BOOKING)),
    ("socia", Sight("/bookings", status=403)),
    ("guida", Sight(_here(_BOOKING), _BOOKING)),
    ("guida", Sight(_here(_BOOKING) + "/move", _BOOKING + "/move")),
    ("guida", Sight(_here(_BOOKING) + "/cancel", _BOOKING + "/cancel")),
    ("guida", Sight(_here(_BOOKING) + "/cancel", status=422, first=send_at_once)),
    ("guida", Sight("/bookings-new?site=matera&q=Anna")),
    ("guida", Sight("/bookings-new?site=matera&person={person}")),
    ("guida", Sight("/bookings-new?site=matera&person={person}&resource=d1", status=409, first=book_taken)),
    ("guida", Sight("/bookings-waiting?site=matera")),
    ("guida", Sight("/bookings-pending?site=matera")),
    ("guida", Sight("/bookings-pending?site=matera", status=422, first=choose_none)),
    ("guida", Sight("/opening?site=matera")),
    ("guida", Sight("/opening-edit?site=matera&resource=aula")),
    ("guida", Sight("/opening-edit?site=matera")),
    ("guida", Sight("/opening-edit?site=matera", first=send_at_once)),
    ("guida", Sight("/opening-holidays?site=matera&year=2027")),
    ("guida", Sight("/programmes")),
    ("guida", Sight("/programmes?q=nobody-is-called-so")),
    ("guida", Sight("/programmes/lab", "/programmes/{programme}")),
    ("guida", Sight("/programmes-edit?programme=lab")),
    ("guida", Sight("/programmes-edit", status=422, first=send_at_once)),
    ("guida", Sight("/programmes-zones?programme=lab&site=matera")),
    ("guida", Sight("/modules-edit?programme=lab")),
    ("guida", Sight("/cohorts/{cohort}", "/cohorts/{cohort}")),
    ("guida", Sight("/cohorts-edit?cohort={cohort}")),
    ("guida", Sight("/cohorts-enrol?cohort={cohort}&q=Anna")),
    ("guida", Sight("/cohorts-enrol?cohort={cohort}&one={person}")),
    ("guida", Sight("/cohorts-enrol?cohort={cohort}&one={person}", status=409, first=send_at_once)),
    ("guida", Sight(_WITHDRAW, _WITHDRAW)),
    ("guida", Sight("/teams/{team}", "/teams/{team}")),
    ("guida", Sight("/teams-edit?cohort={cohort}", status=422, first=send_at_once)),
    ("guida", Sight("/teams-edit?team={team}")),
    ("guida", Sight("/sessions?site=matera&day=2026-11-23")),
    ("guida", Sight("/sessions?site=matera&day=2025-01-01")),
    ("guida", Sight(_here(_SESSION), _SESSION)),
    ("guida", Sight(_here(_SESSION) + "/cancel", _SESSION + "/cancel")),
    ("guida", Sight("/sessions-edit?site=matera&session={session}")),
    ("guida", Sight("/sessions-edit")),
    ("guida", Sight("/sessions-edit?site=matera&programme=lab", status=422, first=send_at_once)),
    ("guida", Sight("/imports/calendar?site=matera")),
    ("guida", Sight("/imports/calendar")),
    ("guida", Sight("/imports/calendar?site=matera", status=422, first=send_at_once)),
    ("guida", Sight("/imports")),
    ("guida", Sight("/imports", status=422, first=send_at_once)),
)
STAFF_NO_PAGES = (
    "/exports/{kind}",
    "/audit/acts.csv",
    "/audit/looks.csv",
    "/registers/{site}/{register}/file/{form}",
    "/certificates/{site}/{year}/{number}/file",
    *DESK_NO_PAGES,
    "/reports/{period}/file/{form}",
    "/reports-new/events",
)
"""Files."""
