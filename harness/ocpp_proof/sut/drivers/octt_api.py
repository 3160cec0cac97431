"""The HTTP API by which users already automate the official tool (operations as seen in the field)."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from ...cases.errors import ConfigurationError, DriverError
from .base import Job, Unsupported
from .http import request

__all__ = ["OcttApi"]

PATIENCE = 30.0  # seconds that an operation may take: the official tool's own limit

# verb -> (side, operation, {parameter of the operation: argument of the verb}, fixed parameters)
STATION_OPERATIONS: dict[str, tuple[str, str, dict[str, str], dict[str, str]]] = {
    "plug_in": ("station", "plugin", {"evse_id": "evseId", "connector_id": "connectorId"}, {}),
    "unplug": ("station", "plugout", {"evse_id": "evseId", "connector_id": "connectorId"}, {}),
    "present_token": (
        "station",
        "authorize",
        {"id": "idToken", "type": "type", "evse_id": "evseId", "connector_id": "connectorId"},
        {},
    ),
    "parking_bay": ("station", "parkingbay", {"occupied": "occupied", "evse_id": "evseId"}, {}),
    "power_cycle": ("station", "reboot", {}, {}),
    "fault": ("station", "state", {"evse_id": "evseId", "connector_id": "connectorId"}, {"faulted": "true"}),
    "clear_fault": ("station", "state", {"evse_id": "evseId", "connector_id": "connectorId"}, {"faulted": "false"}),
    "fail_unlock": ("station", "state", {"unlock_failed": "active"}, {}),
    "refuse_local_list": ("station", "state", {"refused_local_auth_list": "active"}, {}),
    "limit_charging": ("station", "state", {"charging_limit": "limit"}, {}),
    "ev_ready": ("ev", "state", {}, {"ready": "true"}),
    "ev_suspend": ("ev", "state", {}, {"ready": "false"}),
    "ev_end": ("ev", "end", {}, {}),
    "unplug_vehicle": ("ev", "plugout", {"evse_id": "evseId", "connector_id": "connectorId"}, {}),
    "plug_in_vehicle": ("ev", "plugin", {"evse_id": "evseId", "connector_id": "connectorId"}, {}),
}

CSMS_OPERATIONS = {
    "Reset": "reset",
    "GetConfiguration": "getConfiguration",
    "ChangeConfiguration": "changeConfiguration",
    "ClearCache": "clearCache",
    "GetLocalListVersion": "getLocalListVersion",
    "SendLocalList": "sendLocalList",
    "RemoteStartTransaction": "requestStartTransaction",
    "RequestStartTransaction": "requestStartTransaction",
    "RemoteStopTransaction": "requestStopTransaction",
    "RequestStopTransaction": "requestStopTransaction",
    "UnlockConnector": "unlockConnector",
    "TriggerMessage": "triggerMessage",
    "ExtendedTriggerMessage": "extendedTriggerMessage",
    "ChangeAvailability": "changeAvailability",
    "SetChargingProfile": "setChargingProfile",
    "ClearChargingProfile": "clearChargingProfile",
    "GetCompositeSchedule": "getCompositeSchedule",
    "ReserveNow": "reserveNow",
    "CancelReservation": "cancelReservation",
    "UpdateFirmware": "updateFirmware",
    "SignedUpdateFirmware": "signedUpdateFirmware",
    "GetInstalledCertificateIds": "getInstalledCertificateIds",
    "InstallCertificate": "installCertificate",
    "DeleteCertificate": "deleteCertificate",
    "GetDiagnostics": "getDiagnostics",
    "GetLog": "getLog",
}


def text(value: Any) -> str:
    """A parameter as the official tool writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class OcttApi:
    """`POST {base}/{operation}?parameters`; 200, 201 and 204 mean done, 501 that it cannot do that.

    Options: `station`, `ev` and `csms`, the base addresses, such as `http://rig.local:8080/api/v1`.
    """

    name = "octt-api"
    operations: ClassVar[dict[str, tuple[str, str, dict[str, str], dict[str, str]]]] = STATION_OPERATIONS

    def __init__(self, options: dict[str, Any]) -> None:
        for key in options:
            if key not in ("station", "ev", "csms"):
                raise ConfigurationError(f"[driver] octt-api: unknown key {key!r}; known are station, ev, csms")
        if not options:
            raise ConfigurationError('[driver] octt-api needs station = "http://…/api/v1" (or csms = …)')
        self.bases = {k: str(v).rstrip("/") for k, v in options.items()}

    async def start(self) -> None:
        """Nothing to prepare: every operation is one request."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    def can(self, verb: str, action: str = "") -> bool:
        """Whether there is an operation for the verb, and an address for it."""
        if verb == "request":
            return "csms" in self.bases and action in CSMS_OPERATIONS
        return verb in self.operations and bool(self._base(verb))

    def _base(self, verb: str) -> str:
        """Where the operation of the verb is asked for; empty where no address is given."""
        side = self.operations[verb][0]
        # the same operation at the station's side is another one: the cable out of the socket, and into it
        same = side == "ev" and verb not in ("unplug_vehicle", "plug_in_vehicle")
        return self.bases.get(side) or (self.bases.get("station", "") if same else "")

    def addresses(self) -> dict[str, str]:
        """Where it goes, by the key under [driver.octt-api]."""
        return dict(self.bases)

    async def do(self, job: Job) -> Any:
        """Do the verb through its operation; Unsupported for a verb without one."""
        if job.verb == "request":
            return await self._csms(job)
        if job.verb not in self.operations:
            raise Unsupported(job.verb)
        _, operation, names, fixed = self.operations[job.verb]
        base = self._base(job.verb)
        if not base:
            raise Unsupported(job.verb)
        parameters = {p: text(job.arguments[a]) for p, a in names.items() if job.arguments.get(a) is not None}
        return await self._post(base, operation, {**parameters, **fixed}, job)

    async def _csms(self, job: Job) -> Any:
        operation = CSMS_OPERATIONS.get(job.arguments["action"])
        if operation is None or "csms" not in self.bases:
            raise Unsupported(f"request {job.arguments['action']}")
        payload = job.arguments["payload"]
        flat = {k: text(v) for k, v in payload.items() if not isinstance(v, dict | list)}
        return await self._post(self.bases["csms"], operation, {"station_id": job.identity, **flat}, job)

    async def _post(self, base: str, operation: str, parameters: dict[str, str], job: Job) -> Any:
        url = f"{base}/{operation}" + (f"?{urlencode(parameters)}" if parameters else "")
        status, answer = await request("POST", url, timeout=PATIENCE, purpose=f"{job.verb} (octt-api)", absent=(501,))
        if status == 501:  # "Not Implemented": the next driver is asked
            raise Unsupported(f"POST {url} answered 501")
        if status not in (200, 201, 204):
            raise DriverError(f"{job.verb} (octt-api): POST {url} answered {status}; 200, 201 or 204 mean done")
        return answer
