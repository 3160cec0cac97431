import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.concurrent.Future;

/** An EVSE of the 2.0.1 charging station, with one connector. */
final class Evse {
  final int id;
  boolean plugged, faulted, interrupted;
  boolean operative = true, toBeInoperative;
  /** The token that may start once the cable is in, the one that did, and its group. */
  JsonObject waiting, token;
  JsonElement group;
  Integer remoteStartId;
  String transaction, told;
  int seqNo, meter = 1000;
  Future<?> timer;

  Evse(int id) {
    this.id = id;
  }

  boolean free() {
    return transaction == null && waiting == null && operative && !faulted;
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
