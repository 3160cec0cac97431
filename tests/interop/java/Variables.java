import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.*;
import java.util.function.Function;

/** The device model of the 2.0.1 charging station: component.variable, or component.variable[instance]. */
final class Variables {
  private record Variable(String value, boolean writable, String type, String unit) {}

  private final Map<String, Variable> known = new LinkedHashMap<>();

  Variables() {
    String energy = "Energy.Active.Import.Register";
    String[][] rows = {
      {"AlignedDataCtrlr.Interval", "0", "rw", "integer", "s"},
      {"AlignedDataCtrlr.Measurands", energy, "r", "MemberList", ""},
      {"AuthCtrlr.AuthorizeRemoteStart", "true", "rw", "boolean", ""},
      {"AuthCtrlr.LocalAuthorizeOffline", "false", "r", "boolean", ""},
      {"AuthCtrlr.LocalPreAuthorize", "false", "r", "boolean", ""},
      {"ClockCtrlr.TimeSource", "Heartbeat", "r", "SequenceList", ""},
      {"DeviceDataCtrlr.ItemsPerMessage[GetReport]", "4", "r", "integer", ""},
      {"DeviceDataCtrlr.ItemsPerMessage[GetVariables]", "20", "r", "integer", ""},
      {"DeviceDataCtrlr.ItemsPerMessage[SetVariables]", "20", "r", "integer", ""},
      {"DeviceDataCtrlr.BytesPerMessage[GetReport]", "8000", "r", "integer", ""},
      {"DeviceDataCtrlr.BytesPerMessage[GetVariables]", "8000", "r", "integer", ""},
      {"DeviceDataCtrlr.BytesPerMessage[SetVariables]", "8000", "r", "integer", ""},
      {"OCPPCommCtrlr.FileTransferProtocols", "HTTP", "r", "MemberList", ""},
      {"OCPPCommCtrlr.HeartbeatInterval", "300", "rw", "integer", "s"},
      {"OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]", "1", "rw", "integer", "s"},
      {"OCPPCommCtrlr.MessageAttempts[TransactionEvent]", "3", "rw", "integer", ""},
      {"OCPPCommCtrlr.MessageTimeout[Default]", "3", "rw", "integer", "s"},
      {"OCPPCommCtrlr.NetworkConfigurationPriority", "1", "r", "SequenceList", ""},
      {"OCPPCommCtrlr.NetworkProfileConnectionAttempts", "3", "r", "integer", ""},
      {"OCPPCommCtrlr.OfflineThreshold", "60", "rw", "integer", "s"},
      {"OCPPCommCtrlr.ResetRetries", "1", "r", "integer", ""},
      {"OCPPCommCtrlr.UnlockOnEVSideDisconnect", "true", "rw", "boolean", ""},
      {"SampledDataCtrlr.TxEndedInterval", "0", "r", "integer", "s"},
      {"SampledDataCtrlr.TxEndedMeasurands", energy, "r", "MemberList", ""},
      {"SampledDataCtrlr.TxStartedMeasurands", energy, "r", "MemberList", ""},
      {"SampledDataCtrlr.TxUpdatedInterval", "0", "rw", "integer", "s"},
      {"SampledDataCtrlr.TxUpdatedMeasurands", energy, "r", "MemberList", ""},
      {"SecurityCtrlr.CertificateEntries", "0", "r", "integer", ""},
      {"SecurityCtrlr.OrganizationName", "ocpp-proof", "rw", "string", ""},
      {"SecurityCtrlr.SecurityProfile", "0", "r", "integer", ""},
      {"TxCtrlr.EVConnectionTimeOut", "60", "rw", "integer", "s"},
      {"TxCtrlr.StopTxOnEVSideDisconnect", "true", "rw", "boolean", ""},
      {"TxCtrlr.StopTxOnInvalidId", "true", "r", "boolean", ""},
      {"TxCtrlr.TxStartPoint", "Authorized", "r", "MemberList", ""},
      {"TxCtrlr.TxStopPoint", "Authorized", "r", "MemberList", ""},
    };
    for (String[] row : rows) known.put(row[0], new Variable(row[1], row[2].equals("rw"), row[3], row[4]));
  }

  String text(String name) {
    return known.get(name).value;
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  boolean on(String name) {
    return text(name).equals("true");
  }

  void set(String name, String value) {
    Variable before = known.get(name);
    known.put(name, new Variable(value, before.writable, before.type, before.unit));
  }

  JsonArray each(Message request, String list, Function<JsonObject, JsonObject> result) {
    JsonArray results = new JsonArray();
    for (JsonElement item : request.fields.getAsJsonArray(list)) results.add(result.apply(item.getAsJsonObject()));
    return results;
  }

  private static String word(JsonObject item, String... path) {
    JsonElement found = Message.at(item, path);
    return found == null ? "" : found.getAsString();
  }

  /** The name of the variable that an item means. */
  private String name(JsonObject item) {
    String instance = word(item, "variable", "instance");
    String name = word(item, "component", "name") + "." + word(item, "variable", "name");
    String wanted = instance.isEmpty() ? name : name + "[" + instance + "]";
    return known.keySet().stream().filter(wanted::equalsIgnoreCase).findFirst().orElse(wanted);
  }

  private String missing(JsonObject item) {
    String component = word(item, "component", "name") + ".";
    boolean there = Message.at(item, "component", "evse") == null && Message.at(item, "component", "instance") == null
        && known.keySet().stream().anyMatch(each -> each.regionMatches(true, 0, component, 0, component.length()));
    return !there ? "UnknownComponent" : !known.containsKey(name(item)) ? "UnknownVariable" : null;
  }

  private static JsonObject answer(JsonObject item, String status) {
    JsonObject answer = Message.of("attributeStatus", status, "component", item.get("component"), "variable", item.get("variable"));
    if (item.has("attributeType")) answer.add("attributeType", item.get("attributeType"));
    return answer;
  }

  private static boolean actual(JsonObject item) {
    return word(item, "attributeType").matches("|Actual");
  }

  JsonObject read(JsonObject item) {
    if (missing(item) != null) return answer(item, missing(item));
    if (!actual(item)) return answer(item, "NotSupportedAttributeType");
    JsonObject answer = answer(item, "Accepted");
    answer.addProperty("attributeValue", text(name(item)));
    return answer;
  }

  JsonObject write(JsonObject item) {
    if (missing(item) != null) return answer(item, missing(item));
    if (!actual(item)) return answer(item, "NotSupportedAttributeType");
    Variable variable = known.get(name(item));
    String value = word(item, "attributeValue");
    boolean fits = switch (variable.type) {
      case "integer" -> value.matches("\\d{1,9}");
      case "boolean" -> value.matches("true|false");
      default -> true;
    };
    if (!variable.writable || !fits) return answer(item, "Rejected");
    set(name(item), value);
    return answer(item, "Accepted");
  }

  List<JsonObject> report(boolean writable) {
    List<JsonObject> report = new ArrayList<>();
    known.forEach((name, variable) -> {
      if (writable && !variable.writable) return;
      String[] parts = name.split("[.\\[\\]]");
      JsonArray attributes = new JsonArray();
      attributes.add(Message.of("type", "Actual", "value", variable.value, "mutability", variable.writable ? "ReadWrite" : "ReadOnly"));
      report.add(Message.of("component", Message.of("name", parts[0]),
          "variable", Message.of("name", parts[1], "instance", parts.length > 2 ? parts[2] : null),
          "variableAttribute", attributes,
          "variableCharacteristics", Message.of("dataType", variable.type, "supportsMonitoring", false,
              "unit", variable.unit.isEmpty() ? null : variable.unit)));
    });
    return report;
  }
}
