"""The messages of wire version 1 as values: what a device and a gateway can say, and within which limits.

Every class is one message; ``LEAF_OF`` says under which last part of the topic it travels. A field without a default
must be there; one with the default None may be left out. Times are milliseconds of the device's own monotonic clock.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen
from pydantic import ConfigDict, Field, GetCoreSchemaHandler, with_config
from pydantic_core import CoreSchema, core_schema

from access.freshness import Heard
from access.stamp import Stamp

LARGEST_NUMBER = 1 << 53
"""What every JSON reader can hold exactly."""
LONGEST_PULSE_MS = 60_000
BEACON_PATTERN = r"^[!-~]{1,64}$"
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
STRICT = ConfigDict(strict=True, extra="forbid")
_CORE_STRICT = core_schema.CoreConfig(strict=True, extra_fields_behavior="forbid")

Boot = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{8,32}$")]
Seq = Annotated[int, Ge(1), Le(LARGEST_NUMBER)]
UptimeMs = Annotated[int, Ge(0), Le(LARGEST_NUMBER)]
Percent = Annotated[int, Ge(0), Le(100)]
Uid = Annotated[str, Field(pattern=r"^(?:[0-9A-F]{2}){3,10}$")]
Hex = Annotated[str, Field(pattern=r"^(?:[0-9A-F]{2}){1,512}$")]
Pin = Annotated[str, Field(pattern=r"^[0-9]{1,12}$")]
People = Annotated[int, Ge(0), Le(10_000)]
BeaconText = Annotated[str, Field(pattern=BEACON_PATTERN)]
Kind = Literal["reader", "desk-sensor", "people-counter", "door"]
Signal = Literal["granted", "denied", "wait"]


class _HeardOnWire:
    """``heard`` as it travels: null, or its ``ms_ago`` null, both say that no beacon was heard since boot."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read straight into the core's own ``Heard``."""
        del source, handler
        return core_schema.nullable_schema(core_schema.union_schema([_HEARD, _NOT_HEARD], mode="left_to_right"))


_TEXT = core_schema.str_schema(pattern=BEACON_PATTERN)
_HEARD = core_schema.dataclass_schema(
    Heard,
    core_schema.dataclass_args_schema(
        "Heard",
        [
            core_schema.dataclass_field("beacon", _TEXT),
            core_schema.dataclass_field("ms_ago", core_schema.int_schema(ge=0, le=LARGEST_NUMBER)),
        ],
    ),
    ["beacon", "ms_ago"],
    slots=True,
    config=_CORE_STRICT,
)
_NOT_HEARD = core_schema.no_info_after_validator_function(
    lambda _: None,
    core_schema.typed_dict_schema(
        {
            "beacon": core_schema.typed_dict_field(core_schema.nullable_schema(_TEXT), required=False),
            "ms_ago": core_schema.typed_dict_field(core_schema.none_schema()),
        },
        config=core_schema.CoreConfig(strict=True, extra_fields_behavior="forbid", title="HeardNothing"),
    ),
)


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Numbered:
    """What every event of a device carries, so that it counts once and shows its age."""

    boot: Boot
    seq: Seq
    uptime_ms: UptimeMs
    heard: Annotated[Heard | None, _HeardOnWire()]

    @property
    def stamp(self) -> Stamp:
        """The same as the core takes it."""
        return Stamp(self.boot, self.seq, self.uptime_ms, self.heard)


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Status:
    """A birth, or (``offline``) a will; retained. ``conn`` counts the connections of a boot."""

    state: Literal["online", "offline"]
    boot: Boot
    conn: Seq
    kind: Kind
    firmware: Annotated[str, Field(max_length=64, pattern=PRINTABLE)]
    battery_pct: Percent | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Tap(Numbered):
    """A card with a plain UID: upper-case hex in ISO 14443-3 order. No PIN is ever shown in a repr."""

    uid: Uid
    pin: Pin | None = field(default=None, repr=False)


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Sun:
    """What a card that signs itself sends (NXP's secure unique NFC message), in upper-case hex."""

    picc: Hex
    cmac: Hex
    enc: Hex | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class SunTap(Numbered):
    """A card that signs itself. ``devices.wire.parse`` refuses it: this version cannot verify it."""

    sun: Sun = field(repr=False)
    pin: Pin | None = field(default=None, repr=False)


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Presence(Numbered):
    """A desk sensor's level changed; None: the sensor does not know."""

    present: bool | None
    battery_pct: Percent | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Count(Numbered):
    """How many came and went since the counter's last message."""

    entered: People
    left: People


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Contact(Numbered):
    """A door's contact moved."""

    open: bool


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class ExitRequest(Numbered):
    """The exit button: it explains an opening and never drives a lock."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A device lives. ``last_seq`` is its last number, not consumed; ``present`` or ``open`` is its level now."""

    boot: Boot
    last_seq: Annotated[int, Ge(0), Le(LARGEST_NUMBER)]
    uptime_ms: UptimeMs
    heard: Annotated[Heard | None, _HeardOnWire()]
    present: bool | None = None
    open: bool | None = None
    battery_pct: Percent | None = None
    rssi_dbm: Annotated[int, Ge(-200), Le(50)] | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Beacon:
    """By the gateway, for every device to echo: unguessable, new each time."""

    beacon: BeaconText


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class TapRef:
    """Which tap an answer answers."""

    boot: Boot
    seq: Seq


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Feedback:
    """By the gateway: what a reader shows. ``message`` is for a display, only to a recognised person."""

    tap: TapRef
    signal: Signal
    message: Annotated[str, MaxLen(256)] | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Command:
    """By the gateway, for a lock's controller: one pulse for one grant (``id``), or none at all."""

    id: Annotated[str, Field(pattern=r"^[!-~]{1,128}$")]
    action: Literal["pulse"]
    pulse_ms: Annotated[int, Ge(1), Le(LONGEST_PULSE_MS)]
    boot: Boot
    n: Seq
    not_after_uptime_ms: UptimeMs


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class Ack:
    """By the gateway: every number of this boot up to ``upto`` is committed, or its rejection counted."""

    boot: Boot
    upto: Annotated[int, Ge(0), Le(LARGEST_NUMBER)]


Said = Status | Tap | SunTap | Presence | Count | Contact | ExitRequest | Heartbeat
"""What devices say."""
Told = Beacon | Feedback | Command | Ack
"""What the gateway says."""
Message = Said | Told
LEAF_OF: dict[type[Message], str] = {
    Status: "status",
    Tap: "tap",
    SunTap: "tap",
    Presence: "presence",
    Count: "count",
    Contact: "contact",
    ExitRequest: "exit-request",
    Heartbeat: "heartbeat",
    Beacon: "beacon",
    Feedback: "feedback",
    Command: "command",
    Ack: "ack",
}
