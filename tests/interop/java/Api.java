import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;

/** The HTTP API by which the cases operate a system. */
final class Api {
  /** What is answered: a status, and JSON or nothing. */
  record Answer(int status, String json) {}

  interface Operation {
    Answer carriedOut(String[] path, Map<String, String> query, String body) throws Exception;
  }

  /** Serves on this port of loopback (0: a free one) and returns the port. */
  static int serve(int port, Operation operation) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", exchange -> {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Answer answer;
      try {
        String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
        answer = operation.carriedOut(path, query(exchange.getRequestURI().getRawQuery()), body);
      } catch (Exception error) { // what the library refuses to send, say: the driver is told why
        answer = new Answer(500, "{\"error\":\"" + error.getClass().getSimpleName() + "\"}");
      }
      byte[] json = answer.json().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), json.length);
      exchange.getResponseBody().write(json);
      exchange.close();
    });
    server.start();
    return server.getAddress().getPort();
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> found = new TreeMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      String[] parts = pair.split("=", 2);
      found.put(parts[0], parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
    }
    return found;
  }
}
