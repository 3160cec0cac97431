import eu.chargetime.ocpp.model.core.ConfigurationStatus;
import eu.chargetime.ocpp.model.core.KeyValueType;
import java.util.*;
import java.util.stream.Stream;

/** The configuration keys of the 1.6 charge point. */
final class Settings {
  private static final String ENERGY = "Energy.Active.Import.Register";
  private static final Map<String, String> FIXED = Map.of(
      "ConnectorPhaseRotationMaxLength", "2", "GetConfigurationMaxKeys", "50", "LocalAuthListMaxLength", "50",
      "NumberOfConnectors", "2", "SendLocalListMaxLength", "50",
      "SupportedFeatureProfiles", "Core,LocalAuthListManagement,RemoteTrigger");
  private static final Set<String> SAMPLED =
      Set.of("MeterValuesAlignedData", "MeterValuesSampledData", "StopTxnAlignedData", "StopTxnSampledData");
  private final Map<String, String> values = new TreeMap<>();

  Settings() {
    String[] defaults = {
      "AuthorizeRemoteTxRequests", "true", "ClockAlignedDataInterval", "0", "ConnectionTimeOut", "60",
      "ConnectorPhaseRotation", "NotApplicable", "HeartbeatInterval", "300", "LocalAuthListEnabled", "true",
      "LocalAuthorizeOffline", "true", "LocalPreAuthorize", "false", "MeterValueSampleInterval", "0",
      "MeterValuesAlignedData", ENERGY, "MeterValuesSampledData", ENERGY, "ResetRetries", "1",
      "StopTransactionOnEVSideDisconnect", "true", "StopTransactionOnInvalidId", "true", "StopTxnAlignedData", "",
      "StopTxnSampledData", "", "TransactionMessageAttempts", "1", "TransactionMessageRetryInterval", "1",
      "UnlockConnectorOnEVSideDisconnect", "true"
    };
    for (int i = 0; i < defaults.length; i += 2) values.put(defaults[i], defaults[i + 1]);
  }

  boolean on(String key) {
    return values.get(key).equalsIgnoreCase("true");
  }

  int number(String key) {
    return Integer.parseInt(values.get(key));
  }

  String[] measurands(String key) {
    return values.get(key).isEmpty() ? new String[0] : values.get(key).split(",");
  }

  void heartbeats(int seconds) {
    values.put("HeartbeatInterval", String.valueOf(seconds));
  }

  ConfigurationStatus change(String key, String value) {
    if (FIXED.containsKey(key)) return ConfigurationStatus.Rejected;
    String before = values.get(key);
    if (before == null) return ConfigurationStatus.NotSupported;
    boolean fits = SAMPLED.contains(key)
        ? value.isEmpty() || Stream.of(value.split(",")).allMatch(ENERGY::equals)
        : before.matches("\\d+") ? value.matches("\\d{1,9}")
        : !before.matches("true|false") || value.toLowerCase().matches("true|false");
    if (!fits) return ConfigurationStatus.Rejected;
    values.put(key, value);
    return ConfigurationStatus.Accepted;
  }

  /** Those of the names that there are; all without names. */
  KeyValueType[] told(String[] names) {
    Stream<String> asked = names == null || names.length == 0
        ? Stream.concat(FIXED.keySet().stream(), values.keySet().stream()) : Stream.of(names).filter(this::known);
    return asked.map(key -> {
      KeyValueType told = new KeyValueType(key, FIXED.containsKey(key));
      told.setValue(FIXED.getOrDefault(key, values.get(key)));
      return told;
    }).toArray(KeyValueType[]::new);
  }

  boolean known(String key) {
    return FIXED.containsKey(key) || values.containsKey(key);
  }
}
