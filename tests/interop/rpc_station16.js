// A small 1.6 charge point on npm `ocpp-rpc`: one session at a time on each connector, no cache, no list, no queue, no triggers.
// Arguments: URL of the Central System, port of its bench API (octt-api paths).
const http = require("http");
const { RPCClient, createRPCError } = require("ocpp-rpc");
const [url, port] = process.argv.slice(2);
const configuration = {
  AuthorizeRemoteTxRequests: "true", ClockAlignedDataInterval: "0", ConnectionTimeOut: "60", ConnectorPhaseRotation: "NotApplicable",
  GetConfigurationMaxKeys: "50", HeartbeatInterval: "300", LocalAuthorizeOffline: "true", LocalPreAuthorize: "false",
  MeterValuesAlignedData: "Energy.Active.Import.Register", MeterValuesSampledData: "Energy.Active.Import.Register", MeterValueSampleInterval: "0",
  NumberOfConnectors: "2", ResetRetries: "0", StopTransactionOnEVSideDisconnect: "true", StopTransactionOnInvalidId: "true",
  StopTxnAlignedData: "", StopTxnSampledData: "", SupportedFeatureProfiles: "Core", TransactionMessageAttempts: "1",
  TransactionMessageRetryInterval: "1", UnlockConnectorOnEVSideDisconnect: "true",
};
const fixed = ["GetConfigurationMaxKeys", "NumberOfConnectors", "SupportedFeatureProfiles"];
const now = () => new Date().toISOString();
const connectors = [1, 2].map((id) => ({ id, status: "Available", plugged: false, token: null, waiting: null, transaction: null, meter: 0, timer: null }));
const client = new RPCClient({ endpoint: url, identity: "CS001", protocols: ["ocpp1.6"], strictMode: true, backoff: { initialDelay: 200, maxDelay: 400 } });
const quietly = (work) => work.catch((error) => console.error(String(error)));

async function tell(c, status) {
  if (c.status === status) return;
  c.status = status;
  await client.call("StatusNotification", { connectorId: c.id, errorCode: "NoError", status });
}
async function begin(c, token) {
  clearTimeout(c.timer);
  c.waiting = null;
  c.token = token;
  const answer = await client.call("StartTransaction", { connectorId: c.id, idTag: token, meterStart: c.meter, timestamp: now() });
  c.transaction = answer.transactionId;
  await tell(c, "Charging");
  if (answer.idTagInfo.status !== "Accepted") await end(c, "DeAuthorized");
}
async function end(c, reason, idTag) {
  const id = c.transaction;
  c.transaction = null;
  c.meter += 10;
  if (client.state !== RPCClient.OPEN) return; // it has no queue: what ends without a connection is told to nobody
  await client.call("StopTransaction", { transactionId: id, meterStop: c.meter, timestamp: now(), reason, ...(idTag ? { idTag } : {}) });
  await tell(c, c.plugged ? "Finishing" : "Available");
}
async function admit(c, token) {
  if (c.plugged) return begin(c, token);
  c.waiting = token;
  c.timer = setTimeout(() => { c.waiting = null; quietly(tell(c, "Available")); }, Number(configuration.ConnectionTimeOut) * 1000);
  return tell(c, "Preparing");
}
async function accepted(token) {
  return (await client.call("Authorize", { idTag: token })).idTagInfo.status === "Accepted";
}
async function boot() {
  const answer = await client.call("BootNotification", { chargePointModel: "rpc", chargePointVendor: "ocpp-rpc" });
  configuration.HeartbeatInterval = String(answer.interval);
  for (const connectorId of [0, 1, 2]) {
    const status = connectorId ? connectors[connectorId - 1].status : "Available";
    await client.call("StatusNotification", { connectorId, errorCode: "NoError", status });
  }
}

client.handle(() => { throw createRPCError("NotImplemented"); });
client.handle("TriggerMessage", () => ({ status: "NotImplemented" }));
client.handle("ClearCache", () => ({ status: "Rejected" }));
client.handle("DataTransfer", () => ({ status: "UnknownVendorId" }));
// what it looks up takes a moment: a CALL that comes again meanwhile finds the first one at work
const moment = () => new Promise((done) => setTimeout(done, 30));
client.handle("GetConfiguration", async ({ params }) => {
  await moment();
  const names = params.key || Object.keys(configuration);
  return {
    configurationKey: names.filter((n) => n in configuration).map((n) => ({ key: n, value: configuration[n], readonly: fixed.includes(n) })),
    unknownKey: names.filter((n) => !(n in configuration)),
  };
});
client.handle("ChangeConfiguration", ({ params: { key, value } }) => {
  if (!(key in configuration)) return { status: "NotSupported" };
  if (fixed.includes(key) || (/^\d+$/.test(configuration[key]) && !/^\d+$/.test(value))) return { status: "Rejected" };
  configuration[key] = value;
  return { status: "Accepted" };
});
client.handle("ChangeAvailability", ({ params }) => {
  for (const c of connectors.filter((x) => [0, x.id].includes(params.connectorId))) {
    if (c.transaction !== null) return { status: "Rejected" };
    setImmediate(() => quietly(tell(c, params.type === "Operative" ? "Available" : "Unavailable")));
  }
  return { status: "Accepted" };
});
client.handle("RemoteStartTransaction", ({ params }) => {
  const c = connectors[(params.connectorId || 1) - 1];
  if (!c || c.transaction !== null || params.connectorId === 0) return { status: "Rejected" };
  setImmediate(() => quietly((async () => { if (await accepted(params.idTag)) await admit(c, params.idTag); })()));
  return { status: "Accepted" };
});
client.handle("RemoteStopTransaction", ({ params }) => {
  const c = connectors.find((x) => x.transaction === params.transactionId);
  if (c) setImmediate(() => quietly(end(c, "Remote")));
  return { status: c ? "Accepted" : "Rejected" };
});
client.handle("UnlockConnector", ({ params }) => ({ status: connectors[params.connectorId - 1] ? "Unlocked" : "NotSupported" }));
client.handle("Reset", ({ params }) => {
  setImmediate(() => quietly((async () => {
    for (const c of connectors) if (c.transaction !== null) await end(c, `${params.type}Reset`);
    await boot();
  })()));
  return { status: "Accepted" };
});

const operations = {
  plugin: async (c) => { c.plugged = true; if (c.waiting) await begin(c, c.waiting); else await tell(c, "Preparing"); },
  plugout: async (c) => {
    c.plugged = false;
    if (c.transaction !== null) await end(c, "EVDisconnected");
    await tell(c, "Available");
  },
  authorize: async (c, query) => {
    const token = query.get("id");
    if (c.transaction !== null) { if (token === c.token) await end(c, "Local", token); return; }
    if (await accepted(token)) await admit(c, token);
  },
  reboot: async () => { for (const c of connectors) { c.transaction = null; c.status = c.plugged ? "Preparing" : "Available"; } await boot(); },
};
http.createServer((request, response) => {
  const target = new URL(request.url, "http://x");
  const operation = operations[target.pathname.split("/").pop()];
  if (operation) quietly(operation(connectors[Number(target.searchParams.get("evse_id") || 1) - 1], target.searchParams));
  response.writeHead(operation ? 200 : 501).end();
}).listen(Number(port), "127.0.0.1");
client.on("open", () => quietly(boot()));
// the library gives up for good after an answer that is no WebSocket handshake: begin anew
const connect = () => client.connect().catch(() => setTimeout(connect, 100));
client.on("close", () => setTimeout(connect, 100));
connect();
console.log("started");
