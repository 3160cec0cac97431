import eu.chargetime.ocpp.CallErrorException;
import eu.chargetime.ocpp.model.Confirmation;
import eu.chargetime.ocpp.model.Request;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.*;
import java.util.function.IntSupplier;

/**
 * What a station says: one CALL at a time, and what is about a transaction until it is answered.
 *
 * <p>The library has a queue of its own for the time without a connection; {@link Kept} says why nothing is given to it.
 */
final class Outgoing {
  /** How the library sends. */
  interface Line {
    CompletionStage<Confirmation> send(Request request) throws Exception;
  }

  private static final class Call {
    final Request request;
    final CompletableFuture<Confirmation> answer = new CompletableFuture<>();
    int failures;
    long notBefore;

    Call(Request request) {
      this.request = request;
    }
  }

  private static final int PATIENCE = 3;

  private final Line line;
  private final IntSupplier attempts, interval;
  private final Deque<Call> kept = new ArrayDeque<>(), others = new ArrayDeque<>();
  private CompletableFuture<Confirmation> lost = new CompletableFuture<>();
  private boolean connected, registered;

  /** `attempts`: how often the CSMS may fail to process a message; `interval`: seconds, which grow with the failures. */
  Outgoing(Line line, IntSupplier attempts, IntSupplier interval) {
    this.line = line;
    this.attempts = attempts;
    this.interval = interval;
    Thread thread = new Thread(this::run);
    thread.setDaemon(true);
    thread.start();
  }

  synchronized void connected(boolean connected) {
    this.connected = connected;
    if (connected) lost = new CompletableFuture<>();
    else {
      lost.completeExceptionally(new TimeoutException("the connection is gone"));
      others.forEach(each -> each.answer.completeExceptionally(new TimeoutException("there is no connection")));
      others.clear();
    }
    notifyAll();
  }

  /** Whether the Central System has accepted the boot: only then is it told of transactions. */
  synchronized void registered(boolean registered) {
    this.registered = registered;
    notifyAll();
  }

  synchronized boolean connected() {
    return connected;
  }

  synchronized CompletableFuture<Confirmation> ask(Request request) {
    Call call = new Call(request);
    if (isKept(request)) kept.add(call);
    else if (connected) others.add(call);
    else call.answer.completeExceptionally(new TimeoutException("there is no connection"));
    notifyAll();
    return call.answer;
  }

  /** Done when everything that was kept until now is answered. */
  synchronized CompletableFuture<?> idle() {
    return CompletableFuture.allOf(kept.stream().map(each -> each.answer).toArray(CompletableFuture[]::new));
  }

  private synchronized Call next() throws InterruptedException {
    while (true) {
      long now = System.currentTimeMillis();
      if (connected && registered && !kept.isEmpty() && kept.peek().notBefore <= now) return kept.peek();
      if (connected && !others.isEmpty()) return others.poll();
      if (kept.isEmpty() || !connected || !registered) wait();
      else wait(Math.max(1, kept.peek().notBefore - now));
    }
  }

  private void run() {
    try {
      while (true) carryOut(next());
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void carryOut(Call call) throws InterruptedException {
    CompletableFuture<Confirmation> over;
    synchronized (this) {
      over = lost;
    }
    try {
      CompletableFuture<Confirmation> sent = line.send(call.request).toCompletableFuture();
      CompletableFuture.anyOf(sent, over).get(PATIENCE, TimeUnit.SECONDS);
      done(call);
      call.answer.complete(sent.join());
    } catch (InterruptedException end) {
      throw end;
    } catch (Exception failed) {
      // what the library could not send is a CALLERROR of its own
      boolean refused = failed.getCause() instanceof CallErrorException error && !"Not connected".equals(error.getErrorCode());
      if (!again(call, refused)) {
        done(call);
        call.answer.completeExceptionally(failed);
      }
    }
  }

  private static boolean isKept(Request request) {
    return request instanceof Kept message && message.kept();
  }

  private synchronized void done(Call call) {
    kept.remove(call);
  }

  private synchronized boolean again(Call call, boolean refused) {
    if (!isKept(call.request)) return false;
    if (!connected) return true;
    call.failures++;
    call.notBefore = System.currentTimeMillis() + 1000L * call.failures * interval.getAsInt();
    return !refused || call.failures < attempts.getAsInt();
  }
}
