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
 * <p>Arguments: URL of the CSMS, port of its bench API (octt-api paths). All that it knows belongs to one thread. A
 * transaction begins when the power path is closed, and ends when it is opened.
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
      () -> variables.number("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]"));
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
      return Message.of("status", evse == null || request.number("connectorId") != 1 ? "UnknownConnector"
          : evse.transaction != null ? "OngoingAuthorizedTransaction" : "Unlocked");
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
    Api.serve(port, (path, query, body) -> inTurn(() -> operated(path[path.length - 1], query)));
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
        if (each.interrupted) end(each, "AbnormalCondition", "PowerLoss", null);
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
        if (evse.waiting != null) begin(evse, "CablePluggedIn");
      }
      case "plugout" -> {
        evse.plugged = false;
        if (evse.transaction != null) end(evse, "EVCommunicationLost", "EVDisconnected", null);
        tell(evse);
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
    if (evse.faulted || !evse.operative) return;
    if (evse.transaction != null) {
      if (Evse.same(evse.token, token)) end(evse, "StopAuthorized", "Local", token);
      else if (evse.group != null) authorize(token, info -> {
        boolean same = Evse.same(evse.group, Message.at(info, "groupIdToken"));
        if (same && evse.transaction != null) end(evse, "StopAuthorized", "Local", token);
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
    if (resetting) return;
    evse.waiting = token;
    evse.group = Message.at(info, "groupIdToken");
    evse.remoteStartId = remoteStartId;
    if (evse.plugged) begin(evse, trigger);
    else evse.timer = work.schedule(() -> evse.waiting = null, variables.number("TxCtrlr.EVConnectionTimeOut"), TimeUnit.SECONDS);
  }

  // --- transactions

  private void begin(Evse evse, String trigger) {
    if (evse.timer != null) evse.timer.cancel(false);
    evse.token = evse.waiting;
    evse.waiting = null;
    evse.transaction = UUID.randomUUID().toString();
    evse.seqNo = 0;
    String running = evse.transaction;
    JsonObject event = event(evse, "Started", trigger, "Charging", null, "Transaction.Begin", "TxStartedMeasurands");
    event.add("evse", Message.of("id", evse.id, "connectorId", 1));
    event.add("idToken", evse.token);
    ask("TransactionEvent", event, answer -> {
      boolean refused = answer.text("idTokenInfo", "status") != null && !"Accepted".equals(answer.text("idTokenInfo", "status"));
      if (refused && running.equals(evse.transaction)) end(evse, "Deauthorized", "DeAuthorized", null);
    });
    sample(evse, running, System.currentTimeMillis());
  }

  private void end(Evse evse, String trigger, String reason, JsonObject token) {
    JsonObject event = event(evse, "Ended", trigger, evse.plugged ? "EVConnected" : "Idle", reason, "Transaction.End", "TxEndedMeasurands");
    if (token != null) event.add("idToken", token);
    evse.transaction = null;
    evse.interrupted = false;
    if (evse.toBeInoperative) evse.operative = evse.toBeInoperative = false;
    ask("TransactionEvent", event);
    tell(evse);
  }

  private JsonObject event(Evse evse, String type, String trigger, String state, String reason, String context, String measurands) {
    evse.meter += 10;
    JsonObject event = Message.of("eventType", type, "timestamp", now(), "triggerReason", trigger, "seqNo", evse.seqNo++,
        "transactionInfo", Message.of("transactionId", evse.transaction, "chargingState", state, "stoppedReason", reason,
            "remoteStartId", "Started".equals(type) ? evse.remoteStartId : null));
    if (!outgoing.connected()) event.addProperty("offline", true);
    event.add("meterValue", evse.meterValue(now(), context, variables.text("SampledDataCtrlr." + measurands)));
    return event;
  }

  /** The interval counts from the start and from each sample, and a new one from when it is set. */
  private void sample(Evse evse, String running, long last) {
    work.schedule(() -> {
      if (!running.equals(evse.transaction)) return;
      int interval = variables.number("SampledDataCtrlr.TxUpdatedInterval");
      boolean due = interval > 0 && System.currentTimeMillis() - last >= 1000L * interval;
      if (due) ask("TransactionEvent",
          event(evse, "Updated", "MeterValuePeriodic", "Charging", null, "Sample.Periodic", "TxUpdatedMeasurands"));
      sample(evse, running, due ? System.currentTimeMillis() : last);
    }, 100, TimeUnit.MILLISECONDS);
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
      default -> null;
    };
    if (follows == null) {
      boolean boot = request.text("requestedMessage").equals("BootNotification");
      return Message.of("status", boot ? "Rejected" : "NotImplemented");
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
        if (id.equals(each.transaction)) end(each, "RemoteStop", "Remote", null);
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
        if (each.transaction != null) end(each, "ResetCommand", "ImmediateReset", null);
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
