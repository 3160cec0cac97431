import com.google.gson.JsonObject;
import eu.chargetime.ocpp.model.Confirmation;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The transactions of the 2.0.1 charging station, from the authorization of a driver to its end: with a cable or without.
 *
 * <p>What a cable or a vehicle brings is told in one event with its charging state (E, 1.5).
 */
final class Charging {
  private final Outgoing outgoing;
  private final Variables variables;
  private final ScheduledExecutorService work;
  private final Supplier<String> now;
  private final Consumer<Evse> tell;

  /** `now`: the time as OCPP writes it; `tell`: tells of the status of a connector, where it is another. */
  Charging(Outgoing outgoing, Variables variables, ScheduledExecutorService work, Supplier<String> now, Consumer<Evse> tell) {
    this.outgoing = outgoing;
    this.variables = variables;
    this.work = work;
    this.now = now;
    this.tell = tell;
  }

  void begin(Evse evse, JsonObject token, String trigger, Integer remoteStartId) {
    evse.token = token;
    evse.waiting = null;
    evse.transaction = UUID.randomUUID().toString();
    evse.seqNo = 0;
    evse.placed = false;
    String running = evse.transaction;
    JsonObject event = event(evse, "Started", trigger, null, "Transaction.Begin", "TxStartedMeasurands");
    if (remoteStartId != null) event.getAsJsonObject("transactionInfo").addProperty("remoteStartId", remoteStartId);
    event.add("idToken", token);
    send(event).thenAcceptAsync(answer -> {
      String status = ((Message) answer).text("idTokenInfo", "status");
      if (status != null && !"Accepted".equals(status) && running.equals(evse.transaction)) end(evse, "Deauthorized", "DeAuthorized", null);
    }, work);
    sample(evse, running, System.currentTimeMillis());
    if (!evse.connected()) waitForCable(evse, running);
  }

  private void waitForCable(Evse evse, String running) {
    evse.timer = work.schedule(() -> {
      if (running.equals(evse.transaction) && !evse.connected()) end(evse, "EVConnectTimeout", "Timeout", null);
    }, variables.number("TxCtrlr.EVConnectionTimeOut"), TimeUnit.SECONDS);
  }

  /** The transaction goes on, and this has happened. */
  void update(Evse evse, String trigger, String context) {
    if (evse.transaction != null) send(event(evse, "Updated", trigger, null, context, "TxUpdatedMeasurands"));
  }

  /** There is a vehicle at the cable. */
  void connected(Evse evse) {
    if (evse.timer != null) evse.timer.cancel(false);
    update(evse, "CablePluggedIn", "Other");
  }

  /** The vehicle has lost the cable; the driver's authorization ends with it where it is set so (E09), or stays (E10). */
  void disconnected(Evse evse) {
    if (evse.transaction == null) return;
    if (variables.on("TxCtrlr.StopTxOnEVSideDisconnect")) end(evse, "EVCommunicationLost", "EVDisconnected", null);
    else update(evse, "EVCommunicationLost", "Other");
  }

  void end(Evse evse, String trigger, String reason, JsonObject token) {
    JsonObject event = event(evse, "Ended", trigger, reason, "Transaction.End", "TxEndedMeasurands");
    if (token != null) event.add("idToken", token);
    evse.transaction = null;
    evse.interrupted = false;
    if (evse.toBeInoperative) evse.operative = evse.toBeInoperative = false;
    send(event);
    tell.accept(evse);
  }

  private CompletableFuture<Confirmation> send(JsonObject event) {
    return outgoing.ask(Message.request("TransactionEvent", event));
  }

  private JsonObject event(Evse evse, String type, String trigger, String reason, String context, String measurands) {
    evse.meter += 10;
    JsonObject event = Message.of("eventType", type, "timestamp", now.get(), "triggerReason", trigger, "seqNo", evse.seqNo++,
        "transactionInfo", Message.of("transactionId", evse.transaction, "chargingState", evse.chargingState(type.equals("Ended")),
            "stoppedReason", reason));
    if (!outgoing.connected()) event.addProperty("offline", true);
    if (evse.connected() && !evse.placed) { // the first event with a cable says where it is
      evse.placed = true;
      event.add("evse", Message.of("id", evse.id, "connectorId", 1));
    }
    event.add("meterValue", evse.meterValue(now.get(), context, variables.text("SampledDataCtrlr." + measurands)));
    return event;
  }

  /** The interval counts from the start and from each sample, and a new one from when it is set. */
  private void sample(Evse evse, String running, long last) {
    work.schedule(() -> {
      if (!running.equals(evse.transaction)) return;
      int interval = variables.number("SampledDataCtrlr.TxUpdatedInterval");
      boolean due = interval > 0 && System.currentTimeMillis() - last >= 1000L * interval;
      if (due) update(evse, "MeterValuePeriodic", "Sample.Periodic");
      sample(evse, running, due ? System.currentTimeMillis() : last);
    }, 100, TimeUnit.MILLISECONDS);
  }
}
