// A 2.0.1 CSMS on npm `ocpp-rpc` with its strict mode: handlers, a table of tokens, no other state. Prints its port.
const { RPCServer, createRPCError } = require("ocpp-rpc");
const tokens = { "04A1B2C3D4E5F6": "Accepted", "04B2C3D4E5F6A1": "Accepted", "04C3D4E5F6A1B2": "Blocked", "04D4E5F6A1B2C3": "Expired", "04E5F6A1B2C3D4": "Accepted", "04F6A1B2C3D4E6": "Accepted", "04A7B8C9D0E1F2": "Accepted" };
const groups = { "04E5F6A1B2C3D4": "04F6A1B2C3D4E5", "04F6A1B2C3D4E6": "04F6A1B2C3D4E5", "04A7B8C9D0E1F2": "04FFEEDDCCBBAA" };
const now = () => new Date().toISOString();
(async () => {
  const server = new RPCServer({ protocols: ["ocpp2.0.1"], strictMode: true });
  server.on("client", (client) => {
    client.handle("BootNotification", () => ({ status: "Accepted", interval: 300, currentTime: now() }));
    client.handle("Heartbeat", () => ({ currentTime: now() }));
    client.handle("StatusNotification", () => ({}));
    client.handle("NotifyEvent", () => ({}));
    client.handle("MeterValues", () => ({}));
    client.handle("DataTransfer", () => ({ status: "UnknownVendorId" }));
    const group = (name) => (groups[name] ? { groupIdToken: { idToken: groups[name], type: "Central" } } : {});
    const info = (token) => ({ status: tokens[token.idToken] || "Unknown", ...group(token.idToken) });
    client.handle("Authorize", ({ params }) => ({ idTokenInfo: info(params.idToken) }));
    client.handle("TransactionEvent", ({ params }) => (params.idToken ? { idTokenInfo: info(params.idToken) } : {}));
    client.handle(() => { throw createRPCError("NotImplemented"); });
  });
  const http = await server.listen(0, "127.0.0.1");
  console.log(http.address().port);
})();
