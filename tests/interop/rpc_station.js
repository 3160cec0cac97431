// A 2.0.1 station on npm `ocpp-rpc`: it boots, reports its connectors, answers what it knows, and charges nothing.
// URL as argument.
const { RPCClient, createRPCError } = require("ocpp-rpc");
const [url] = process.argv.slice(2);
const energy = "Energy.Active.Import.Register";
const configuration = { HeartbeatInterval: "300", Measurands: energy, NumberOfConnectors: "2" };
const evses = [1, 2];
let ahead = 0; // milliseconds that the clock of the CSMS is
const now = () => new Date(Date.now() + ahead).toISOString();
const setClock = ({ currentTime }) => { ahead = Date.parse(currentTime) - Date.now(); };
const client = new RPCClient({ endpoint: url, identity: "CS001", protocols: ["ocpp2.0.1"], strictMode: true, backoff: { initialDelay: 200, maxDelay: 400 } });
client.handle(() => { throw createRPCError("NotImplemented"); });
const status = (evseId) => client.call("StatusNotification", { timestamp: now(), connectorStatus: "Available", evseId, connectorId: 1 });
const meter = (evseId) => client.call("MeterValues", { evseId, meterValue: [{ timestamp: now(), sampledValue: [{ value: 1000, context: "Trigger", measurand: energy }] }] });
const each = (task) => async (meant) => { for (const evseId of meant) await task(evseId); };
const triggers = {
  FirmwareStatusNotification: () => client.call("FirmwareStatusNotification", { status: "Idle" }),
  Heartbeat: async () => setClock(await client.call("Heartbeat", {})),
  LogStatusNotification: () => client.call("LogStatusNotification", { status: "Idle" }),
  MeterValues: each(meter),
  StatusNotification: each(status),
};
client.handle("TriggerMessage", ({ params: { requestedMessage, evse } }) => {
  const meant = evses.filter((id) => !evse || [0, id].includes(evse.id));
  // it has booted, and nothing is charging
  if (!meant.length || ["BootNotification", "TransactionEvent"].includes(requestedMessage)) return { status: "Rejected" };
  if (!(requestedMessage in triggers)) return { status: "NotImplemented" };
  setImmediate(() => triggers[requestedMessage](meant).catch((error) => console.error(String(error))));
  return { status: "Accepted" };
});
client.handle("GetTransactionStatus", ({ params }) => ({ messagesInQueue: false, ...("transactionId" in params ? { ongoingIndicator: false } : {}) }));
client.handle("UnlockConnector", ({ params }) => ({ status: evses.includes(params.evseId) && params.connectorId === 1 ? "Unlocked" : "UnknownConnector" }));
client.handle("GetVariables", ({ params }) => ({
  getVariableResult: params.getVariableData.map(({ component, variable }) =>
    variable.name in configuration
      ? { component, variable, attributeStatus: "Accepted", attributeValue: configuration[variable.name] }
      : { component, variable, attributeStatus: "UnknownVariable" }),
}));
client.on("open", async () => {
  try {
    setClock(await client.call("BootNotification", { reason: "PowerUp", chargingStation: { model: "rpc", vendorName: "ocpp-rpc" } }));
    await each(status)(evses);
  } catch (error) { console.error(String(error)); }
});
// the library gives up for good after an answer that is no WebSocket handshake: begin anew
const connect = () => client.connect().catch(() => setTimeout(connect, 100));
client.on("close", () => setTimeout(connect, 100));
connect();
console.log("started");
