import com.google.gson.*;
import com.google.gson.annotations.JsonAdapter;
import eu.chargetime.ocpp.model.Confirmation;
import eu.chargetime.ocpp.model.Request;
import java.lang.reflect.Type;

/**
 * A message of 2.0.1 as JSON.
 *
 * <p>The library's own messages of 2.0.1 (artifact ocpp2) are not to be had: its sessions, its JSON and its WebSockets
 * carry these. It knows a request that comes by its class, so that each action that a system handles has one.
 */
@JsonAdapter(Message.Json.class)
class Message implements Request, Confirmation, Kept {
  // @formatter:off
  @JsonAdapter(Json.class) static final class Authorize extends Message {}
  @JsonAdapter(Json.class) static final class BootNotification extends Message {}
  @JsonAdapter(Json.class) static final class ChangeAvailability extends Message {}
  @JsonAdapter(Json.class) static final class DataTransfer extends Message {}
  @JsonAdapter(Json.class) static final class FirmwareStatusNotification extends Message {}
  @JsonAdapter(Json.class) static final class GetBaseReport extends Message {}
  @JsonAdapter(Json.class) static final class GetTransactionStatus extends Message {}
  @JsonAdapter(Json.class) static final class GetVariables extends Message {}
  @JsonAdapter(Json.class) static final class Heartbeat extends Message {}
  @JsonAdapter(Json.class) static final class LogStatusNotification extends Message {}
  @JsonAdapter(Json.class) static final class MeterValues extends Message {}
  @JsonAdapter(Json.class) static final class NotifyCustomerInformation extends Message {}
  @JsonAdapter(Json.class) static final class NotifyDisplayMessages extends Message {}
  @JsonAdapter(Json.class) static final class NotifyEvent extends Message {}
  @JsonAdapter(Json.class) static final class NotifyMonitoringReport extends Message {}
  @JsonAdapter(Json.class) static final class NotifyReport extends Message {}
  @JsonAdapter(Json.class) static final class ReportChargingProfiles extends Message {}
  @JsonAdapter(Json.class) static final class RequestStartTransaction extends Message {}
  @JsonAdapter(Json.class) static final class RequestStopTransaction extends Message {}
  @JsonAdapter(Json.class) static final class ReservationStatusUpdate extends Message {}
  @JsonAdapter(Json.class) static final class Reset extends Message {}
  @JsonAdapter(Json.class) static final class SecurityEventNotification extends Message {}
  @JsonAdapter(Json.class) static final class SetVariables extends Message {}
  @JsonAdapter(Json.class) static final class StatusNotification extends Message {}
  @JsonAdapter(Json.class) static final class TransactionEvent extends Message {}
  @JsonAdapter(Json.class) static final class TriggerMessage extends Message {}
  @JsonAdapter(Json.class) static final class UnlockConnector extends Message {}
  // @formatter:on

  String action = getClass().getSimpleName();
  JsonObject fields = new JsonObject();

  /** A request to be sent. */
  static Message request(String action, JsonObject fields) {
    Message message = new Message();
    message.action = action;
    message.fields = fields;
    return message;
  }

  /** Names and values in turn. */
  static JsonObject of(Object... parts) {
    JsonObject fields = new JsonObject();
    for (int i = 0; i < parts.length; i += 2) {
      if (parts[i + 1] != null) fields.add((String) parts[i], new Gson().toJsonTree(parts[i + 1]));
    }
    return fields;
  }

  /** The element at this path, or null. */
  static JsonElement at(JsonElement from, String... path) {
    JsonElement found = from;
    for (String name : path) found = found instanceof JsonObject object ? object.get(name) : null;
    return found instanceof JsonNull ? null : found;
  }

  /** The text at this path, or null. */
  String text(String... path) {
    JsonElement found = at(fields, path);
    return found == null ? null : found.getAsString();
  }

  /** The number at this path, or null. */
  Integer number(String... path) {
    JsonElement found = at(fields, path);
    return found == null ? null : found.getAsInt();
  }

  @Override
  public boolean transactionRelated() {
    return false; // for the library
  }

  @Override
  public boolean kept() {
    return action.equals("TransactionEvent");
  }

  @Override
  public boolean validate() {
    return true; // what a message lacks is seen where it is used
  }

  static final class Json implements JsonSerializer<Message>, JsonDeserializer<Message> {
    @Override
    public JsonElement serialize(Message message, Type type, JsonSerializationContext context) {
      return message.fields;
    }

    @Override
    public Message deserialize(JsonElement json, Type type, JsonDeserializationContext context) {
      try {
        var constructor = ((Class<?>) type).getDeclaredConstructor();
        constructor.setAccessible(true);
        Message message = (Message) constructor.newInstance();
        message.fields = json.getAsJsonObject();
        return message;
      } catch (ReflectiveOperationException error) {
        throw new JsonParseException(error);
      }
    }
  }
}
