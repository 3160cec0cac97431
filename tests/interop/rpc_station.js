// A 2.0.1 station on npm `ocpp-rpc`: it boots, reports its connectors and answers what it knows. URL as argument.
const { RPCClient, createRPCError } = require("ocpp-rpc");
const [url] = process.argv.slice(2);
const configuration = { HeartbeatInterval: "300", NumberOfConnectors: "2" };
const client = new RPCClient({ endpoint: url, identity: "CS001", protocols: ["ocpp2.0.1"], strictMode: true, backoff: { initialDelay: 200, maxDelay: 400 } });
client.handle(() => { throw createRPCError("NotImplemented"); });
client.handle("TriggerMessage", () => ({ status: "NotImplemented" }));
client.handle("GetVariables", ({ params }) => ({
  getVariableResult: params.getVariableData.map(({ component, variable }) =>
    variable.name in configuration
      ? { component, variable, attributeStatus: "Accepted", attributeValue: configuration[variable.name] }
      : { component, variable, attributeStatus: "UnknownVariable" }),
}));
client.on("open", async () => {
  try {
    await client.call("BootNotification", { reason: "PowerUp", chargingStation: { model: "rpc", vendorName: "ocpp-rpc" } });
    for (const evseId of [1, 2]) await client.call("StatusNotification", { timestamp: new Date().toISOString(), connectorStatus: "Available", evseId, connectorId: 1 });
  } catch (error) { console.error(String(error)); }
});
// the library gives up for good after an answer that is no WebSocket handshake: begin anew
const connect = () => client.connect().catch(() => setTimeout(connect, 100));
client.on("close", () => setTimeout(connect, 100));
connect();
console.log("started");
