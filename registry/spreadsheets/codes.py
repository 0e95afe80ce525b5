"""Codes in cells that prove themselves: card UIDs, the Italian codice fiscale, e-mail addresses.

A mistake never repeats what was written (guarantee P3).
"""

import re
from dataclasses import dataclass
from datetime import date

from access.credential import UID_BYTES, is_random_uid
from registry.reasons import why
from registry.spreadsheets.cells import At, BadCell, Style, Written
from registry.spreadsheets.ids import unspoiled

_MONTHS = "ABCDEHLMPRST"
_DIGITS = "LMNPQRSTUV"
"""What stands for the digits 0 to 9 where two people would have one code (omocodia; DM 23/12/1976)."""
_N = f"[0-9{_DIGITS}]"
_SHAPE = re.compile(f"[A-Z]{{6}}{_N}{{2}}[{_MONTHS}]{_N}{{2}}[A-Z]{_N}{{3}}[A-Z]")
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
"""What a sign at an odd place counts: of 0 or A, 1 or B, and so on (the same decree)."""
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z]"
)


@dataclass(frozen=True, slots=True)
class Uid:
    """A card's UID: upper-case hex of 3 to 10 bytes, whatever case and separators it was written with."""

    empty: str | None = None

    def read(self, text: str, at: At) -> str:
        """The UID. Raises BadCell."""
        del at
        if "," in text or "+" in text:
            unspoiled(text)
        uid = re.sub(r"[\s:.-]", "", text).upper()
        if not re.fullmatch("[0-9A-F]+", uid):
            raise BadCell(why("uid.hex", "a UID is written in hex, such as 04A1B2C3D4E580; read the card again."))
        if len(uid) % 2:
            raise BadCell(
                why(
                    "uid.odd",
                    "a digit of this UID is missing, perhaps a 0 that Excel took away; format the column as Text.",
                )
            )
        if len(uid) // 2 not in UID_BYTES:
            raise BadCell(why("uid.bytes", "a UID has 3 to 10 bytes, two digits each; read the card again."))
        if is_random_uid(uid):
            raise BadCell(
                why(
                    "uid.phone",
                    "this is a phone, which shows another number at every tap; enrol a card with a fixed one.",
                )
            )
        return uid

    def write(self, value: str, style: Style) -> Written:
        """The UID."""
        del style
        return value


@dataclass(frozen=True, slots=True)
class FiscalCode:
    """A codice fiscale of a person: 16 characters whose last checks the others; omocodia is accepted."""

    empty: str | None = None

    def read(self, text: str, at: At) -> str:
        """The code in capitals. Raises BadCell."""
        del at
        code = re.sub(r"[\s-]", "", text).upper()
        if not _SHAPE.fullmatch(code) or _day_of_birth(code) not in range(1, 32):
            raise BadCell(
                why(
                    "fiscal.shape",
                    "a codice fiscale has 16 letters and digits, such as RSSMRA85T10A562S; copy it again.",
                )
            )
        if check_character(code) != code[15]:
            raise BadCell(
                why(
                    "fiscal.check",
                    "the last letter of this codice fiscale does not agree with the others; copy it again.",
                )
            )
        return code

    def write(self, value: str, style: Style) -> Written:
        """The code."""
        del style
        return value


def check_character(code: str) -> str:
    """The 16th character of a codice fiscale, from its first 15."""
    values = [int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in code[:15]]
    return chr(ord("A") + sum(value if place % 2 else _ODD[value] for place, value in enumerate(values)) % 26)


def says_born(code: str, born: date) -> bool:
    """Whether a checked codice fiscale names this birth date; it does not say the century."""
    said = (_number(code[6:8]), _MONTHS.index(code[8]) + 1, _day_of_birth(code))
    return said == (born.year % 100, born.month, born.day)


def _day_of_birth(code: str) -> int:
    """The day, to which 40 is added for women."""
    day = _number(code[9:11])
    return day - 40 if day > 40 else day


def _number(signs: str) -> int:
    return int("".join(str(_DIGITS.index(sign)) if sign in _DIGITS else sign for sign in signs))


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address; its domain in small letters."""

    empty: str | None = None

    def read(self, text: str, at: At) -> str:
        """The address. Raises BadCell."""
        del at
        bare = text.removeprefix("mailto:")
        if len(bare) > 254 or not _EMAIL.fullmatch(bare):
            raise BadCell(why("email.bad", "this is no e-mail address; write one such as anna@example.org."))
        name, _, domain = bare.rpartition("@")
        return f"{name}@{domain.lower()}"

    def write(self, value: str, style: Style) -> Written:
        """The address."""
        del style
        return value
