import java.util.Map;

/** The tokens that the CSMS know. */
final class Tokens {
  private static final Map<String, String> STATUS = Map.of(
      "04A1B2C3D4E5F6", "Accepted", "04B2C3D4E5F6A1", "Accepted", "04C3D4E5F6A1B2", "Blocked",
      "04D4E5F6A1B2C3", "Expired", "04E5F6A1B2C3D4", "Accepted", "04F6A1B2C3D4E6", "Accepted",
      "04A7B8C9D0E1F2", "Accepted");
  private static final Map<String, String> GROUP =
      Map.of("04E5F6A1B2C3D4", "04F6A1B2C3D4E5", "04F6A1B2C3D4E6", "04F6A1B2C3D4E5",
          "04A7B8C9D0E1F2", "04FFEEDDCCBBAA");

  /** Identifiers are compared without regard to case. */
  static String status(String token, String unknown) {
    return STATUS.getOrDefault(token.toUpperCase(), unknown);
  }

  static String group(String token) {
    return GROUP.get(token.toUpperCase());
  }
}
