"""Values as they are met in the field: a Faker provider for OCPP.

Whoever holds a seeded `random.Random` gets the same values for the same seed (`FieldValues.of`). The provider can be
added to any Faker: `fake.add_provider(FieldValues)`.
"""

from __future__ import annotations

import importlib
import random
import string
from typing import Any

from faker.generator import Generator
from faker.providers import BaseProvider

__all__ = ["CARDS", "LANGUAGES", "FieldValues", "emaid_check_digit"]

CARDS = ("ISO14443", "ISO15693")
"""The token types that a card reader reads."""
LANGUAGES = {
    "de": ("de_DE", "Gerät außer Betrieb"),
    "el": ("el_GR", "Εκτός λειτουργίας"),
    "ru": ("ru_RU", "Не работает"),
    "ar": ("ar_AA", "خارج الخدمة"),
    "zh": ("zh_CN", "暂停服务"),
    "ja": ("ja_JP", "使用中止"),
}
"""Languages of display texts: the locale of Faker that has words of it, and how "out of order" reads."""

_HEX = "0123456789ABCDEF"
_LETTERS_DIGITS = string.digits + string.ascii_uppercase
_EMOJI = ("🔌", "⚡", "🚗", "🔋", "🅿️", "👩🏽‍🔧")
_MAKERS = ("Elektro", "Volt", "Ampere", "Strom", "Lade", "Charge", "Grid", "Power")
_PROVIDERS = ("DE8AA", "NLTNM", "FRXYZ", "CHAVA", "ATEVN", "SEQ1C")
_LONGEST_ID_TAG = 20


class FieldValues(BaseProvider):
    """Faker's provider of OCPP values; every value comes from the random numbers of its generator."""

    @classmethod
    def of(cls, rng: random.Random) -> FieldValues:
        """A provider on a generator of its own that draws from `rng`."""
        generator = Generator()
        generator.random = rng
        return cls(generator)

    @property
    def _random(self) -> random.Random:
        found: random.Random = self.generator.random
        return found

    def _draw(self, letters: str, count: int) -> str:
        return "".join(self._random.choices(letters, k=count))

    # --- identifications

    def id_token(self, type_: str) -> str:
        """An identification of this IdTokenType; ValueError for a type that names no format."""
        match type_:
            case "ISO14443":
                return self.iso14443_uid()
            case "ISO15693":
                return "E0" + self._random.choice(("04", "07", "16")) + self._draw(_HEX, 12)
            case "KeyCode":
                return self._draw(string.digits, 8)
            case "eMAID":
                return self.emaid()
            case "MacAddress":
                return self.mac_address()
            case "VIN":
                return self.vin()
            case "Central" | "Local":
                return self.uuid()
        raise ValueError(f"no field-like value is known of the token type {type_!r}")

    def id_tag(self, *, reader: bool) -> str:
        """An idTag of 1.6, at most 20 characters: a card's UID, or without a `reader` also a contract or a vehicle."""
        kind = "ISO14443" if reader else self._random.choice(("ISO14443", "ISO14443", "ISO15693", "eMAID", "vehicle"))
        if kind == "vehicle":  # what stations with Autocharge send
            return "VID:" + self.mac_address().replace(":", "")
        return self.id_token(kind)[:_LONGEST_ID_TAG]

    def iso14443_uid(self) -> str:
        """A card's UID of 7 bytes, as the chips of one maker have (04), or of 4 bytes that are not unique."""
        if self._random.random() < 0.75:
            return "04" + self._draw(_HEX, 12)
        return self._draw(_HEX, 8)

    def emaid(self) -> str:
        """A contract's id with its check digit, with or without the hyphens that are optional."""
        contract = self._random.choice(_PROVIDERS) + "C" + self._draw(_LETTERS_DIGITS, 8)
        parts = (contract[:2], contract[2:5], contract[5:], emaid_check_digit(contract))
        return self._random.choice(("", "-")).join(parts)

    def mac_address(self) -> str:
        """The address of a vehicle's communication controller: of one device, given by its maker."""
        first = self._random.randrange(0, 256, 4)
        rest = [self._random.randrange(256) for _ in range(5)]
        return ":".join(f"{byte:02X}" for byte in (first, *rest))

    def vin(self) -> str:
        """A vehicle identification number with its check digit."""
        from faker.providers.automotive import Provider

        return str(Provider(self.generator).vin())

    def uuid(self) -> str:
        """What a CSMS makes up as an id: a UUID of version 4, which fills an identifierString[36]."""
        import uuid

        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    # --- stations

    def vendor(self, *, ascii_only: bool = False) -> str:
        """A vendor's name of at most 20 characters (CiString20 of 1.6 is `ascii_only`)."""
        names = ("Schmidt", "Meyer", "Novak", "Rossi", "Jansen", "O'Neil")
        others = ("Müller", "Garçon", "Łukasz", "Ångström", "Škoda-Kříž")
        name = self._random.choice(names if ascii_only else names + others)
        return f"{name} {self._random.choice(_MAKERS)}"[:20]

    def model(self) -> str:
        """A model's name of at most 20 characters."""
        return f"{self._random.choice(('AC', 'DC', 'WB', 'HPC'))}-{self._random.choice((7, 11, 22, 50, 150, 350))}" + (
            self._random.choice(("", " Pro", "/2", " (EU)", "+"))
        )

    def firmware_version(self) -> str:
        """A version as vendors write it."""
        a, b, c = (self._random.randrange(n) for n in (10, 20, 400))
        build = self._draw("0123456789abcdef", 7)
        return self._random.choice((f"{a}.{b}.{c}", f"v{a}.{b}.{c}-rc1+{build}", f"{a}.{b:02}_{build}", f"R{a}B{c:03}"))

    def serial_number(self) -> str:
        """A serial number of at most 25 characters; leading zeros count."""
        return self._random.choice(("00", "SN-", "T17", "")) + self._draw(_LETTERS_DIGITS, 10)

    # --- texts

    def letters_and_digits(self, length: int) -> str:
        """A text of ASCII letters and digits."""
        return self._draw(string.ascii_letters + string.digits, length)

    def display_text(self, longest: int = 512) -> tuple[str, str]:
        """A language (RFC 5646) and a text in it, in its own script, that ends with a sign beyond the BMP."""
        language = self._random.choice(sorted(LANGUAGES))
        locale, opening = LANGUAGES[language]
        words = importlib.import_module(f"faker.providers.lorem.{locale}").Provider(self.generator)
        sign = self._random.choice(_EMOJI)
        return language, f"{f'{opening}: {words.sentence()}'[: longest - len(sign) - 1]} {sign}"

    def subject(self) -> tuple[str, str]:
        """Common name and organisation of a certificate, each of at most 64 characters."""
        names = importlib.import_module("faker.providers.person.de_DE").Provider(self.generator)
        organisation = f"{names.last_name()} & {names.last_name()} Ladeinfrastruktur GmbH, Köln"
        return f"{self.model()} {self.serial_number()}"[:64], organisation[:64]

    def text_for(self, name: str, longest: int) -> str:
        """A text for the field of this name in an OCPP message, at most so long."""
        return self._text_for(name)[:longest]

    def _text_for(self, name: str) -> str:
        made: dict[str, Any] = {
            "idTag": lambda: self.id_tag(reader=False),
            "parentIdTag": lambda: self.id_tag(reader=False),
            "idToken": self.uuid,
            "type": lambda: "Central",
            "vendorId": lambda: f"org.example.{self.letters_and_digits(8).lower()}",
            "chargePointVendor": lambda: self.vendor(ascii_only=True),
            "chargePointModel": self.model,
            "vendorName": self.vendor,
            "model": self.model,
            "firmwareVersion": self.firmware_version,
            "serialNumber": self.serial_number,
            "content": lambda: self.display_text()[1],
            "location": lambda: f"https://files.example/{self.letters_and_digits(8)}",
            "remoteLocation": lambda: f"https://files.example/{self.letters_and_digits(8)}",
        }
        return str(made[name]()) if name in made else self.letters_and_digits(12)


def emaid_check_digit(contract: str) -> str:
    """The check digit of the 14 letters and digits of a contract's id, as ISO 15118 and eMI3 define it.

    Each sign is a vector over GF(2) and one over GF(3). The sum of the vectors, each times its place's power of a
    matrix, has to vanish with the check digit at place 15; the matrices have the orders 3 and 8.
    """
    two, three = (0, 0), (0, 0)
    for sign in reversed(contract.upper()):
        high, low = divmod(_LETTERS_DIGITS.index(sign), 9)
        x, y = (two[0] + high // 2) % 2, (two[1] + high % 2) % 2
        two = (y, (x + y) % 2)
        x, y = (three[0] + low // 3) % 3, (three[1] + low % 3) % 3
        three = (y, (x + 2 * y) % 3)
    # place 15: to the power of 15 the matrix over GF(2) is one, and that over GF(3) is its inverse
    x, y = three
    three = (-y % 3, -(x + 2 * y) % 3)
    return _LETTERS_DIGITS[9 * (2 * two[0] + two[1]) + 3 * three[0] + three[1]]
