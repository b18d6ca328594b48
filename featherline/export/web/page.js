/* The page: from a sensor or a file through the program to what is seen. */

const model = JSON.parse(document.getElementById("model").textContent);
const part = (id) => document.getElementById(id);
const motion = model.kind === "motion";
const span = Math.max(10, 1.6 * model.windowSeconds); // seconds of signal that are shown while it comes
const historySpan = Math.max(span, 16 * model.hopSeconds);
const KEPT_WINDOWS = 400;
const LARGEST_BYTES = 400e6;

let program, envelope, windows = [], chosen = null, now = 0, stop = null, isFile = false, turn = 0;

/* --- what comes ------------------------------------------------------------------------------------------------- */

function begin(fromFile) {
  program.reset();
  envelope = new Envelope(model.values, model.rateHz, motion ? 1 : Math.round(model.rateHz / 200));
  windows = [];
  chosen = null;
  now = 0;
  isFile = fromFile;
  part("scrub").hidden = true;
  tell(null);
}

function take(samples) {
  envelope.push(samples);
  program.push(samples, (due) => {
    const scores = Array.from(due.output, (value) => Math.max(0, Math.min(1, (value - model.zeroPoint) * model.scale)));
    windows.push({ ...due, end: due.taken / model.rateHz, scores });
  });
  now = program.taken / model.rateHz;
  if (isFile) return;
  envelope.trim(2 * span);
  if (windows.length > KEPT_WINDOWS) windows.splice(0, windows.length - KEPT_WINDOWS);
  const newest = windows[windows.length - 1] ?? null;
  if (newest !== chosen) tell(newest);
  dirty();
}

async function listen() {
  if (stop) return halt("Stopped.");
  const mine = ++turn;
  problem(null);
  remarks([]);
  status(motion ? "Asking for the accelerometer\u2026" : "Asking for the microphone\u2026");
  begin(false);
  part("live").disabled = true;
  try {
    const ways = {
      take: (samples) => mine === turn && take(samples),
      remark: (sentence) => mine === turn && remarks([sentence], true),
      restart: () => begin(false),
      fail: (sentence) => {
        if (mine !== turn) return;
        halt("Stopped.");
        problem(sentence);
      },
    };
    const started = await startSensor(model, ways);
    if (mine !== turn) return started();
    stop = started;
    part("live").textContent = "Stop";
    status(motion ? "Listening to the accelerometer. Nothing leaves this device." : "Listening to the microphone. Nothing leaves this device.");
    document.body.dataset.state = "live";
  } catch (error) {
    if (mine !== turn) return;
    status("");
    problem(sentence(error));
  } finally {
    if (mine === turn) part("live").disabled = false;
  }
}

function halt(words) {
  ++turn;
  stop?.();
  stop = null;
  part("live").textContent = part("live").dataset.begin;
  part("live").disabled = false;
  delete document.body.dataset.state;
  status(words);
  dirty();
}

async function open(file) {
  halt("");
  const mine = turn;
  problem(null);
  remarks([]);
  status(`Reading ${file.name}\u2026`);
  try {
    if (file.size > LARGEST_BYTES) throw new Refusal(`${file.name} has ${written(file.size / 1e6)} MB: cut it into parts of ${LARGEST_BYTES / 1e6} MB at most.`);
    const recording = await readRecording(file, model);
    if (mine !== turn) return;
    begin(true);
    const step = model.values * Math.max(1, Math.round(model.rateHz / 2));
    for (let at = 0, rested = performance.now(); at < recording.samples.length; at += step) {
      take(recording.samples.subarray(at, at + step));
      if (performance.now() - rested < 40) continue;
      status(`Reading ${file.name}: ${Math.round((100 * at) / recording.samples.length)} %`);
      await new Promise((after) => setTimeout(after));
      if (mine !== turn) return;
      rested = performance.now();
    }
    if (!windows.length) throw new Refusal(`${file.name} completes no window of ${model.windowSeconds.toFixed(2)} s: drop a longer recording.`);
    const counts = model.classes.map((name, k) => [name, windows.filter((one) => one.decision === k).length]);
    const told = counts.filter(([, count]) => count).sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
    status(`${file.name}: ${recording.seconds.toFixed(1)} s, ${windows.length} ${windows.length === 1 ? "window" : "windows"}: ${told.join(", ")}.`);
    remarks(recording.remarks);
    part("scrub").hidden = windows.length < 2;
    part("window").max = windows.length - 1;
    part("window").value = 0;
    choose(0);
  } catch (error) {
    if (mine !== turn) return;
    status("");
    problem(sentence(error));
  }
}

function choose(place) {
  const one = windows[place];
  part("window").setAttribute("aria-valuetext", `${one.end.toFixed(2)} s: ${model.classes[one.decision]}`);
  tell(one);
}

function sentence(error) {
  if (error instanceof Refusal) return error.message;
  console.error(error);
  return `The page failed (${error.message}): load it again, and tell whoever made it.`;
}

/* --- what is seen ----------------------------------------------------------------------------------------------- */

function tell(one) {
  chosen = one;
  const name = one ? model.classes[one.decision] : "\u2013";
  if (part("decision").textContent !== name) part("decision").replaceChildren(...breakable(name));
  part("decision").classList.toggle("none", !one);
  part("moment").textContent = one ? moment(one) : "";
  for (let k = 0; k < model.classes.length; ++k) {
    const row = part("scores").children[k], score = one ? one.scores[k] : 0;
    row.style.setProperty("--score", score);
    row.classList.toggle("best", Boolean(one) && k === one.decision);
    row.lastElementChild.textContent = one ? `${Math.round(100 * score)} %` : "";
  }
  dirty();
}

/* A name that may be broken behind a slash. */
function breakable(name) {
  const words = name.split("/");
  return words.flatMap((word, k) => (k + 1 < words.length ? [`${word}/`, document.createElement("wbr")] : [word]));
}

function moment(one) {
  const from = Math.max(0, one.end - model.windowSeconds);
  return isFile ? `${from.toFixed(2)} to ${one.end.toFixed(2)} s` : `after ${one.end.toFixed(1)} s`;
}

function status(words) {
  part("status").textContent = words;
}

function problem(words) {
  part("problem").hidden = !words;
  part("problem").textContent = words ?? "";
}

function remarks(sentences, more) {
  const list = part("remarks");
  if (!more) list.replaceChildren();
  const there = new Set(Array.from(list.children, (item) => item.textContent));
  for (const words of sentences.filter((one) => !there.has(one))) {
    const item = document.createElement("li");
    item.textContent = words;
    list.append(item);
  }
}

let waits = false;
function dirty() {
  if (waits) return;
  waits = true;
  requestAnimationFrame(() => {
    waits = false;
    draw();
  });
}

function draw() {
  if (!envelope) return;
  const isLive = !isFile;
  const view = isFile ? { from: 0, to: Math.max(now, model.windowSeconds), isLive } : { from: now - span, to: now, isLive };
  const whole = isFile ? view : { from: now - historySpan, to: now, isLive };
  const marked = chosen && [Math.max(0, chosen.end - model.windowSeconds), chosen.end];
  drawSignal(part("signal"), model, envelope, view, marked);
  drawFeatures(part("features"), model, chosen?.features);
  drawHistory(part("history"), model, windows, whole, isFile ? chosen : null);
  const waited = windows.length ? now - windows[windows.length - 1].end : now;
  const due = windows.length ? model.hopSeconds : model.windowSeconds;
  part("due").style.setProperty("--share", stop ? Math.min(1, waited / due) : 0);
  const left = Math.max(0, due - waited);
  if (stop && !windows.length && now > 0) part("moment").textContent = `the first answer comes in ${left.toFixed(0)} s`;
}

/* --- wiring ----------------------------------------------------------------------------------------------------- */

function wire() {
  part("live").onclick = listen;
  part("pick").onclick = () => part("file").click();
  part("file").onchange = ({ target }) => {
    if (target.files.length) open(target.files[0]);
    target.value = "";
  };
  part("window").oninput = ({ target }) => choose(Number(target.value));
  part("history").onclick = (event) => {
    if (!isFile || !windows.length) return;
    const box = part("history").getBoundingClientRect(), left = labelWidth(part("history").getContext("2d"), model, box.width);
    const seconds = ((event.clientX - box.left - left) / (box.width - left)) * now;
    const place = windows.findIndex((one) => one.end >= seconds);
    part("window").value = place < 0 ? windows.length - 1 : place;
    choose(Number(part("window").value));
  };
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.dataset.drag = "over";
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) delete document.body.dataset.drag;
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    delete document.body.dataset.drag;
    const files = event.dataTransfer.files;
    if (files.length === 1) open(files[0]);
    else problem(files.length ? "Several files were dropped: drop one at a time." : "No file was dropped: drop one recording.");
  });
  new ResizeObserver(dirty).observe(document.body);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dirty);
  document.addEventListener("visibilitychange", dirty);
}

async function main() {
  const [values, inputs, outputs] = [model.values, model.inputShape.reduce((a, b) => a * b, 1), model.classes.length];
  program = await Program.load(part("wasm").textContent.trim(), { values, inputs, outputs });
  begin(false);
  wire();
  const reason = withheld(motion ? "the accelerometer" : "the microphone");
  if (reason) status(`${reason} Recordings can be opened here all the same.`);
  else if (motion && !isPhone()) status("A computer has no accelerometer: open this page on a phone, or drop a recording.");
  else status(motion ? "Start, and put the phone where it belongs." : "Start, or drop a recording.");
  part("here").textContent = `${program.inferenceMs().toPrecision(2)} ms`;
  dirty();
}

main().catch((error) => {
  console.error(error);
  problem("This browser does not run WebAssembly, which the model is compiled to: update it, or take another one.");
});
