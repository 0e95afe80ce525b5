"""The words of ESPHome's object ids and topics, which its owner chooses: these are the usual ones."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PERSON_WORDS = _words(
    "presence present occupancy occupied motion moving still target pir radar mmwave person people human"
)
"""A sensor that sees people."""
DOOR_WORDS = _words("door window contact reed gate garage opening opened open")
"""A door's or a window's contact."""
OTHER_WORDS = _words(
    "button doorbell bell status tamper lock locked light battery charging update problem "
    "connected connection connectivity wifi mqtt power switch relay leak moisture smoke gas sound"
)
"""A binary sensor of neither people nor doors."""
CARD_WORDS = _words(
    "tag uid card rfid nfc badge fob credential reader scan scanned rc522 pn532 pn7150 pn7160 rdm6300 wiegand"
)
"""Something about cards or their reader."""
CARD_ALONE_WORDS = _words("tag uid card rfid badge fob credential")
"""What comes under one of these is a card; under the reader's own name it may be anything else too."""
HEX_READERS = _words("rc522 pn532 pn7150 pn7160 nfc")
"""Readers that ESPHome prints in hex, also where it happens to hold digits alone."""
UNCOUNTED_WORDS = _words("count counter total time age signal status version uptime rssi state type")
"""Beside a card's word these make a figure about a reader, not a card."""
COUNT_WORDS = _words("count counter number people")
"""Together with one of the next, a number of people."""
COUNTED_WORDS = _words("people person persons visitor visitors occupancy occupants target")
"""Whom a counter counts."""
PART_OF_COUNT_WORDS = _words("moving still max maximum entry exit")
"""Beside these a count is not everybody."""
REMOVED_WORDS = _words("removed remove removal gone")
"""A card has gone."""
SECRET_WORDS = _words("key keys keypad pin code password")
"""What a keypad sends."""
NO_CARD = frozenset({"none", "unknown", "unavailable", "removed", "off", "no tag", "no card"})
"""What firmware shows where no card is."""
