"""What a reader's display says to a recognised person: short Italian sentences (guarantee D13, domain: remedies).

Whoever stands behind them may read it too: nothing here tells who is a minor.
"""

from zoneinfo import ZoneInfo

from access.clock import MINUTE_MS
from access.hours import local
from access.judge import Verdict
from access.reasons import Reason
from access.remedies import calendar

SAID: dict[Reason, str] = {
    Reason.STANDING: "Benvenuto",
    Reason.DUTY: "Benvenuto: turno fino alle {until}",
    Reason.BOOKING: "Benvenuto: prenotazione fino alle {until}",
    Reason.TEAM_BOOKING: "Benvenuto: prenotazione della squadra fino alle {until}",
    Reason.SESSION: "Benvenuto: sessione fino alle {until}",
    Reason.PASS: "Benvenuto: lasciapassare fino alle {until}",
    Reason.EMERGENCY_CARD: "Carta d'emergenza: l'uso è segnalato al personale",
    Reason.FREE_PASSAGE: "Benvenuto: passaggio libero",
    Reason.BADGE_REVOKED: "Badge disattivato: rivolgiti al personale",
    Reason.DENIED: "Badge disattivato: rivolgiti al personale",
    Reason.BADGE_NOT_YET: "Badge non ancora valido: dal {day}",
    Reason.BADGE_EXPIRED: "Badge scaduto: rivolgiti al personale",
    Reason.PERSON_SUSPENDED: "Accesso sospeso: rivolgiti al personale",
    Reason.PERSON_NOT_YET: "Accesso non ancora valido: dal {day}",
    Reason.PERSON_ENDED: "Accesso terminato: rivolgiti al personale",
    Reason.LOCKDOWN: "Ingresso bloccato: attendi il personale",
    Reason.PIN_BLOCKED: "Troppi PIN errati: riprova dalle {until}",
    Reason.PIN_MISSING: "Serve il PIN: digitalo e ripassa il badge",
    Reason.PIN_WRONG: "PIN errato: riprova",
    Reason.ZONE_NOT_ALLOWED: "Area non consentita",
    Reason.SITE_CLOSED: "Sede chiusa: apre alle {until}",
    Reason.MINOR_NOT_AUTHORISED: "Autorizzazione da completare: rivolgiti al personale",
    Reason.MINOR_CURFEW: "Ingresso non consentito a quest'ora: dalle {until}",
    Reason.CLOCK_UNSURE: "Orologio della sede da regolare: rivolgiti al personale",
    Reason.SITE_OFFLINE: "Sede senza collegamento: rivolgiti al personale",
    Reason.TRAINING_OVERDUE: "Formazione obbligatoria da completare: rivolgiti al personale",
    Reason.BOOKING_RELEASED: "Prenotazione liberata: prenota di nuovo",
    Reason.PASS_HOURS: "Lasciapassare non valido ora: dalle {until}",
    Reason.TOO_EARLY: "Troppo presto: dalle {until}",
    Reason.PASS_NOT_YET: "Lasciapassare non ancora valido: dalle {until}",
    Reason.BOOKING_ENDED: "Prenotazione terminata: prenota di nuovo",
    Reason.PASS_ENDED: "Lasciapassare scaduto: rivolgiti al personale",
    Reason.NO_BOOKING: "Nessuna prenotazione: prenota e riprova",
    Reason.MINOR_NO_STAFF: "Attendi l'arrivo del personale, poi riprova",
    Reason.NO_STAFF_YET: "Attendi l'arrivo del personale, poi riprova",
    Reason.ZONE_FULL: "Area al completo: riprova fra poco",
    Reason.ALREADY_INSIDE: "Risulti già all'interno: rivolgiti al personale",
}

FOR_STAFF = "Badge letto: attendi il personale"
"""Of a card that staff had read: the same whoever holds it."""


def for_display(verdict: Verdict | None, zone: ZoneInfo, wall_ms: int, free_desk: str = "") -> str | None:
    """The sentence for a verdict at a moment, with local times, and with a desk that they could book instead, where
    one is named; None where nobody was recognised.
    """
    if verdict is None or (said := SAID.get(verdict.reason)) is None:
        return None
    if free_desk:
        return f"{said.split(':')[0]}: {free_desk} è libera, prenotala e ripassa il badge"
    until = None if verdict.until_ms is None else calendar(_whole_minute(verdict, verdict.until_ms), zone)
    if until is None:
        return said.split(":")[0] if "{" in said else said
    today = local(wall_ms, zone)
    # Without strftime, which goes through the C library's locale: somebody stands at the door.
    clock, day = f"{until.hour:02}:{until.minute:02}", f"{until.day:02}/{until.month:02}"
    same_day = until.date() == today.date()
    return said.format(until=clock if same_day else f"{clock} del {day}", day=day)


def _whole_minute(verdict: Verdict, until_ms: int) -> int:
    """A refusal holds to the end of the minute that is named, a grant to its beginning."""
    return until_ms if verdict.granted else -(-until_ms // MINUTE_MS) * MINUTE_MS
