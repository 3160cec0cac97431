import eu.chargetime.ocpp.model.core.IdTagInfo;
import eu.chargetime.ocpp.model.localauthlist.*;
import java.util.Map;
import java.util.TreeMap;

/** The local authorization list of the 1.6 charge point. */
final class LocalList {
  private final Settings settings;
  private final Map<String, IdTagInfo> entries = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private int version;
  /** Whether the bench has it refuse what is sent. */
  boolean refused;

  LocalList(Settings settings) {
    this.settings = settings;
  }

  IdTagInfo entry(String token) {
    return settings.on("LocalAuthListEnabled") ? entries.get(token) : null;
  }

  int version() {
    return settings.on("LocalAuthListEnabled") ? version : -1;
  }

  UpdateStatus send(SendLocalListRequest request) {
    if (!settings.on("LocalAuthListEnabled")) return UpdateStatus.NotSupported;
    AuthorizationData[] sent = request.getLocalAuthorizationList();
    if (refused || sent != null && sent.length > 50) return UpdateStatus.Failed;
    if (request.getUpdateType() == UpdateType.Full) entries.clear();
    else if (request.getListVersion() <= version) return UpdateStatus.VersionMismatch;
    for (AuthorizationData each : sent == null ? new AuthorizationData[0] : sent) {
      if (each.getIdTagInfo() == null) entries.remove(each.getIdTag());
      else entries.put(each.getIdTag(), each.getIdTagInfo());
    }
    version = entries.isEmpty() ? 0 : request.getListVersion();
    return UpdateStatus.Accepted;
  }
}
