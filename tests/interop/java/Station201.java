import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import eu.chargetime.ocpp.*;
import eu.chargetime.ocpp.model.Confirmation;
import java.time.Duration;
import java.time.Instant;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.Consumer;
import java.util.function.Function;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.protocols.Protocol;

/**
 * A 2.0.1 charging station on the sessions of Java-OCA-OCPP: two EVSEs, local and remote start, a device model.
 *
 * <p>Arguments: URL of the CSMS, port of its bench API (octt-api paths; under ev/ those of the vehicle). All that it knows
 * belongs to one thread. A transaction begins when a driver is authorized, and ends when that is over.
 */
public final class Station201 implements ClientEvents {
  private static final int PATIENCE = 5;

  private final ScheduledExecutorService work = Executors.newSingleThreadScheduledExecutor();
  private final Variables variables = new Variables();
  private final List<Evse> evses = List.of(new Evse(1), new Evse(2));
  private final Actions actions = new Actions();
  private final Client client = new Client(
      new SessionFactory(actions).createSession(new JSONCommunicator(new WebSocketTransmitter(
          new Draft_6455(Collections.emptyList(), List.of(new Protocol("ocpp2.0.1")))))),
      actions, new PromiseRepository());
  private final Outgoing outgoing = new Outgoing(client::send,
      () -> variables.number("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"),
      () -> variables.number("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]"),
      () -> Math.max(1, variables.number("OCPPCommCtrlr.MessageTimeout[Default]")), true);
  private final Charging charging = new Charging(outgoing, variables, work, this::now, this::tell);
  private final String url;
  private volatile CountDownLatch lost;
  private volatile boolean open;
  private boolean accepted, resetting;
  private String bootReason = "PowerUp";
  private Duration clockOffset = Duration.ZERO;
  private Future<?> heartbeat, resetWhenIdle;

  public static void main(String[] arguments) throws Exception {
    new Station201(arguments[0]).go(Integer.parseInt(arguments[1]));
  }

  private Station201(String url) {
    this.url = url;
    handle(Message.GetVariables.class, request -> Message.of("getVariableResult",
        variables.each(request, "getVariableData", variables::read)));
    handle(Message.SetVariables.class, request -> {
      JsonArray results = variables.each(request, "setVariableData", variables::write);
      work.execute(this::intervals);
      return Message.of("setVariableResult", results);
    });
    handle(Message.GetBaseReport.class, this::baseReport);
    handle(Message.TriggerMessage.class, this::triggered);
    handle(Message.RequestStartTransaction.class, this::remoteStart);
    handle(Message.RequestStopTransaction.class, this::remoteStop);
    handle(Message.Reset.class, this::reset);
    handle(Message.ChangeAvailability.class, this::availability);
    handle(Message.UnlockConnector.class, request -> {
      Evse evse = evse(request.number("evseId"));
      if (evse == null || request.number("connectorId") != 1) return Message.of("status", "UnknownConnector");
      if (evse.transaction != null) return Message.of("status", "OngoingAuthorizedTransaction");
      evse.kept = false;
      return Message.of("status", "Unlocked");
    });
    handle(Message.GetTransactionStatus.class, request -> {
      String id = request.text("transactionId");
      boolean goesOn = evses.stream().anyMatch(each -> id != null && id.equals(each.transaction));
      boolean waits = outgoing.waiting(each -> id == null || id.equals(((Message) each).text("transactionInfo", "transactionId")));
      return Message.of("ongoingIndicator", id == null ? null : goesOn, "messagesInQueue", waits);
    });
    handle(Message.DataTransfer.class, request -> Message.of("status", "UnknownVendorId"));
  }

  private void handle(Class<? extends Message> type, Function<Message, JsonObject> handler) {
    actions.handle(type, (session, request) -> inTurn(() -> handler.apply(request)));
  }

  private <T> T inTurn(Callable<T> task) {
    try {
      return work.submit(task).get();
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }

  /** What a request leads to begins when its answer is out, which the library does not tell. */
  private void afterAnswer(Runnable task) {
    work.schedule(task, 100, TimeUnit.MILLISECONDS);
  }

  private void go(int port) throws Exception {
    Api.serve(port, (path, query, body) -> inTurn(() -> operated((path[0].equals("ev") ? "ev/" : "") + path[path.length - 1], query)));
    System.out.println("started");
    while (true) {
      lost = new CountDownLatch(1);
      open = false;
      client.connect(url + "/CS001", this);
      outgoing.connected(open);
      if (open) work.execute(() -> {
        if (accepted) evses.forEach(this::tell);
        else boot();
      });
      lost.await();
      outgoing.connected(false);
      Thread.sleep(200); // between one attempt to connect and the next
    }
  }

  @Override
  public void connectionOpened() {
    open = true;
  }

  @Override
  public void connectionClosed() {
    lost.countDown();
  }

  private CompletableFuture<Confirmation> ask(String action, JsonObject fields) {
    return outgoing.ask(Message.request(action, fields));
  }

  private void ask(String action, JsonObject fields, Consumer<Message> then) {
    ask(action, fields).thenAcceptAsync(answer -> then.accept((Message) answer), work);
  }

  private String now() {
    return Instant.now().plus(clockOffset).toString();
  }

  private void setClock(Message answer) {
    clockOffset = Duration.between(Instant.now(), Instant.parse(answer.text("currentTime")));
  }

  // --- boot, heartbeat, status

  private void boot() {
    boot(bootReason);
  }

  private void boot(String reason) {
    JsonObject request = Message.of("reason", reason, "chargingStation", Message.of("model", "java", "vendorName", "ChargeTime"));
    ask("BootNotification", request, answer -> {
      setClock(answer);
      int interval = answer.number("interval") > 0 ? answer.number("interval") : 300;
      if (!"Accepted".equals(answer.text("status"))) {
        work.schedule((Runnable) this::boot, interval, TimeUnit.SECONDS);
        return;
      }
      accepted = true;
      outgoing.registered(true);
      variables.set("OCPPCommCtrlr.HeartbeatInterval", String.valueOf(interval));
      intervals();
      ask("SecurityEventNotification", Message.of("type", "StartupOfTheDevice", "timestamp", now()));
      for (Evse each : evses) {
        each.told = null;
        if (each.interrupted) charging.end(each, "AbnormalCondition", "PowerLoss", null);
      }
      evses.forEach(this::tell);
    });
  }

  private void intervals() {
    if (heartbeat != null) heartbeat.cancel(false);
    int seconds = variables.number("OCPPCommCtrlr.HeartbeatInterval");
    if (seconds > 0) heartbeat = work.scheduleAtFixedRate(this::beat, seconds, seconds, TimeUnit.SECONDS);
  }

  private void beat() {
    ask("Heartbeat", Message.of(), this::setClock);
  }

  private void tell(Evse evse) {
    if (!accepted || !outgoing.connected() || evse.status().equals(evse.told)) return;
    evse.told = evse.status();
    status(evse);
  }

  private void status(Evse evse) {
    ask("StatusNotification", Message.of("timestamp", now(), "connectorStatus", evse.status(), "evseId", evse.id, "connectorId", 1));
  }

  // --- drivers and vehicles

  private Api.Answer operated(String operation, Map<String, String> query) {
    Evse evse = evse(Integer.parseInt(query.getOrDefault("evse_id", "1")));
    switch (operation) {
      case "plugin" -> {
        evse.plugged = true;
        tell(evse);
        charging.connected(evse);
      }
      case "plugout" -> {
        if (evse.kept) return new Api.Answer(409, "{}");
        boolean wasConnected = evse.connected();
        evse.plugged = evse.detached = evse.suspended = false;
        if (wasConnected) charging.disconnected(evse);
        tell(evse);
      }
      case "ev/plugout" -> {
        evse.detached = true;
        evse.kept = evse.transaction != null
            && !(variables.on("TxCtrlr.StopTxOnEVSideDisconnect") && variables.on("OCPPCommCtrlr.UnlockOnEVSideDisconnect"));
        evse.suspended = false;
        charging.disconnected(evse);
      }
      case "ev/plugin" -> {
        evse.detached = false;
        charging.connected(evse);
      }
      case "ev/state" -> {
        boolean suspended = !"true".equals(query.get("ready"));
        if (evse.suspended == suspended) break;
        evse.suspended = suspended;
        if (evse.connected()) charging.update(evse, "ChargingStateChanged", "Other");
      }
      case "authorize" -> presented(evse, Message.of("idToken", query.get("id"), "type", query.getOrDefault("type", "ISO14443")));
      case "reboot" -> {
        for (Evse each : evses) each.interrupted = each.transaction != null;
        restart("PowerUp");
      }
      case "state" -> {
        if (!query.containsKey("faulted")) return new Api.Answer(501, "{}");
        evse.faulted = query.get("faulted").equals("true");
        tell(evse);
      }
      default -> { return new Api.Answer(501, "{}"); }
    }
    return new Api.Answer(200, "{}");
  }

  private void presented(Evse evse, JsonObject token) {
    if (Evse.same(evse.token, token) && evse.kept) { // the driver is back, and gets the cable
      evse.kept = false;
      if (evse.transaction == null) return;
    }
    if (evse.faulted || !evse.operative || evse.detached && evse.transaction == null) return;
    if (evse.transaction != null) {
      if (Evse.same(evse.token, token)) charging.end(evse, "StopAuthorized", "Local", token);
      else if (evse.group != null) authorize(token, info -> {
        boolean same = Evse.same(evse.group, Message.at(info, "groupIdToken"));
        if (same && evse.transaction != null) charging.end(evse, "StopAuthorized", "Local", token);
      });
      return;
    }
    authorize(token, info -> {
      if ("Accepted".equals(Message.at(info, "status").getAsString())) admit(evse, token, info, "Authorized", null);
    });
  }

  private void authorize(JsonObject token, Consumer<JsonObject> then) {
    ask("Authorize", Message.of("idToken", token), answer -> then.accept(answer.fields.getAsJsonObject("idTokenInfo")));
  }

  private void admit(Evse evse, JsonObject token, JsonObject info, String trigger, Integer remoteStartId) {
    if (resetting || evse.transaction != null) return;
    evse.group = Message.at(info, "groupIdToken");
    charging.begin(evse, token, trigger, remoteStartId);
  }

  // --- what the CSMS asks

  private Evse evse(Integer id) {
    return id != null && id >= 1 && id <= evses.size() ? evses.get(id - 1) : null;
  }

  private JsonObject baseReport(Message request) {
    if (request.text("reportBase").equals("SummaryInventory")) return Message.of("status", "NotSupported");
    afterAnswer(() -> {
      List<JsonObject> report = variables.report(request.text("reportBase").equals("ConfigurationInventory"));
      for (int part = 0; part < report.size(); part++) {
        JsonArray data = new JsonArray();
        data.add(report.get(part));
        ask("NotifyReport", Message.of("requestId", request.number("requestId"), "generatedAt", now(), "seqNo", part,
            "tbc", part < report.size() - 1, "reportData", data));
      }
    });
    return Message.of("status", "Accepted");
  }

  private JsonObject triggered(Message request) {
    Integer id = request.number("evse", "id");
    if (id != null && id != 0 && evse(id) == null) return Message.of("status", "Rejected");
    List<Evse> meant = id == null || id == 0 ? evses : List.of(evse(id));
    Runnable follows = switch (request.text("requestedMessage")) {
      case "Heartbeat" -> this::beat;
      case "BootNotification" -> accepted ? null : () -> boot("Triggered");
      case "StatusNotification" -> () -> meant.forEach(this::status);
      case "MeterValues" -> () -> meant.forEach(each -> ask("MeterValues", Message.of("evseId", each.id,
          "meterValue", each.meterValue(now(), "Trigger", variables.text("AlignedDataCtrlr.Measurands")))));
      case "TransactionEvent" -> meant.stream().allMatch(each -> each.transaction == null) ? null
          : () -> meant.forEach(each -> charging.update(each, "Trigger", "Trigger"));
      default -> null;
    };
    if (follows == null) {
      boolean known = request.text("requestedMessage").matches("BootNotification|TransactionEvent");
      return Message.of("status", known ? "Rejected" : "NotImplemented");
    }
    afterAnswer(follows);
    return Message.of("status", "Accepted");
  }

  private JsonObject remoteStart(Message request) {
    Integer id = request.number("evseId");
    Evse evse = id == null ? evses.stream().filter(Evse::free).findFirst().orElse(null) : evse(id);
    if (!accepted || evse == null || !evse.free()) return Message.of("status", "Rejected");
    JsonObject token = request.fields.getAsJsonObject("idToken");
    Integer remoteStartId = request.number("remoteStartId");
    evse.waiting = token; // from now on it is in use
    afterAnswer(() -> {
      if (!variables.on("AuthCtrlr.AuthorizeRemoteStart")) admit(evse, token, null, "RemoteStart", remoteStartId);
      else ask("Authorize", Message.of("idToken", token)).whenCompleteAsync((answer, error) -> {
        evse.waiting = null;
        if (error != null || !"Accepted".equals(((Message) answer).text("idTokenInfo", "status"))) return;
        admit(evse, token, ((Message) answer).fields.getAsJsonObject("idTokenInfo"), "RemoteStart", remoteStartId);
      }, work);
    });
    return Message.of("status", "Accepted");
  }

  private JsonObject remoteStop(Message request) {
    String id = request.text("transactionId");
    for (Evse each : evses) {
      if (!accepted || !id.equals(each.transaction)) continue;
      afterAnswer(() -> {
        if (id.equals(each.transaction)) charging.end(each, "RemoteStop", "Remote", null);
      });
      return Message.of("status", "Accepted");
    }
    return Message.of("status", "Rejected");
  }

  private JsonObject availability(Message request) {
    boolean operative = request.text("operationalStatus").equals("Operative");
    Integer id = request.number("evse", "id");
    if (id != null && evse(id) == null) return Message.of("status", "Rejected");
    boolean scheduled = false;
    for (Evse each : id == null ? evses : List.of(evse(id))) {
      each.toBeInoperative = !operative && each.transaction != null;
      if (!each.toBeInoperative) each.operative = operative;
      scheduled |= each.toBeInoperative;
    }
    afterAnswer(() -> evses.forEach(this::tell));
    return Message.of("status", scheduled ? "Scheduled" : "Accepted");
  }

  private JsonObject reset(Message request) {
    if (request.number("evseId") != null) return Message.of("status", "Rejected"); // it cannot reset one EVSE
    boolean busy = evses.stream().anyMatch(each -> each.transaction != null);
    if (busy && request.text("type").equals("OnIdle")) {
      resetWhenIdle = work.scheduleAtFixedRate(() -> {
        if (evses.stream().anyMatch(each -> each.transaction != null)) return;
        resetWhenIdle.cancel(false);
        restart("ScheduledReset");
      }, 200, 200, TimeUnit.MILLISECONDS);
      return Message.of("status", "Scheduled");
    }
    resetting = true;
    afterAnswer(() -> {
      for (Evse each : evses) {
        each.waiting = null;
        if (each.transaction != null) charging.end(each, "ResetCommand", "ImmediateReset", null);
      }
      // what was said last is told before the connection ends
      outgoing.idle().orTimeout(PATIENCE, TimeUnit.SECONDS).whenCompleteAsync((done, error) -> restart("RemoteReset"), work);
    });
    return Message.of("status", "Accepted");
  }

  private void restart(String reason) {
    bootReason = reason;
    accepted = resetting = false;
    outgoing.registered(false);
    for (Evse each : evses) each.waiting = null;
    CompletableFuture.runAsync(client::disconnect);
  }
}
