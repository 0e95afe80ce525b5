"""How cards are spelled: every maker's way of writing a UID, brought to one.

Theory. A card has a few bytes; readers write them as hex (with or without separators), as a decimal number, in the
reverse order, or squeezed through a Wiegand frame. A driver brings the message's spelling to upper-case hex and notes
whether it was a number (``TapReading.numeric``); the site file says what the reader does to the bytes
(:class:`access.site.UidForm`) and :func:`canonical` undoes it, so that one card is one credential.

Errors are values: a :class:`devices.readings.Rejected` with one sentence, which never repeats the card.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from access.site import UidForm
from devices.readings import Rejected, TapReading

SHORTEST_UID_BYTES = 3
LONGEST_UID_BYTES = 10
NUMBER_BYTES = 4
"""A number has lost its leading zeros; it becomes hex of at least this many bytes."""
LONGEST_NUMBER_DIGITS = 25
"""2 ** 80 has 25 decimal digits; anything longer is no card, and is not even converted."""
SEPARATORS = str.maketrans("", "", ":- ")
FRAMES_BITS = (26, 34)
WIEGAND26_BYTES = 3
HEX = re.compile("[0-9A-F]+")
DIGITS = re.compile("[0-9]+")

NOT_HEX = Rejected("the uid is not hexadecimal: 3 to 10 bytes are expected, such as 04A1B2C3D4E580")
ODD = Rejected("the uid has an odd number of hex digits: a leading zero was lost on the way and cannot be placed")
LENGTH = Rejected("the uid has not 3 to 10 bytes")
ZERO = Rejected("the uid is zero: the reader did not read the card well")
NOT_DECIMAL = Rejected("the uid is not decimal, though the site file says that this reader sends decimals")
TOO_LARGE_FOR_26 = Rejected("the uid does not fit into 26 bits, though the site file says wiegand26")
PARITY = Rejected("the Wiegand frame's parity is wrong: the card was not read well")
NOT_A_FRAME = Rejected("a Wiegand frame is written as 26 or 34 digits, each 0 or 1")


@dataclass(frozen=True, slots=True)
class WiegandCard:
    """What a Wiegand frame holds between its parity bits: facility and card number, and how many bytes they fill."""

    facility: int
    card: int
    size_bytes: int

    @property
    def uid(self) -> str:
        """Facility then card (two bytes), as upper-case hex of ``size_bytes`` bytes."""
        return f"{self.facility << 16 | self.card:0{2 * self.size_bytes}X}"


def uid_from_hex(text: str) -> str | Rejected:
    """``text`` as upper-case hex without separators (``:``, ``-``, blank, a leading ``0x``), in the order sent."""
    digits = text.strip().upper().translate(SEPARATORS).removeprefix("0X")
    if not (text.isascii() and HEX.fullmatch(digits)):
        return NOT_HEX
    return ODD if len(digits) % 2 else _checked(digits)


def uid_from_number(value: int) -> str | Rejected:
    """``value`` as big-endian hex of at least 4 bytes and an even number of digits."""
    if value <= 0:
        return ZERO
    if value >= 1 << 8 * LONGEST_UID_BYTES:
        return LENGTH
    digits = f"{value:X}"
    return _checked(digits.zfill(max(2 * NUMBER_BYTES, len(digits) + len(digits) % 2)))


def uid_from_decimal(text: str) -> str | Rejected:
    """The decimal digits ``text`` as :func:`uid_from_number` does; leading zeros mean nothing."""
    digits = text.strip()
    if not (digits.isascii() and DIGITS.fullmatch(digits)):
        return NOT_DECIMAL
    return LENGTH if len(digits) > LONGEST_NUMBER_DIGITS else uid_from_number(int(digits))


def tap_from_text(text: str) -> TapReading | Rejected:
    """A tap from text whose kind the maker does not tell: digits that cannot be whole bytes are a decimal number or
    a frame's bits, and all else is hex.
    """
    digits = text.strip()
    if digits.isascii() and DIGITS.fullmatch(digits) and (len(digits) % 2 or _is_frame(digits)):
        return tap_from_decimal(digits)
    return tap_from_hex(digits)


def tap_from_number(value: int) -> TapReading | Rejected:
    """A tap from a number."""
    return _numeric_tap(uid_from_number(value))


def tap_from_decimal(text: str) -> TapReading | Rejected:
    """A tap from decimal text, or from the 26 or 34 bits of a Wiegand frame, which is checked and unpacked."""
    digits = text.strip()
    if not _is_frame(digits):
        return _numeric_tap(uid_from_decimal(digits))
    card = wiegand_frame(digits)
    return card if isinstance(card, Rejected) else tap_from_number(card.facility << 16 | card.card)


def tap_from_hex(text: str) -> TapReading | Rejected:
    """A tap from hex text."""
    return _tap(uid_from_hex(text))


def wiegand_frame(bits: str) -> WiegandCard | Rejected:
    """The 26 (H10301) or 34 bits of a frame, parity checked: even over the first half, odd over the second."""
    if not _is_frame(bits):
        return NOT_A_FRAME
    half = len(bits) // 2
    if bits[:half].count("1") % 2 != 0 or bits[half:].count("1") % 2 != 1:
        return PARITY
    value = int(bits[1:-1], 2)
    return WiegandCard(value >> 16, value & 0xFFFF, (len(bits) - 2) // 8)


def canonical(tap: TapReading, form: UidForm) -> str | Rejected:
    """The card's own UID, whatever ``form`` its reader gave it: upper-case hex, 3 to 10 bytes."""
    return FORMS[form](tap)


def _as_sent(tap: TapReading) -> str | Rejected:
    return _checked(tap.uid)


def _reversed(tap: TapReading) -> str | Rejected:
    pairs = (tap.uid[at : at + 2] for at in range(len(tap.uid) - 2, -1, -2))
    return _checked("".join(pairs))


def _decimal(tap: TapReading) -> str | Rejected:
    return _checked(tap.uid) if tap.numeric else uid_from_decimal(tap.uid)


def _wiegand26(tap: TapReading) -> str | Rejected:
    number = _decimal(tap)
    if isinstance(number, Rejected):
        return number
    value = int(number, 16)
    if value >> 26:
        return TOO_LARGE_FOR_26
    if value >> 24:
        card = wiegand_frame(f"{value:026b}")
        return card if isinstance(card, Rejected) else _checked(card.uid)
    return _checked(f"{value:0{2 * WIEGAND26_BYTES}X}")


FORMS: Mapping[UidForm, Callable[[TapReading], str | Rejected]] = {
    UidForm.AS_SENT: _as_sent,
    UidForm.REVERSED: _reversed,
    UidForm.DECIMAL: _decimal,
    UidForm.WIEGAND26: _wiegand26,
}
"""Firmware strips a frame's parity before it sends it (Tasmota, ESPHome), so 24 bits are taken as they are; more are
a frame with its parity. A reader that sends raw frames writes them as 26 digits (:func:`tap_from_text`)."""


def _is_frame(text: str) -> bool:
    return len(text) in FRAMES_BITS and set(text) <= {"0", "1"}


def _checked(digits: str) -> str | Rejected:
    if not SHORTEST_UID_BYTES <= len(digits) // 2 <= LONGEST_UID_BYTES:
        return LENGTH
    return digits if digits.strip("0") else ZERO


def _tap(uid: str | Rejected) -> TapReading | Rejected:
    return uid if isinstance(uid, Rejected) else TapReading(uid)


def _numeric_tap(uid: str | Rejected) -> TapReading | Rejected:
    return uid if isinstance(uid, Rejected) else TapReading(uid, numeric=True)
