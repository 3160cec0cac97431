import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import eu.chargetime.ocpp.*;
import eu.chargetime.ocpp.model.SessionInformation;
import java.time.Instant;
import java.util.*;
import java.util.concurrent.*;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.protocols.Protocol;

/**
 * A 2.0.1 CSMS on the sessions of Java-OCA-OCPP: a table of tokens, and an HTTP API that has it send any request.
 *
 * <p>Prints the ports of the CSMS and of its API.
 */
public final class Csms201 implements ServerEvents {
  private final Map<String, UUID> stations = new ConcurrentHashMap<>();
  private final Map<UUID, CompletableFuture<?>> lastSent = new ConcurrentHashMap<>();
  private final Actions actions = new Actions();
  private final Server server = new Server(
      new WebSocketListener(new SessionFactory(actions), JSONConfiguration.get(),
          new Draft_6455(Collections.emptyList(), List.of(new Protocol("ocpp2.0.1")))),
      actions, new PromiseRepository());

  public static void main(String[] arguments) throws Exception {
    new Csms201().serve();
  }

  private Csms201() {
    for (var type : List.of(Message.FirmwareStatusNotification.class, Message.LogStatusNotification.class,
        Message.MeterValues.class, Message.NotifyCustomerInformation.class, Message.NotifyDisplayMessages.class,
        Message.NotifyEvent.class, Message.NotifyMonitoringReport.class, Message.NotifyReport.class,
        Message.ReportChargingProfiles.class, Message.ReservationStatusUpdate.class,
        Message.SecurityEventNotification.class, Message.StatusNotification.class))
      actions.handle(type, (session, request) -> Message.of());
    actions.handle(Message.BootNotification.class, (session, request) ->
        Message.of("currentTime", now(), "interval", 300, "status", "Accepted"));
    actions.handle(Message.Heartbeat.class, (session, request) -> Message.of("currentTime", now()));
    actions.handle(Message.DataTransfer.class, (session, request) -> Message.of("status", "UnknownVendorId"));
    actions.handle(Message.Authorize.class, (session, request) ->
        Message.of("idTokenInfo", info(request.text("idToken", "idToken"))));
    actions.handle(Message.TransactionEvent.class, (session, request) -> {
      String token = request.text("idToken", "idToken");
      return Message.of("idTokenInfo", token == null ? null : info(token), "totalCost", 1.5);
    });
  }

  private static String now() {
    return Instant.now().toString();
  }

  private static JsonObject info(String token) {
    String group = Tokens.group(token);
    return Message.of("status", Tokens.status(token, "Unknown"),
        "groupIdToken", group == null ? null : Message.of("idToken", group, "type", "ISO14443"));
  }

  private void serve() throws Exception {
    int port = Listening.freePort();
    server.open("127.0.0.1", port, this);
    Listening.await(port);
    System.out.println(port + " " + Api.serve(0, (path, query, body) -> {
      UUID session = stations.get(path[1]);
      if (session == null || !path[0].equals("send")) return new Api.Answer(404, "{}");
      send(session, Message.request(path[2], JsonParser.parseString(body).getAsJsonObject()));
      return new Api.Answer(200, "{}");
    }));
  }

  /** One request at a time: the library itself sends all at once (Part 4 4.1.1). */
  private void send(UUID session, Message request) {
    lastSent.compute(session, (key, before) ->
        (before == null ? CompletableFuture.completedFuture(null) : before).handle((answer, error) -> null)
            .thenCompose(done -> {
              try {
                return server.send(session, request).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS);
              } catch (Exception error) {
                return CompletableFuture.failedFuture(error);
              }
            }));
  }

  @Override
  public void authenticateSession(SessionInformation information, String user, byte[] password) {}

  @Override
  public void newSession(UUID session, SessionInformation information) {
    String path = information.getIdentifier();
    stations.put(path.substring(path.lastIndexOf('/') + 1), session);
  }

  @Override
  public void lostSession(UUID session) {
    stations.values().remove(session);
    lastSent.remove(session);
  }
}
