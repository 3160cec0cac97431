import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.concurrent.Future;

/** An EVSE of the 2.0.1 charging station, with one connector. */
final class Evse {
  final int id;
  boolean plugged, faulted, interrupted;
  /** The vehicle draws no energy; its end of the cable is out; the socket holds the other one until the driver comes back. */
  boolean suspended, detached, kept;
  boolean operative = true, toBeInoperative;
  /** The token that a remote start is about to use, the one that started, and its group. */
  JsonObject waiting, token;
  JsonElement group;
  String transaction, told;
  /** An event of the transaction has said where the cable is. */
  boolean placed;
  int seqNo, meter = 1000;
  Future<?> timer;

  Evse(int id) {
    this.id = id;
  }

  boolean free() {
    return transaction == null && waiting == null && operative && !faulted;
  }

  boolean connected() {
    return plugged && !detached;
  }

  String chargingState(boolean over) {
    return !connected() ? "Idle" : over ? "EVConnected" : suspended ? "SuspendedEV" : "Charging";
  }

  String status() {
    return faulted ? "Faulted" : !operative ? "Unavailable" : plugged ? "Occupied" : "Available";
  }

  /** A sample of each of these measurands, which are named. */
  JsonArray meterValue(String time, String context, String measurands) {
    JsonArray samples = new JsonArray(), values = new JsonArray();
    for (String each : measurands.split(","))
      samples.add(Message.of("value", meter, "context", context, "measurand", each));
    values.add(Message.of("timestamp", time, "sampledValue", samples));
    return values;
  }

  /** Identifiers are compared without regard to case. */
  static boolean same(JsonElement one, JsonElement other) {
    JsonElement first = Message.at(one, "idToken"), second = Message.at(other, "idToken");
    return first != null && second != null && first.getAsString().equalsIgnoreCase(second.getAsString());
  }
}
