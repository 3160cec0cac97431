import eu.chargetime.ocpp.JSONCommunicator;
import eu.chargetime.ocpp.JSONServer;
import eu.chargetime.ocpp.ServerEvents;
import eu.chargetime.ocpp.feature.Feature;
import eu.chargetime.ocpp.feature.profile.*;
import eu.chargetime.ocpp.feature.profile.securityext.*;
import eu.chargetime.ocpp.model.*;
import eu.chargetime.ocpp.model.core.*;
import eu.chargetime.ocpp.model.firmware.*;
import eu.chargetime.ocpp.model.securityext.*;
import eu.chargetime.ocpp.model.securityext.types.GenericStatusEnumType;
import java.time.ZonedDateTime;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A 1.6 Central System on Java-OCA-OCPP: tokens, transactions, an HTTP API that has it send any request.
 *
 * <p>Prints the ports of the Central System and of its API.
 */
public final class Csms16 implements ServerCoreEventHandler, ServerFirmwareManagementEventHandler,
    ServerSecurityExtEventHandler, ServerEvents {
  private record Running(boolean active, String idTag, int connectorId) {
    String json() {
      return "{\"active\":" + active + ",\"idTag\":\"" + idTag + "\",\"connectorId\":" + connectorId + "}";
    }
  }

  private final Map<String, UUID> stations = new ConcurrentHashMap<>();
  private final Map<UUID, CompletableFuture<?>> lastSent = new ConcurrentHashMap<>();
  private final Map<Integer, Running> transactions = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final Map<String, Class<? extends Request>> requests = new TreeMap<>();
  private JSONServer server;

  public static void main(String[] arguments) throws Exception {
    new Csms16().serve();
  }

  private void serve() throws Exception {
    ServerCoreProfile core = new ServerCoreProfile(this);
    server = new JSONServer(core);
    List<Profile> profiles = List.of(new ServerFirmwareManagementProfile(this), new ServerLocalAuthListProfile(),
        new ServerRemoteTriggerProfile(), new ServerReservationProfile(), new ServerSmartChargingProfile(),
        new ServerSecurityExtProfile(this));
    profiles.forEach(server::addFeatureProfile);
    for (Feature feature : core.getFeatureList()) requests.put(feature.getAction(), feature.getRequestType());
    for (Profile profile : profiles)
      for (Feature feature : profile.getFeatureList()) requests.put(feature.getAction(), feature.getRequestType());
    int port = Listening.freePort();
    server.open("127.0.0.1", port, this);
    Listening.await(port);
    System.out.println(port + " " + Api.serve(0, (path, query, body) -> operated(path, body)));
  }

  private Api.Answer operated(String[] path, String body) throws Exception {
    if (path[0].equals("transactions")) {
      Running found = path[2].matches("\\d{1,9}") ? transactions.get(Integer.valueOf(path[2])) : null;
      return found == null ? new Api.Answer(404, "{}") : new Api.Answer(200, found.json());
    }
    UUID session = stations.get(path[1]);
    if (session == null || !requests.containsKey(path[2])) return new Api.Answer(404, "{}");
    Request request = new JSONCommunicator(null).unpackPayload(body, requests.get(path[2]));
    if (!request.validate()) return new Api.Answer(400, "{}");
    send(session, request);
    return new Api.Answer(200, "{}");
  }

  /** One request at a time: the library itself sends all at once (OCPP-J 4.1.1). */
  private void send(UUID session, Request request) {
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

  private static IdTagInfo info(String idTag) {
    IdTagInfo info = new IdTagInfo(AuthorizationStatus.valueOf(Tokens.status(idTag, "Invalid")));
    if (Tokens.group(idTag) != null) info.setParentIdTag(Tokens.group(idTag));
    return info;
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

  @Override
  public AuthorizeConfirmation handleAuthorizeRequest(UUID session, AuthorizeRequest request) {
    return new AuthorizeConfirmation(info(request.getIdTag()));
  }

  @Override
  public BootNotificationConfirmation handleBootNotificationRequest(UUID session, BootNotificationRequest request) {
    return new BootNotificationConfirmation(ZonedDateTime.now(), 300, RegistrationStatus.Accepted);
  }

  @Override
  public DataTransferConfirmation handleDataTransferRequest(UUID session, DataTransferRequest request) {
    return new DataTransferConfirmation(DataTransferStatus.UnknownVendorId);
  }

  @Override
  public HeartbeatConfirmation handleHeartbeatRequest(UUID session, HeartbeatRequest request) {
    return new HeartbeatConfirmation(ZonedDateTime.now());
  }

  @Override
  public MeterValuesConfirmation handleMeterValuesRequest(UUID session, MeterValuesRequest request) {
    return new MeterValuesConfirmation();
  }

  @Override
  public StartTransactionConfirmation handleStartTransactionRequest(UUID session, StartTransactionRequest request) {
    int id = number.incrementAndGet();
    transactions.put(id, new Running(true, request.getIdTag(), request.getConnectorId()));
    return new StartTransactionConfirmation(info(request.getIdTag()), id);
  }

  @Override
  public StatusNotificationConfirmation handleStatusNotificationRequest(UUID session, StatusNotificationRequest request) {
    return new StatusNotificationConfirmation();
  }

  @Override
  public StopTransactionConfirmation handleStopTransactionRequest(UUID session, StopTransactionRequest request) {
    transactions.computeIfPresent(request.getTransactionId(), (id, it) -> new Running(false, it.idTag, it.connectorId));
    StopTransactionConfirmation answer = new StopTransactionConfirmation();
    if (request.getIdTag() != null) answer.setIdTagInfo(info(request.getIdTag()));
    return answer;
  }

  @Override
  public DiagnosticsStatusNotificationConfirmation handleDiagnosticsStatusNotificationRequest(
      UUID session, DiagnosticsStatusNotificationRequest request) {
    return new DiagnosticsStatusNotificationConfirmation();
  }

  @Override
  public FirmwareStatusNotificationConfirmation handleFirmwareStatusNotificationRequest(
      UUID session, FirmwareStatusNotificationRequest request) {
    return new FirmwareStatusNotificationConfirmation();
  }

  @Override
  public LogStatusNotificationConfirmation handleLogStatusNotificationRequest(
      UUID session, LogStatusNotificationRequest request) {
    return new LogStatusNotificationConfirmation();
  }

  @Override
  public SecurityEventNotificationConfirmation handleSecurityEventNotificationRequest(
      UUID session, SecurityEventNotificationRequest request) {
    return new SecurityEventNotificationConfirmation();
  }

  @Override
  public SignCertificateConfirmation handleSignCertificateRequest(UUID session, SignCertificateRequest request) {
    return new SignCertificateConfirmation(GenericStatusEnumType.Rejected);
  }

  @Override
  public SignedFirmwareStatusNotificationConfirmation handleSignedFirmwareStatusNotificationRequest(
      UUID session, SignedFirmwareStatusNotificationRequest request) {
    return new SignedFirmwareStatusNotificationConfirmation();
  }
}
