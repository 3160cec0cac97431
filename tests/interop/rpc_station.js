// A station on npm `ocpp-rpc`: it boots, reports its connectors and answers what it knows. VERSION and URL as arguments.
const { RPCClient, createRPCError } = require("ocpp-rpc");
const [version, url] = process.argv.slice(2);
const configuration = { HeartbeatInterval: "300", NumberOfConnectors: "2", SupportedFeatureProfiles: "Core" };
const client = new RPCClient({ endpoint: url, identity: "CS001", protocols: [`ocpp${version}`], strictMode: true, backoff: { initialDelay: 50, maxDelay: 200 } });
client.handle(() => { throw createRPCError("NotImplemented"); });
client.handle("TriggerMessage", () => ({ status: "NotImplemented" }));
if (version === "1.6") {
  client.handle("GetConfiguration", ({ params }) => {
    const names = params.key || Object.keys(configuration);
    return {
      configurationKey: names.filter((n) => n in configuration).map((n) => ({ key: n, value: configuration[n], readonly: false })),
      unknownKey: names.filter((n) => !(n in configuration)),
    };
  });
} else {
  client.handle("GetVariables", ({ params }) => ({
    getVariableResult: params.getVariableData.map(({ component, variable }) =>
      variable.name in configuration
        ? { component, variable, attributeStatus: "Accepted", attributeValue: configuration[variable.name] }
        : { component, variable, attributeStatus: "UnknownVariable" }),
  }));
}
client.on("open", async () => {
  try {
    if (version === "1.6") {
      await client.call("BootNotification", { chargePointModel: "rpc", chargePointVendor: "ocpp-rpc" });
      for (const connectorId of [0, 1, 2]) await client.call("StatusNotification", { connectorId, errorCode: "NoError", status: "Available" });
    } else {
      await client.call("BootNotification", { reason: "PowerUp", chargingStation: { model: "rpc", vendorName: "ocpp-rpc" } });
      for (const evseId of [1, 2]) await client.call("StatusNotification", { timestamp: new Date().toISOString(), connectorStatus: "Available", evseId, connectorId: 1 });
    }
  } catch (error) { console.error(String(error)); }
});
client.connect().catch((error) => { console.error(String(error)); process.exit(1); });
