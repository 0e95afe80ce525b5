"""The recurrence rules that are accepted: a subset of RFC 5545's RRULE in which nothing is undefined, and how each says
its days.

FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, with INTERVAL, COUNT or UNTIL, WKST, BYMONTH, BYMONTHDAY, BYDAY and BYSETPOS.
All occurrences begin at one time of day, so BYHOUR, BYMINUTE and BYSECOND are refused, and with them the shorter
frequencies. BYWEEKNO and BYYEARDAY are refused because calendars and libraries do not agree on them.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.recurrence.wall import RecurrenceRefused

LONGEST_TEXT = 500
LARGEST_INTERVAL = 1000
LARGEST_COUNT = 10_000
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PARTS = ("FREQ", "UNTIL", "COUNT", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday 0 (Monday) to 6; with ``nth`` the n-th of its month or year, from the end where negative."""

    weekday: int
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as accepted: made by ``rule_of`` alone, or from such a one by ``dataclasses.replace``.

    ``until`` is a wall time, or one in UTC, and is itself within the rule.
    """

    freq: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    days: tuple[Weekday, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


def rule_of(text: str) -> Rule:
    """The rule that an RRULE's value says, with or without ``RRULE:`` before it. Raises RecurrenceRefused.

    An UNTIL that is a date means to the end of that day.
    """
    parts = _parts(text)
    if "COUNT" in parts and "UNTIL" in parts:
        raise RecurrenceRefused("a rule has COUNT or UNTIL, not both; leave one out.")
    rule = Rule(
        freq=_freq(parts["FREQ"]),
        interval=_number(parts, "INTERVAL", LARGEST_INTERVAL) or 1,
        count=_number(parts, "COUNT", LARGEST_COUNT),
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        months=_numbers(parts, "BYMONTH", 12),
        month_days=_numbers(parts, "BYMONTHDAY", 31, from_end=-31),
        days=_days(parts),
        positions=_numbers(parts, "BYSETPOS", 366, from_end=-366),
        week_start=_weekday(parts.get("WKST", "MO")),
    )
    _fits(rule)
    return rule


def text_of(rule: Rule) -> str:
    """The rule as an RRULE's value: what ``rule_of`` reads, the same for equal rules."""
    parts = [f"FREQ={rule.freq}"]
    if rule.until is not None:
        parts.append(f"UNTIL={rule.until:%Y%m%dT%H%M%S}{'Z' if rule.until.tzinfo else ''}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.interval != 1:
        parts.append(f"INTERVAL={rule.interval}")
    by = {"BYMONTH": rule.months, "BYMONTHDAY": rule.month_days, "BYDAY": map(_day_text, rule.days)}
    lists = [(name, ",".join(map(str, values))) for name, values in (by | {"BYSETPOS": rule.positions}).items()]
    parts += [f"{name}={values}" for name, values in lists if values]
    if rule.week_start:
        parts.append(f"WKST={WEEKDAYS[rule.week_start]}")
    return ";".join(parts)


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST_TEXT:
        raise RecurrenceRefused(f"a rule has at most {LONGEST_TEXT} characters; shorten it.")
    pairs = [part.split("=", 1) for part in text.strip().upper().removeprefix("RRULE:").split(";") if part]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise RecurrenceRefused("a rule is parts such as FREQ=WEEKLY;BYDAY=MO; write it so.")
    parts = dict[str, str]()
    for name, value in pairs:
        if name not in _PARTS:
            raise RecurrenceRefused(f"a rule's {_shown(name)} is not accepted; write it with {', '.join(_PARTS)}.")
        if name in parts:
            raise RecurrenceRefused(f"a rule says {name} twice; leave one out.")
        parts[name] = value
    if "FREQ" not in parts:
        raise RecurrenceRefused("a rule says how often: write FREQ.")
    return parts


def _freq(value: str) -> str:
    if value not in FREQUENCIES:
        raise RecurrenceRefused(f"FREQ={_shown(value)} is not accepted; write one of {', '.join(FREQUENCIES)}.")
    return value


def _number(parts: dict[str, str], name: str, largest: int) -> int | None:
    if name not in parts:
        return None
    (number, *more) = _numbers(parts, name, largest)
    if more:
        raise RecurrenceRefused(f"{name} is one number; write one.")
    return number


def _numbers(parts: dict[str, str], name: str, largest: int, from_end: int = 0) -> tuple[int, ...]:
    """The numbers of a list, rising and each once: 1 to the largest, and from -1 down where the end may be meant."""
    if name not in parts:
        return ()
    words = parts[name].split(",")
    found = {int(word) for word in words if re.fullmatch(r"[+-]?[0-9]{1,5}", word)}
    signs = all(re.fullmatch(r"[+-]?[0-9]{1,5}", word) for word in words)
    if not signs or 0 in found or min(found) < from_end or max(found) > largest:
        ends = f", or -1 to {from_end}" if from_end else ""
        raise RecurrenceRefused(f"{name} takes 1 to {largest}{ends}; correct it.")
    return tuple(sorted(found))


def _until(value: str) -> datetime:
    found = _UNTIL.fullmatch(value)
    digits = found[1] + (found[2] or "235959") if found else ""
    try:
        until = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise RecurrenceRefused("UNTIL is a date 20261231 or a time 20261231T180000; correct it.") from None
    return until if found and found[3] else until.replace(tzinfo=None)


def _days(parts: dict[str, str]) -> tuple[Weekday, ...]:
    if "BYDAY" not in parts:
        return ()
    found = [_DAY.fullmatch(word) for word in parts["BYDAY"].split(",")]
    days = {Weekday(_weekday(day[2]), int(day[1]) if day[1] else None) for day in found if day is not None}
    if None in found or any(day.nth == 0 for day in days):
        raise RecurrenceRefused("BYDAY takes MO to SU, each perhaps with a number as in 1MO or -1FR; correct it.")
    return tuple(sorted(days, key=lambda day: (day.weekday, day.nth or 0)))


def _weekday(value: str) -> int:
    if value not in WEEKDAYS:
        raise RecurrenceRefused("a weekday is one of MO, TU, WE, TH, FR, SA, SU; correct it.")
    return WEEKDAYS.index(value)


def _day_text(day: Weekday) -> str:
    return f"{day.nth or ''}{WEEKDAYS[day.weekday]}"


def _shown(word: str) -> str:
    return word[:20] if word.isalnum() and word.isascii() else "that part"


def _fits(rule: Rule) -> None:
    """The parts that RFC 5545 does not allow beside one another, and those that never name a day."""
    numbered = [day.nth for day in rule.days if day.nth is not None]
    if numbered and rule.freq not in {"MONTHLY", "YEARLY"}:
        raise RecurrenceRefused("a numbered BYDAY needs FREQ=MONTHLY or YEARLY; leave the number out.")
    if numbered and (len(numbered) < len(rule.days) or rule.month_days):
        raise RecurrenceRefused("a numbered BYDAY stands without plain days and without BYMONTHDAY; leave one out.")
    most = 5 if rule.freq == "MONTHLY" or rule.months else 53
    if any(abs(nth) > most for nth in numbered):
        raise RecurrenceRefused(f"there is no such weekday: a number before it is at most {most} here; correct it.")
    if rule.freq == "WEEKLY" and rule.month_days:
        raise RecurrenceRefused("BYMONTHDAY does not go with FREQ=WEEKLY; use FREQ=MONTHLY.")
    if rule.positions and not (rule.days or rule.month_days or rule.months):
        raise RecurrenceRefused("BYSETPOS chooses among days; name them with BYDAY or BYMONTHDAY.")
    longest = max((_DAYS_OF_MONTH[month - 1] for month in rule.months), default=31)
    if rule.month_days and min(map(abs, rule.month_days)) > longest:
        raise RecurrenceRefused("no month of BYMONTH has a day of BYMONTHDAY; correct one.")
