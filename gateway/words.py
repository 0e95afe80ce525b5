"""What a reader's display says to a recognised person: short Italian sentences (guarantee D13, domain: remedies)."""

from zoneinfo import ZoneInfo

from access.hours import local
from access.judge import Verdict
from access.reasons import Reason
from gateway.remedies import calendar

SAID: dict[Reason, str] = {
    Reason.STANDING: "Benvenuto",
    Reason.BOOKING: "Benvenuto: prenotazione fino alle {until}",
    Reason.BADGE_REVOKED: "Badge disattivato: rivolgiti al personale",
    Reason.BADGE_NOT_YET: "Badge non ancora valido: dal {day}",
    Reason.BADGE_EXPIRED: "Badge scaduto: rivolgiti al personale",
    Reason.PERSON_SUSPENDED: "Accesso sospeso: rivolgiti al personale",
    Reason.PERSON_NOT_YET: "Accesso non ancora valido: dal {day}",
    Reason.PERSON_ENDED: "Accesso terminato: rivolgiti al personale",
    Reason.LOCKDOWN: "Ingresso bloccato: attendi il personale",
    Reason.ZONE_NOT_ALLOWED: "Area non consentita",
    Reason.SITE_CLOSED: "Sede chiusa",
    Reason.TOO_EARLY: "Troppo presto: dalle {until}",
    Reason.BOOKING_ENDED: "Prenotazione terminata: prenota di nuovo",
    Reason.NO_BOOKING: "Nessuna prenotazione: prenota e riprova",
}


def for_display(verdict: Verdict | None, zone: ZoneInfo, wall_ms: int) -> str | None:
    """The sentence for a verdict at a moment, with local times; None where nobody was recognised."""
    said = None if verdict is None else SAID.get(verdict.reason)
    until = None if verdict is None or verdict.until_ms is None else calendar(verdict.until_ms, zone)
    if said is None or until is None:
        return said if said is None or "{" not in said else said.split(":")[0]
    today = local(wall_ms, zone)
    # Without strftime, which goes through the C library's locale: somebody stands at the door.
    clock, day = f"{until.hour:02}:{until.minute:02}", f"{until.day:02}/{until.month:02}"
    same_day = until.date() == today.date()
    return said.format(until=clock if same_day else f"{clock} del {day}", day=day)
