import eu.chargetime.ocpp.ClientEvents;
import eu.chargetime.ocpp.JSONClient;
import eu.chargetime.ocpp.feature.profile.*;
import eu.chargetime.ocpp.model.Confirmation;
import eu.chargetime.ocpp.model.Request;
import eu.chargetime.ocpp.model.core.*;
import eu.chargetime.ocpp.model.firmware.*;
import eu.chargetime.ocpp.model.remotetrigger.*;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A 1.6 charge point on Java-OCA-OCPP: Core, local list and trigger.
 *
 * <p>Arguments: URL of the Central System, port of its bench API (octt-api paths). All that it knows belongs to one thread.
 */
public final class Station16 implements ClientEvents {
  private static final int PATIENCE = 5;

  private final ScheduledExecutorService work = Executors.newSingleThreadScheduledExecutor();
  private final Settings settings = new Settings();
  private final LocalList list = new LocalList(settings);
  private final List<Connector> connectors = List.of(new Connector(1), new Connector(2));
  private final ClientCoreProfile core = new ClientCoreProfile(new Requests16(this));
  private final JSONClient client = new JSONClient(core, "CS001");
  private final Outgoing outgoing = new Outgoing(client::send,
      () -> settings.number("TransactionMessageAttempts"), () -> settings.number("TransactionMessageRetryInterval"));
  private final String url;
  private volatile CountDownLatch lost;
  private volatile boolean open;
  private boolean accepted, resetting, usable = true;
  private ChargePointStatus toldOfAll;
  private Duration clockOffset = Duration.ZERO;
  private Future<?> heartbeat, clockTick;

  public static void main(String[] arguments) throws Exception {
    new Station16(arguments[0]).go(Integer.parseInt(arguments[1]));
  }

  private Station16(String url) {
    this.url = url;
    Requests16 requests = new Requests16(this);
    client.addFeatureProfile(new Kept.Messages(core));
    client.addFeatureProfile(new ClientRemoteTriggerProfile(requests));
    client.addFeatureProfile(new ClientLocalAuthListProfile(requests));
    client.addFeatureProfile(new ClientFirmwareManagementProfile(requests));
  }

  private void go(int port) throws Exception {
    Api.serve(port, (path, query, body) -> inTurn(() -> operated(path[path.length - 1], query)));
    System.out.println("started");
    while (true) {
      lost = new CountDownLatch(1);
      open = false;
      client.connect(url, this);
      // not in connectionOpened: the library counts itself as closed until connect() returns, and sends nothing
      outgoing.connected(open);
      if (open) later(() -> {
        if (accepted) statuses();
        else boot();
      });
      lost.await();
      outgoing.connected(false);
      Thread.sleep(200); // between one attempt to connect and the next
    }
  }

  /** Carries it out in the thread that all state belongs to. */
  <T> T inTurn(Callable<T> task) throws Exception {
    return work.submit(task).get();
  }

  void later(Runnable task) {
    work.execute(task);
  }

  /** What a request leads to begins when its answer is out, which the library does not tell. */
  void afterAnswer(Runnable task) {
    work.schedule(task, 100, TimeUnit.MILLISECONDS);
  }

  // --- connection

  @Override
  public void connectionOpened() {
    open = true;
  }

  @Override
  public void connectionClosed() {
    lost.countDown();
  }

  private CompletableFuture<Confirmation> ask(Request request) {
    return outgoing.ask(request);
  }

  @SuppressWarnings("unchecked")
  private <T extends Confirmation> void ask(Request request, Consumer<T> then) {
    ask(request).thenAcceptAsync(answer -> then.accept((T) answer), work);
  }

  void boot() {
    this.<BootNotificationConfirmation>ask(core.createBootNotificationRequest("ChargeTime", "java"), answer -> {
      setClock(answer.getCurrentTime());
      int interval = answer.getInterval() > 0 ? answer.getInterval() : 300;
      if (answer.getStatus() != RegistrationStatus.Accepted) {
        work.schedule(this::boot, interval, TimeUnit.SECONDS);
        return;
      }
      accepted = true;
      outgoing.registered(true);
      settings.heartbeats(interval);
      intervals();
      for (Connector each : connectors) {
        each.told = null;
        if (each.interrupted) end(each, Reason.PowerLoss, null);
      }
      toldOfAll = null;
      statuses();
    });
  }

  private void setClock(ZonedDateTime time) {
    if (time != null) clockOffset = Duration.between(ZonedDateTime.now(), time);
  }

  private ZonedDateTime now() {
    return ZonedDateTime.now().plus(clockOffset);
  }

  void intervals() {
    for (Future<?> each : Arrays.asList(heartbeat, clockTick)) if (each != null) each.cancel(false);
    int seconds = settings.number("HeartbeatInterval");
    if (seconds > 0) heartbeat = work.scheduleAtFixedRate(this::beat, seconds, seconds, TimeUnit.SECONDS);
    tickAt(settings.number("ClockAlignedDataInterval"));
  }

  private void tickAt(int interval) {
    if (interval == 0) return;
    long intoDay = Duration.between(now().toLocalDate().atStartOfDay(now().getZone()), now()).toMillis();
    clockTick = work.schedule(() -> {
      for (Connector each : connectors)
        if (each.transaction != null) meterValues(each, "Sample.Clock", "MeterValuesAlignedData");
      tickAt(interval);
    }, interval * 1000L - intoDay % (interval * 1000L), TimeUnit.MILLISECONDS);
  }

  void beat() {
    this.<HeartbeatConfirmation>ask(core.createHeartbeatRequest(), answer -> setClock(answer.getCurrentTime()));
  }

  // --- statuses and meter

  private void statuses() {
    ChargePointStatus all = usable ? ChargePointStatus.Available : ChargePointStatus.Unavailable;
    if (toldOfAll != all) status(0, all);
    toldOfAll = all;
    connectors.forEach(this::tell);
  }

  void status(int number, ChargePointStatus status) {
    ChargePointErrorCode error =
        status == ChargePointStatus.Faulted ? ChargePointErrorCode.OtherError : ChargePointErrorCode.NoError;
    StatusNotificationRequest request = core.createStatusNotificationRequest(number, error, status);
    request.setTimestamp(now());
    ask(request);
  }

  void statusNow(int number) {
    if (number == 0) status(0, usable ? ChargePointStatus.Available : ChargePointStatus.Unavailable);
    else status(number, connector(number).status());
  }

  void tell(Connector connector) {
    if (!accepted || !outgoing.connected() || connector.told == connector.status()) return;
    connector.told = connector.status();
    status(connector.number, connector.told);
  }

  private SampledValue sample(Connector connector, String context, String measurand) {
    SampledValue value = new SampledValue(String.valueOf(connector.meter));
    value.setContext(context);
    value.setMeasurand(measurand);
    return value;
  }

  void meterValues(Connector connector, String context, String key) {
    connector.meter += connector.transaction == null ? 0 : 1;
    SampledValue[] values = Stream.of(settings.measurands(key)).map(m -> sample(connector, context, m)).toArray(SampledValue[]::new);
    if (values.length == 0) return;
    MeterValuesRequest request = new Kept.Meter(connector.number);
    request.setMeterValue(new MeterValue[] {new MeterValue(now(), values)});
    if (connector.transaction != null) request.setTransactionId(connector.transaction.getNow(null));
    ask(request);
  }

  // --- what drivers, vehicles and the grid do

  private Api.Answer operated(String operation, Map<String, String> query) {
    Connector connector = connector(Integer.parseInt(query.getOrDefault("evse_id", "1")));
    switch (operation) {
      case "plugin" -> {
        connector.plugged = true;
        connector.ended = false;
        if (connector.waiting != null) begin(connector, connector.waiting);
        else tell(connector);
      }
      case "plugout" -> unplugged(connector);
      case "authorize" -> presented(connector, query.get("id"));
      case "reboot" -> {
        for (Connector each : connectors) each.interrupted = each.transaction != null;
        restart();
      }
      case "state" -> {
        if (query.containsKey("faulted")) connector.faulted = query.get("faulted").equals("true");
        else if (query.containsKey("refused_local_auth_list")) list.refused = query.get("refused_local_auth_list").equals("true");
        else return new Api.Answer(501, "{}");
        tell(connector);
      }
      default -> { return new Api.Answer(501, "{}"); }
    }
    return new Api.Answer(200, "{}");
  }

  private void unplugged(Connector connector) {
    connector.plugged = connector.ended = false;
    if (connector.transaction != null) {
      if (settings.on("StopTransactionOnEVSideDisconnect")) end(connector, Reason.EVDisconnected, null);
      else connector.suspendedBy = ChargePointStatus.SuspendedEV;
    }
    tell(connector);
  }

  private void presented(Connector connector, String token) {
    if (connector.faulted) return;
    if (connector.transaction != null && token.equalsIgnoreCase(connector.token)) {
      end(connector, Reason.Local, token);
      return;
    }
    if (connector.transaction == null ? !connector.operative : connector.parent == null) return;
    authorize(token, info -> {
      if (info.getStatus() != AuthorizationStatus.Accepted) return;
      boolean same = connector.parent != null && connector.parent.equals(info.getParentIdTag());
      if (connector.transaction != null && same) end(connector, Reason.Local, token);
      if (connector.transaction == null && !connector.ended) admit(connector, token, info.getParentIdTag());
    });
  }

  void authorize(String token, Consumer<IdTagInfo> then) {
    IdTagInfo entry = list.entry(token);
    boolean expired = entry != null && entry.getExpiryDate() != null && entry.getExpiryDate().isBefore(now());
    if (entry != null && !expired && settings.on(outgoing.connected() ? "LocalPreAuthorize" : "LocalAuthorizeOffline")) then.accept(entry);
    else ask(core.createAuthorizeRequest(token)).whenCompleteAsync((answer, error) -> then.accept(
        error == null ? ((AuthorizeConfirmation) answer).getIdTagInfo() : new IdTagInfo(AuthorizationStatus.Invalid)), work);
  }

  void admit(Connector connector, String token, String parent) {
    if (resetting) return;
    connector.parent = parent;
    if (connector.plugged) {
      begin(connector, token);
      return;
    }
    connector.waiting = token;
    connector.timer = work.schedule(() -> {
      connector.waiting = null;
      tell(connector);
    }, settings.number("ConnectionTimeOut"), TimeUnit.SECONDS);
    tell(connector);
  }

  private void begin(Connector connector, String token) {
    if (connector.timer != null) connector.timer.cancel(false);
    connector.waiting = null;
    connector.token = token;
    connector.suspendedBy = null;
    CompletableFuture<Integer> id = connector.transaction = new CompletableFuture<>();
    CompletableFuture<Confirmation> started =
        ask(new Kept.Start(connector.number, token, connector.meter, now()));
    started.exceptionally(givenUp -> {
      id.complete(-1); // the Central System failed to process it as often as it may
      return null;
    });
    started.thenAcceptAsync(confirmation -> {
          StartTransactionConfirmation answer = (StartTransactionConfirmation) confirmation;
          id.complete(answer.getTransactionId());
          if (connector.transaction != id) return;
          if (answer.getIdTagInfo().getParentIdTag() != null) connector.parent = answer.getIdTagInfo().getParentIdTag();
          if (answer.getIdTagInfo().getStatus() == AuthorizationStatus.Accepted) return;
          connector.suspendedBy = ChargePointStatus.SuspendedEVSE;
          if (settings.on("StopTransactionOnInvalidId")) end(connector, Reason.DeAuthorized, null);
          else tell(connector);
        }, work);
    tell(connector);
    sample(connector, id, System.currentTimeMillis());
  }

  /** The interval counts from the start and from each sample, and a new one from when it is set. */
  private void sample(Connector connector, CompletableFuture<Integer> id, long last) {
    work.schedule(() -> {
      if (connector.transaction != id) return;
      int interval = settings.number("MeterValueSampleInterval");
      boolean due = interval > 0 && System.currentTimeMillis() - last >= 1000L * interval;
      if (due) meterValues(connector, "Sample.Periodic", "MeterValuesSampledData");
      sample(connector, id, due ? System.currentTimeMillis() : last);
    }, 100, TimeUnit.MILLISECONDS);
  }

  /** Ends what runs; when it is known under which id it runs, the Central System is told. */
  CompletableFuture<Void> end(Connector connector, Reason reason, String token) {
    CompletableFuture<Integer> id = connector.transaction;
    connector.transaction = null;
    connector.interrupted = false;
    connector.ended = connector.plugged;
    connector.meter += 10;
    int meter = connector.meter;
    ZonedDateTime time = now();
    SampledValue[] values = Stream.of(settings.measurands("StopTxnSampledData"))
        .map(m -> sample(connector, "Transaction.End", m)).toArray(SampledValue[]::new);
    if (connector.toBeInoperative) connector.operative = connector.toBeInoperative = false;
    CompletableFuture<Void> done = id.thenComposeAsync(transaction -> {
      StopTransactionRequest request = new Kept.Stop(meter, time, transaction);
      request.setReason(reason);
      if (token != null) request.setIdTag(token);
      if (values.length > 0) request.setTransactionData(new MeterValue[] {new MeterValue(time, values)});
      return ask(request).thenAccept(answer -> {});
    }, work);
    id.thenRunAsync(() -> tell(connector), work);
    return done;
  }

  // --- what requests lead to

  Settings settings() {
    return settings;
  }

  LocalList list() {
    return list;
  }

  List<Connector> connectors() {
    return connectors;
  }

  Connector connector(int number) {
    return number >= 1 && number <= connectors.size() ? connectors.get(number - 1) : null;
  }

  void setUsable(boolean usable) {
    this.usable = usable;
    statuses();
  }

  void toldFirmware(boolean diagnostics) {
    ask(diagnostics ? new DiagnosticsStatusNotificationRequest(DiagnosticsStatus.Idle)
        : new FirmwareStatusNotificationRequest(FirmwareStatus.Idle));
  }

  void reset(ResetType type) {
    Reason reason = type == ResetType.Hard ? Reason.HardReset : Reason.SoftReset;
    resetting = true;
    List<CompletableFuture<Void>> ended = new ArrayList<>();
    for (Connector each : connectors) {
      each.waiting = null;
      if (each.transaction != null) ended.add(end(each, reason, null));
    }
    CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new)).orTimeout(PATIENCE, TimeUnit.SECONDS)
        .handleAsync((done, error) -> outgoing.idle().orTimeout(PATIENCE, TimeUnit.SECONDS), work)
        .thenCompose(told -> told)
        .whenCompleteAsync((done, error) -> restart(), work);
  }

  /** As without power for a moment: the connection is new, and it boots. */
  private void restart() {
    accepted = resetting = false;
    outgoing.registered(false);
    for (Connector each : connectors) each.waiting = null;
    CompletableFuture.runAsync(client::disconnect);
  }
}
