import eu.chargetime.ocpp.feature.profile.*;
import eu.chargetime.ocpp.model.core.*;
import eu.chargetime.ocpp.model.firmware.*;
import eu.chargetime.ocpp.model.localauthlist.*;
import eu.chargetime.ocpp.model.remotetrigger.*;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** What the Central System asks of the 1.6 charge point. The library asks from threads of its own. */
record Requests16(Station16 station) implements ClientCoreEventHandler, ClientLocalAuthListEventHandler,
    ClientRemoteTriggerEventHandler, ClientFirmwareManagementEventHandler {
  private <T> T inTurn(Callable<T> task) {
    try {
      return station.inTurn(task);
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }

  /** What follows an answer comes after it. */
  private void then(Runnable task) {
    station.afterAnswer(task);
  }

  @Override
  public ChangeAvailabilityConfirmation handleChangeAvailabilityRequest(ChangeAvailabilityRequest request) {
    return new ChangeAvailabilityConfirmation(inTurn(() -> {
      boolean operative = request.getType() == AvailabilityType.Operative;
      int number = request.getConnectorId();
      if (number != 0 && station.connector(number) == null) return AvailabilityStatus.Rejected;
      boolean busy = false;
      for (Connector each : station.connectors()) {
        if (number != 0 && number != each.number) continue;
        each.toBeInoperative = !operative && each.transaction != null;
        if (!each.toBeInoperative) each.operative = operative;
        busy |= each.toBeInoperative;
      }
      then(() -> {
        if (number == 0) station.setUsable(operative);
        station.connectors().forEach(station::tell);
      });
      return busy ? AvailabilityStatus.Scheduled : AvailabilityStatus.Accepted;
    }));
  }

  @Override
  public GetConfigurationConfirmation handleGetConfigurationRequest(GetConfigurationRequest request) {
    return inTurn(() -> {
      GetConfigurationConfirmation answer = new GetConfigurationConfirmation();
      answer.setConfigurationKey(station.settings().told(request.getKey()));
      String[] asked = request.getKey() == null ? new String[0] : request.getKey();
      answer.setUnknownKey(Stream.of(asked).filter(key -> !station.settings().known(key)).toArray(String[]::new));
      return answer;
    });
  }

  @Override
  public ChangeConfigurationConfirmation handleChangeConfigurationRequest(ChangeConfigurationRequest request) {
    return new ChangeConfigurationConfirmation(inTurn(() -> {
      ConfigurationStatus status = station.settings().change(request.getKey(), request.getValue());
      then(station::intervals);
      return status;
    }));
  }

  @Override
  public ClearCacheConfirmation handleClearCacheRequest(ClearCacheRequest request) {
    return new ClearCacheConfirmation(ClearCacheStatus.Rejected);
  }

  @Override
  public DataTransferConfirmation handleDataTransferRequest(DataTransferRequest request) {
    return new DataTransferConfirmation(DataTransferStatus.UnknownVendorId);
  }

  @Override
  public RemoteStartTransactionConfirmation handleRemoteStartTransactionRequest(RemoteStartTransactionRequest request) {
    return new RemoteStartTransactionConfirmation(inTurn(() -> {
      Connector connector = request.getConnectorId() == null
          ? station.connectors().stream().filter(Connector::free).findFirst().orElse(null)
          : station.connector(request.getConnectorId());
      if (connector == null || !connector.free()) return RemoteStartStopStatus.Rejected;
      String token = request.getIdTag();
      connector.waiting = token; // from now on it is in use
      then(() -> {
        if (!station.settings().on("AuthorizeRemoteTxRequests")) station.admit(connector, token, null);
        else station.authorize(token, info -> {
          connector.waiting = null;
          if (info.getStatus() == AuthorizationStatus.Accepted) station.admit(connector, token, info.getParentIdTag());
        });
      });
      return RemoteStartStopStatus.Accepted;
    }));
  }

  @Override
  public RemoteStopTransactionConfirmation handleRemoteStopTransactionRequest(RemoteStopTransactionRequest request) {
    return new RemoteStopTransactionConfirmation(inTurn(() -> {
      for (Connector each : station.connectors()) {
        CompletableFuture<Integer> running = each.transaction;
        if (running != null && request.getTransactionId().equals(running.getNow(null))) {
          then(() -> {
            if (each.transaction == running) station.end(each, Reason.Remote, null);
          });
          return RemoteStartStopStatus.Accepted;
        }
      }
      return RemoteStartStopStatus.Rejected;
    }));
  }

  @Override
  public ResetConfirmation handleResetRequest(ResetRequest request) {
    then(() -> station.reset(request.getType()));
    return new ResetConfirmation(ResetStatus.Accepted);
  }

  @Override
  public UnlockConnectorConfirmation handleUnlockConnectorRequest(UnlockConnectorRequest request) {
    return new UnlockConnectorConfirmation(inTurn(() -> {
      Connector connector = station.connector(request.getConnectorId());
      if (connector == null) return UnlockStatus.NotSupported;
      if (connector.transaction != null) station.end(connector, Reason.UnlockCommand, null);
      return UnlockStatus.Unlocked;
    }));
  }

  @Override
  public GetLocalListVersionConfirmation handleGetLocalListVersionRequest(GetLocalListVersionRequest request) {
    return new GetLocalListVersionConfirmation(inTurn(station.list()::version));
  }

  @Override
  public SendLocalListConfirmation handleSendLocalListRequest(SendLocalListRequest request) {
    return new SendLocalListConfirmation(inTurn(() -> station.list().send(request)));
  }

  @Override
  public TriggerMessageConfirmation handleTriggerMessageRequest(TriggerMessageRequest request) {
    return new TriggerMessageConfirmation(inTurn(() -> {
      Integer number = request.getConnectorId();
      if (number != null && number != 0 && station.connector(number) == null) return TriggerMessageStatus.Rejected;
      then(() -> triggered(request.getRequestedMessage(), number));
      return TriggerMessageStatus.Accepted;
    }));
  }

  private void triggered(TriggerMessageRequestType message, Integer number) {
    switch (message) {
      case BootNotification -> station.boot();
      case Heartbeat -> station.beat();
      case StatusNotification -> {
        for (int each = 0; each <= 2; each++) if (number == null || number == each) station.statusNow(each);
      }
      case MeterValues -> {
        for (Connector each : station.connectors())
          if (number == null || number == each.number) station.meterValues(each, "Trigger", "MeterValuesSampledData");
      }
      case DiagnosticsStatusNotification -> station.toldFirmware(true);
      case FirmwareStatusNotification -> station.toldFirmware(false);
    }
  }

  /** No answer of ours: the library says NotSupported. */
  @Override
  public GetDiagnosticsConfirmation handleGetDiagnosticsRequest(GetDiagnosticsRequest request) {
    return null;
  }

  @Override
  public UpdateFirmwareConfirmation handleUpdateFirmwareRequest(UpdateFirmwareRequest request) {
    return null;
  }
}
