// The operator page. What comes from the system under test is written as text, never as HTML.
"use strict";

const byId = (id) => document.getElementById(id);
const GUARD = 600; // milliseconds in which a new question takes no answer: the last tap may have been meant for another one
const KEPT = 200;

let state = null; // as the run told it last
let at = 0; // when that was, by the clock of this page
let key = ""; // of the run whose messages are in the list
let shown = 0; // number of the question on the page
let shownAt = 0;
let answered = 0; // number of the question that was answered here

const since = () => (performance.now() - at) / 1000;
const seconds = (value) => {
  const whole = Math.max(0, Math.round(value));
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
};

function line(id, text) {
  byId(`${id}-line`).hidden = !text;
  byId(id).textContent = text;
}

function banner(text) {
  const element = byId("banner");
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

function showQuestion(question) {
  const section = byId("question");
  if (!question) {
    if (section.contains(document.activeElement)) document.activeElement.blur();
    section.hidden = true;
    shown = 0;
    document.title = "ocpp-proof: operator";
    return;
  }
  if (question.number !== shown) {
    shown = question.number;
    shownAt = performance.now();
    byId("about").textContent = [question.case, question.title].filter(Boolean).join(" · ");
    byId("ask").textContent = question.what;
    line("why", question.step);
    line("awaited", question.awaited);
    byId("time-line").hidden = question.limit === null;
    document.title = `Question: ${question.what}`;
    section.hidden = false;
    section.scrollIntoView({ block: "nearest" });
    if (navigator.vibrate && navigator.userActivation?.hasBeenActive) navigator.vibrate(200);
    setTimeout(tick, GUARD + 10);
  }
}

function showCase(running) {
  byId("case-head").textContent = running ? running.key : state.over ? "The run is over" : "No case runs";
  const asked = running && state.question && state.question.case === running.key; // the question says the rest
  byId("case-title").textContent = running && !asked ? running.title : "";
  line("step", running && !asked ? running.step : "");
  byId("skip").disabled = !running || running.skipped;
  byId("skip").textContent = running && running.skipped ? "Being skipped" : "Skip case";
}

function showRun() {
  const run = state.run;
  byId("sut").textContent = run.sut ? `${run.sut}, OCPP ${run.ocpp}` : "ocpp-proof";
  const verdicts = Object.entries(state.verdicts).map(([verdict, count]) => `${count} ${verdict}`);
  byId("progress").textContent = (state.total ? [`${state.done} of ${state.total}`, ...verdicts] : []).join(" · ");
  const pause = byId("pause");
  pause.setAttribute("aria-pressed", String(state.paused));
  pause.textContent = state.paused ? "Go on" : "Pause after this case";
  byId("abort").disabled = state.aborted || Boolean(state.over);
  pause.disabled = state.aborted || Boolean(state.over);
  if (state.over) banner(state.over);
  else if (state.aborted) banner("The run is being ended.");
  else if (state.paused) banner(state.case ? "Paused: no further case begins." : "Paused.");
  else banner("");
}

function tick() {
  if (!state) return;
  const question = state.question;
  if (question) {
    if (question.limit !== null) {
      const left = Math.max(0, question.left - since());
      byId("time").value = left / question.limit;
      byId("left").textContent = `${seconds(left)} left`;
    }
    const guarded = performance.now() - shownAt < GUARD || answered === question.number;
    for (const button of document.querySelectorAll("[data-answer]")) button.disabled = guarded;
  }
  const running = state.case;
  const waits = running && !question && running.waits;
  line("waits", waits ? `${running.waits}: ${seconds(running.waited + since())}` + (running.within === null ? "" : ` of ${seconds(running.within)}`) : "");
  line("elapsed", running ? seconds(running.elapsed + since()) : "");
}

function addMessages(messages) {
  const log = byId("log");
  for (const message of messages) {
    const item = document.createElement("li");
    item.className = message.kind;
    const time = document.createElement("time");
    time.textContent = new Date(message.time * 1000).toTimeString().slice(0, 8);
    const text = document.createElement("span");
    text.className = "text";
    const action = document.createElement("b");
    const end = message.kind === "call" ? message.text.indexOf(" ") : 0;
    action.textContent = message.text.slice(0, end);
    text.append(state.running > 1 ? `${message.case}: ` : "", action, message.text.slice(end));
    item.append(time, text);
    log.prepend(item);
  }
  while (log.children.length > KEPT) log.lastElementChild.remove();
  byId("log-empty").hidden = log.children.length > 0;
}

async function post(path, data) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(data),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

function confirmed(text, yes) {
  const dialog = byId("confirm");
  byId("confirm-text").textContent = text;
  byId("confirm-yes").textContent = yes;
  dialog.showModal();
  byId("confirm-no").focus();
  return new Promise((resolve) => {
    byId("confirm-yes").onclick = () => { dialog.returnValue = "yes"; dialog.close("yes"); };
    byId("confirm-no").onclick = () => dialog.close("no");
    dialog.onclose = () => { resolve(dialog.returnValue === "yes"); dialog.returnValue = ""; };
  });
}

for (const button of document.querySelectorAll("[data-answer]")) {
  button.addEventListener("click", async () => {
    const number = shown;
    if (!number || answered === number) return;
    answered = number;
    tick();
    const took = await post("/answer", { number, answer: button.dataset.answer });
    if (!took && shown === number) answered = 0; // it did not arrive: the question is still open
  });
}
byId("pause").addEventListener("click", () => post("/control", { do: state.paused ? "resume" : "pause" }));
byId("skip").addEventListener("click", async () => {
  const running = state.case;
  if (running && (await confirmed(`Skip ${running.key}? It is not judged, and what it did is taken back.`, "Skip")))
    post("/control", { do: "skip", case: running.key });
});
byId("abort").addEventListener("click", async () => {
  if (await confirmed("End the whole run now?", "Abort")) post("/control", { do: "abort" });
});

const events = new EventSource("/events");
events.onmessage = (event) => {
  const told = JSON.parse(event.data);
  state = told.state;
  at = performance.now();
  if (state.key !== key) {
    key = state.key;
    byId("log").replaceChildren();
    shown = answered = 0;
  }
  showRun();
  showCase(state.case);
  showQuestion(state.question);
  addMessages(told.messages);
  tick();
};
events.onerror = () => {
  if (!state || !state.over) banner("No connection to the run. It may have ended.");
};
setInterval(tick, 500);
