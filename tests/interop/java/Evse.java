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

  /** Identifiers are compared without regard to case. */
  static boolean same(JsonElement one, JsonElement other) {
    JsonElement first = Message.at(one, "idToken"), second = Message.at(other, "idToken");
    return first != null && second != null && first.getAsString().equalsIgnoreCase(second.getAsString());
  }
}
