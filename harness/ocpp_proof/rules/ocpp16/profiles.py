"""The charging profiles that a Central System sends."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["Profiles"]

AT_REMOTE_START = Rule(
    "profile-of-a-remote-start",
    "csms",
    "A profile in a remote start is a TxProfile without a transactionId",
    {"1.6": "1.6 §5.16.2"},
)
OF_A_TRANSACTION = Rule(
    "profile-names-its-transaction",
    "csms",
    "A profile that names a transaction is a TxProfile",
    {"1.6": "1.6 §5.16 transaction"},
)
CONNECTOR = Rule(
    "connector-of-a-remote-start",
    "csms",
    "A remote start names a connector with a number above 0",
    {"1.6": "1.6 §5.11 zero"},
)
FIRST_PERIOD = Rule(
    "schedule-begins-at-zero",
    "csms",
    "The first period of a charging schedule of 1.6 begins at 0",
    {"1.6": "1.6 §7.13 start"},
)


class Profiles(Subject):
    """Each request for itself."""

    rules = (AT_REMOTE_START, OF_A_TRANSACTION, CONNECTOR, FIRST_PERIOD)

    @on("csms asks", "RemoteStartTransaction")
    def remote_start(self, exchange: Exchange) -> None:
        """The connector may be left out."""
        if exchange.request.get("connectorId", 1) <= 0:
            received = str(exchange.request["connectorId"])
            self.breaks(CONNECTOR, exchange, expected="a number above 0", received=received, field="connectorId")
        profile = exchange.request.get("chargingProfile")
        if profile:
            self._first_period(exchange, "chargingProfile")
        if profile and (profile["chargingProfilePurpose"] != "TxProfile" or "transactionId" in profile):
            self.breaks(
                AT_REMOTE_START,
                exchange,
                expected="a TxProfile without a transactionId",
                received=f"{profile['chargingProfilePurpose']}, transactionId {profile.get('transactionId')}",
                field="chargingProfile",
            )

    @on("csms asks", "SetChargingProfile")
    def set(self, exchange: Exchange) -> None:
        """A TxProfile without a transactionId may be for whichever runs at the connector."""
        profile = exchange.request["csChargingProfiles"]
        self._first_period(exchange, "csChargingProfiles")
        if "transactionId" in profile and profile["chargingProfilePurpose"] != "TxProfile":
            self.breaks(
                OF_A_TRANSACTION,
                exchange,
                expected="chargingProfilePurpose TxProfile, as it has a transactionId",
                received=profile["chargingProfilePurpose"],
                field="csChargingProfiles.chargingProfilePurpose",
            )

    def _first_period(self, exchange: Exchange, name: str) -> None:
        begins = exchange.request[name]["chargingSchedule"]["chargingSchedulePeriod"][0]["startPeriod"]
        if begins != 0:
            self.breaks(
                FIRST_PERIOD,
                exchange,
                expected="startPeriod 0",
                received=str(begins),
                field=f"{name}.chargingSchedule.chargingSchedulePeriod",
            )
