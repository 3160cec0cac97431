import eu.chargetime.ocpp.CallErrorException;
import eu.chargetime.ocpp.model.Confirmation;
import eu.chargetime.ocpp.model.Request;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.*;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

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

  private final Line line;
  private final IntSupplier attempts, interval, patience;
  private final boolean givesUpSilence;
  private final Deque<Call> kept = new ArrayDeque<>(), others = new ArrayDeque<>();
  private CompletableFuture<Confirmation> lost = new CompletableFuture<>();
  private boolean connected, registered;

  /** `attempts`: how often the CSMS may fail to process a message; `interval`: seconds, which grow with the failures. */
  Outgoing(Line line, IntSupplier attempts, IntSupplier interval) {
    this(line, attempts, interval, () -> 3, false);
  }

  /**
   * `patience`: seconds that an answer may take; `givesUpSilence`: a message that is not answered in time has failed, too
   * (2.0.1, E13), and is not said until it is answered.
   */
  Outgoing(Line line, IntSupplier attempts, IntSupplier interval, IntSupplier patience, boolean givesUpSilence) {
    this.line = line;
    this.attempts = attempts;
    this.interval = interval;
    this.patience = patience;
    this.givesUpSilence = givesUpSilence;
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

  /** Whether something that is kept, and that this is true of, is not answered yet. */
  synchronized boolean waiting(Predicate<Request> meant) {
    return kept.stream().anyMatch(each -> meant.test(each.request));
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
      CompletableFuture.anyOf(sent, over).get(patience.getAsInt(), TimeUnit.SECONDS);
      done(call);
      call.answer.complete(sent.join());
    } catch (InterruptedException end) {
      throw end;
    } catch (Exception failed) {
      // what the library could not send is a CALLERROR of its own
      boolean refused = failed.getCause() instanceof CallErrorException error && !"Not connected".equals(error.getErrorCode());
      boolean silent = failed instanceof TimeoutException; // that the connection is gone is the cause of another one
      if (!again(call, refused || silent && givesUpSilence)) {
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

  /** Whether it is said once more: what has failed not too often, and what was lost. */
  private synchronized boolean again(Call call, boolean hasFailed) {
    if (!isKept(call.request)) return false;
    if (!connected) return true;
    call.failures++;
    call.notBefore = System.currentTimeMillis() + 1000L * call.failures * interval.getAsInt();
    return !hasFailed || call.failures < attempts.getAsInt();
  }
}
