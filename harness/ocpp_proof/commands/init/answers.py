"""What a sut.toml is made of: the answers of whoever sits at the bench."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["TOKENS", "Answers"]

TOKENS = {
    "valid": "Token of the CSMS that may charge",
    "second": "Another token of the CSMS that may charge",
    "blocked": "Token of the CSMS that is blocked",
    "expired": "Token of the CSMS that has expired",
}
"""The tokens of a CSMS that are asked for, each with the question."""


@dataclass(slots=True)
class Answers:
    """`on_this_machine` None: nobody was asked. `driver_lines`: the lines under [driver] after `use`.
    `look`: a CSMS may be connected to now."""

    role: str
    versions: list[str]
    security_profile: int
    address: str
    identity: str
    vendor: str = ""
    model: str = ""
    firmware: str = ""
    on_this_machine: bool | None = None
    look: bool = False
    password_variable: str = "OCPP_PASSWORD"  # noqa: S105 - the name of a variable
    pki: str = "pki"
    profiles: list[str] = field(default_factory=list)
    features: dict[str, bool] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    driver: str = "manual"
    driver_lines: list[str] = field(default_factory=list)

    @property
    def product(self) -> str:
        """What it is called in a question."""
        return "CSMS" if self.role == "csms" else self.role

    @property
    def scheme(self) -> str:
        """That of the address, by the security profile."""
        return "wss" if self.security_profile >= 2 else "ws"

    @property
    def certs_command(self) -> str:
        """What makes the PKI of this bench."""
        station = (
            f" --station {self.identity} --serial NUMBER"
            if self.role == "station" and self.security_profile == 3
            else ""
        )
        host = " --host NAME-OF-THIS-MACHINE" if self.role == "station" else ""
        return f"ocpp-proof certs {self.pki}{host}{station}"
