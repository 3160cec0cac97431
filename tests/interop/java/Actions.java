import com.google.gson.JsonObject;
import eu.chargetime.ocpp.IFeatureRepository;
import eu.chargetime.ocpp.feature.Feature;
import eu.chargetime.ocpp.model.Confirmation;
import eu.chargetime.ocpp.model.Request;
import java.util.*;

/** The actions of 2.0.1 as the library's features: those that a system handles, and any that it sends. */
final class Actions implements IFeatureRepository {
  interface Handler {
    JsonObject answered(UUID session, Message request);
  }

  private record Action(String name, Class<? extends Message> type, Handler handler) implements Feature {
    @Override
    public Confirmation handleRequest(UUID session, Request request) {
      return Message.request(name, handler.answered(session, (Message) request));
    }

    @Override
    public Class<? extends Request> getRequestType() {
      return type;
    }

    @Override
    public Class<? extends Confirmation> getConfirmationType() {
      return Message.class;
    }

    @Override
    public String getAction() {
      return name;
    }
  }

  private final Map<String, Feature> handled = new TreeMap<>();

  void handle(Class<? extends Message> type, Handler handler) {
    handled.put(type.getSimpleName(), new Action(type.getSimpleName(), type, handler));
  }

  @Override
  public Optional<Feature> findFeature(Object needle) {
    if (needle instanceof String name) return Optional.ofNullable(handled.get(name));
    if (!(needle instanceof Message message)) return Optional.empty();
    if (message.getClass() != Message.class) return Optional.ofNullable(handled.get(message.action));
    return Optional.of(new Action(message.action, Message.class, null));
  }
}
