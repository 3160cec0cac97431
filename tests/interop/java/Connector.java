import eu.chargetime.ocpp.model.core.ChargePointStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A connector of the 1.6 charge point: what is plugged in, who may charge, what runs. */
final class Connector {
  final int number;
  boolean plugged, faulted, ended, interrupted;
  boolean operative = true, toBeInoperative;
  /** The token that may start once the cable is in, and the one that did. */
  String waiting, token, parent;
  /** The id of the transaction: known when StartTransaction is answered. Null: nothing runs. */
  CompletableFuture<Integer> transaction;
  int meter = 1000;
  /** Why no energy flows while a transaction runs; null: it flows. */
  ChargePointStatus suspendedBy;
  ChargePointStatus told;
  Future<?> timer;

  Connector(int number) {
    this.number = number;
  }

  boolean free() {
    return transaction == null && waiting == null && operative && !faulted;
  }

  ChargePointStatus status() {
    if (faulted) return ChargePointStatus.Faulted;
    if (transaction != null) return suspendedBy != null ? suspendedBy : ChargePointStatus.Charging;
    if (!operative) return ChargePointStatus.Unavailable;
    if (plugged && ended) return ChargePointStatus.Finishing;
    return plugged || waiting != null ? ChargePointStatus.Preparing : ChargePointStatus.Available;
  }
}
