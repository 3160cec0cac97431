// A 1.6 Central System on npm `ocpp-rpc` in its strict mode: tokens, transactions, an HTTP API that has it send any request.
// Prints the ports of the Central System and of its API.
const http = require("http");
const { RPCServer, createRPCError } = require("ocpp-rpc");
const tokens = { "04A1B2C3D4E5F6": "Accepted", "04B2C3D4E5F6A1": "Accepted", "04C3D4E5F6A1B2": "Blocked", "04D4E5F6A1B2C3": "Expired", "04E5F6A1B2C3D4": "Accepted", "04F6A1B2C3D4E6": "Accepted" };
const parents = { "04E5F6A1B2C3D4": "04F6A1B2C3D4E5", "04F6A1B2C3D4E6": "04F6A1B2C3D4E5" };
const now = () => new Date().toISOString();
const info = (idTag) => ({ status: tokens[idTag] || "Invalid", ...(parents[idTag] ? { parentIdTag: parents[idTag] } : {}) });
// what it looks up takes a moment: a CALL that comes again meanwhile finds the first one at work
const moment = () => new Promise((done) => setTimeout(done, 30));
const stations = new Map();
const transactions = new Map();
(async () => {
  const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true });
  server.on("client", (client) => {
    stations.set(client.identity, client);
    client.handle("BootNotification", () => ({ status: "Accepted", interval: 300, currentTime: now() }));
    client.handle("Heartbeat", async () => { await moment(); return { currentTime: now() }; });
    for (const action of ["StatusNotification", "MeterValues", "FirmwareStatusNotification", "DiagnosticsStatusNotification"]) client.handle(action, () => ({}));
    client.handle("DataTransfer", () => ({ status: "UnknownVendorId" }));
    client.handle("Authorize", ({ params }) => ({ idTagInfo: info(params.idTag) }));
    client.handle("StartTransaction", ({ params }) => {
      const id = transactions.size + 1;
      transactions.set(id, { active: true, idTag: params.idTag, connectorId: params.connectorId });
      return { transactionId: id, idTagInfo: info(params.idTag) };
    });
    client.handle("StopTransaction", ({ params }) => {
      const found = transactions.get(params.transactionId);
      if (found) found.active = false;
      return params.idTag ? { idTagInfo: info(params.idTag) } : {};
    });
    client.handle(() => { throw createRPCError("NotImplemented"); });
  });
  const api = http.createServer((request, response) => {
    const [kind, identity, name] = new URL(request.url, "http://x").pathname.split("/").slice(1);
    let body = "";
    request.on("data", (part) => { body += part; });
    request.on("end", () => {
      const answer = (status, value) => { response.writeHead(status, { "Content-Type": "application/json" }); response.end(JSON.stringify(value)); };
      if (kind === "transactions") {
        const found = transactions.get(Number(name));
        return found ? answer(200, found) : answer(404, {});
      }
      const client = stations.get(identity);
      if (!client) return answer(404, {});
      client.call(name, JSON.parse(body)).catch((error) => console.error(String(error)));
      return answer(200, {});
    });
  });
  api.listen(0, "127.0.0.1", async () => {
    const listening = await server.listen(0, "127.0.0.1");
    console.log(listening.address().port, api.address().port);
  });
})();
