"""Frames that no sound system sends, and some that it does: everything from one seed."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Iterator
from functools import cache

from ocpp_proof.net.raw_frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, build_frame
from ocpp_proof.ocppj.actions import actions
from ocpp_proof.ocppj.mutations import faults
from ocpp_proof.ocppj.samples import build

TEXTS = ["", "a", "\ufeff", "\x00", "\ud800", "é", "🔌", "x" * 300, "-1", "__proto__", "%s", "../..", "<b>", '"', "\\"]
NUMBERS = [0, 1, -1, 2, 3, 4, 5, 6, 7, 2**31, -(2**63), 10**30, 0.1, 1e308, float("nan"), float("inf")]
CODES = ["NotImplemented", "FormationViolation", "FormatViolation", "NoSuchCode", ""]
IDS = 4000


@cache
def messages(ocpp: str) -> list[tuple[str, dict]]:
    """Every request, as small and as large as its schema has it."""
    return [
        (a.name, build(ocpp, a.name, "request", full=full))
        for a in actions(ocpp)
        if a.kind == "call"
        for full in (False, True)
    ]


@cache
def wrong_ones(ocpp: str) -> list:
    """Every fault of every request."""
    return [
        fault
        for a in actions(ocpp)
        if a.kind == "call"
        for fault in faults(ocpp, a.name, "request", build(ocpp, a.name, "request", full=True))
    ]


class Frames:
    """Frames for one version, one after the other. `open_ids`: ids of CALLs that wait for an answer."""

    def __init__(self, ocpp: str, rng: random.Random, *, masked: bool) -> None:
        self.ocpp = ocpp
        self.rng = rng
        self.masked = masked
        self.open_ids: list[str] = []

    def texts(self) -> Iterator[str]:
        """Texts without end."""
        while True:
            yield self.text()

    def frames(self) -> Iterator[bytes]:
        """Bytes without end: mostly one WebSocket frame with a text, sometimes anything."""
        rng = self.rng
        while True:
            dice = rng.random()
            if dice < 0.9:
                yield self.frame(TEXT, self.encoded(self.text()))
            elif dice < 0.94:
                yield self.in_pieces(self.encoded(self.text()))
            elif dice < 0.97:
                yield self.control()
            elif dice < 0.99:
                yield self.odd()
            else:
                yield rng.randbytes(rng.randrange(1, 40))

    # --- texts

    def text(self) -> str:
        rng = self.rng
        dice = rng.random()
        if dice < 0.25:
            action, payload = rng.choice(messages(self.ocpp))
            return self.dumps([2, self.id(), action, payload])
        if dice < 0.45:
            fault = rng.choice(wrong_ones(self.ocpp))
            return self.dumps([2, self.id(), fault.action, fault.least() or {}])
        if dice < 0.6:
            return self.answer()
        if dice < 0.75:
            return self.dumps(self.value(3))
        if dice < 0.85:
            action, payload = rng.choice(messages(self.ocpp))
            frame = [2, self.id(), action, payload]
            frame[rng.randrange(len(frame))] = self.value(2)
            return self.dumps(frame[: rng.randrange(1, 6)] + [self.value(1)] * rng.randrange(2))
        action, payload = rng.choice(messages(self.ocpp))
        return self.spoilt(self.dumps([2, self.id(), action, payload]))

    def answer(self) -> str:
        rng = self.rng
        id = rng.choice(self.open_ids) if self.open_ids and rng.random() < 0.7 else self.id()
        dice = rng.random()
        if dice < 0.4:
            action, _ = rng.choice(messages(self.ocpp))
            return self.dumps([3, id, build(self.ocpp, action, "response", full=rng.random() < 0.5)])
        if dice < 0.6:
            return self.dumps([3, id, self.value(2)])
        return self.dumps([rng.choice((4, 5)), id, rng.choice(CODES), rng.choice(TEXTS), self.value(1)])

    def id(self) -> str:
        rng = self.rng
        return rng.choice(TEXTS) if rng.random() < 0.02 else f"id-{rng.randrange(IDS)}"

    def value(self, depth: int) -> object:
        rng = self.rng
        match rng.randrange(7 if depth else 5):
            case 0:
                return rng.choice(TEXTS)
            case 1:
                return rng.choice(NUMBERS)
            case 2:
                return rng.choice((True, False, None))
            case 3:
                return rng.choice(("Heartbeat", "BootNotification", "status", "idTag", "Accepted"))
            case 4:
                return [] if rng.random() < 0.5 else {}
            case 5:
                return [self.value(depth - 1) for _ in range(rng.randrange(6))]
        return {rng.choice(TEXTS): self.value(depth - 1) for _ in range(rng.randrange(5))}

    def spoilt(self, text: str) -> str:
        rng = self.rng
        match rng.randrange(7):
            case 0:
                return text[: rng.randrange(len(text))]
            case 1:
                return text + text
            case 2:
                return "[" * rng.randrange(1, 3000) + text
            case 3:
                return text.replace(":", ",", 1)
            case 4:
                return text.replace("{", '{"a":1,"a":2,', 1)
            case 5:
                return "\ufeff" + text
        place = rng.randrange(len(text))
        return text[:place] + chr(rng.randrange(0x500)) + text[place + 1 :]

    def dumps(self, value: object) -> str:
        return json.dumps(value, ensure_ascii=self.rng.random() < 0.3)

    def encoded(self, text: str) -> bytes:
        data = text.encode("utf-8", "surrogatepass")
        return data if self.rng.random() < 0.99 else data + b"\xff\xc0"

    # --- WebSocket frames

    def frame(self, opcode: int, data: bytes, **bits: object) -> bytes:
        return build_frame(opcode, data, mask=self.masked, **bits)

    def in_pieces(self, data: bytes) -> bytes:
        cuts = sorted(self.rng.randrange(len(data) + 1) for _ in range(self.rng.randrange(1, 4)))
        pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        made = b""
        for number, piece in enumerate(pieces):
            made += self.frame(TEXT if not number else CONTINUATION, piece, fin=number == len(pieces) - 1)
            if self.rng.random() < 0.3:
                made += self.frame(PING, b"between")
        return made

    def control(self) -> bytes:
        code = struct.pack("!H", self.rng.choice((1000, 1001, 1005, 1006, 1015, 2999, 3000, 4999, 0, 999)))
        opcode, data = self.rng.choice(((PING, b""), (PING, b"x" * 125), (PONG, b"y"), (CLOSE, code), (CLOSE, b"")))
        return self.frame(opcode, data)

    def odd(self) -> bytes:
        rng = self.rng
        match rng.randrange(6):
            case 0:
                return self.frame(rng.randrange(16), b"odd", rsv1=rng.random() < 0.5, rsv2=rng.random() < 0.5)
            case 1:
                return self.frame(PING, b"x" * 126)
            case 2:
                return self.frame(CONTINUATION, b"of nothing")
            case 3:
                return self.frame(BINARY, rng.randbytes(20))
            case 4:
                return build_frame(TEXT, b"[]", mask=not self.masked)
        return self.frame(TEXT, b"short", length=rng.choice((0, 3, 2**31, 2**62)))
