/* The accelerometer of a phone, and recordings of one as CSV. */

/* Lays three axes that come at any times on an even grid, by straight lines between them. */
class EvenGrid {
  constructor(rateHz) {
    this.rateHz = rateHz;
    this.next = 0;
    this.last = null;
  }

  /* Takes a sample at a time in seconds from the first on; returns the samples of the grid up to it. */
  push(seconds, axes) {
    const made = [];
    for (; this.next / this.rateHz <= seconds + 1e-6 / this.rateHz; ++this.next) {
      const at = Math.min(this.next / this.rateHz, seconds);
      if (!this.last) made.push(axes);
      else {
        const share = (at - this.last.seconds) / (seconds - this.last.seconds);
        made.push(axes.map((value, k) => this.last.axes[k] + (value - this.last.axes[k]) * share));
      }
    }
    this.last = { seconds, axes };
    return made;
  }
}

/* Acceleration in g with times in seconds to samples of 16 bits at the model's rate. */
class MotionStream {
  constructor(rateHz, nativeHz, unitsPerG) {
    this.evenHz = rateHz <= nativeHz * 1.02 ? nativeHz : Math.ceil(rateHz - 0.02);
    this.grid = new EvenGrid(this.evenHz);
    this.axes = [0, 1, 2].map(() => new Resampler(this.evenHz, nativeHz, true));
    this.unitsPerG = unitsPerG;
    this.values = 0;
    this.clipped = 0;
  }

  push(rows) {
    const even = rows.flatMap((row) => this.grid.push(row.seconds, row.axes));
    return this.stored(this.axes.map((axis, k) => axis.push(even.map((sample) => sample[k]))));
  }

  finish() {
    return this.stored(this.axes.map((axis) => axis.finish()));
  }

  stored(channels) {
    const samples = new Int16Array(3 * channels[0].length);
    for (let k = 0; k < 3; ++k) {
      for (let i = 0; i < channels[k].length; ++i) {
        const exact = rounded(channels[k][i] * this.unitsPerG);
        this.clipped += (samples[3 * i + k] = toInt16(exact)) !== exact;
      }
    }
    this.values += samples.length;
    return samples;
  }
}

/* --- a recording --- */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i; // without it 0x1F would be 31

async function readRecording(file, model) {
  const name = file.name;
  if (/^(audio|video|image)\//.test(file.type)) {
    throw new Refusal(`${name} is no CSV, and this model listens to an accelerometer: drop a CSV with the columns x, y and z.`);
  }
  const text = (await file.text()).replace(/^\ufeff/, "");
  if (/[\0\ufffd]/.test(text.slice(0, 4096))) {
    throw new Refusal(`${name} is no text, and this model listens to an accelerometer: drop a CSV with the columns x, y and z.`);
  }
  const lines = text.split(/\r\n|\n|\r/);
  const header = cells(lines[0]);
  const axes = axesOf(name, header, model.columns.axes);
  const known = header.map((title) => title.toLowerCase());
  const time = known.findIndex((title) => model.columns.times.includes(title));
  const rows = [], times = [];
  for (let line = 1; line < lines.length; ++line) {
    if (!lines[line].trim()) continue;
    const row = cells(lines[line]);
    if (row.length !== header.length) {
      throw new Refusal(`${name}, line ${line + 1} has ${row.length} fields, and the header has ${header.length}: name every column in the header, or correct the line.`);
    }
    const number = (column) => {
      const value = DECIMAL.test(row[column]) ? Number(row[column]) : NaN;
      if (Number.isFinite(value)) return value;
      throw new Refusal(`${name}, line ${line + 1}: ${header[column]} is ${JSON.stringify(row[column])}, which is no number: correct the line, or take it out.`);
    };
    rows.push(axes.map((columns) => columns.reduce((sum, column) => sum + number(column), 0)));
    if (time >= 0) times.push(number(time));
  }
  if (rows.length < 2) throw new Refusal(`${name} holds ${rows.length ? "one sample" : "no samples"}: record for longer.`);
  const remarks = [];
  const perG = unitOf(name, rows, model.units, remarks);
  const seconds = time >= 0 ? secondsOf(name, times, remarks) : rows.map((row, place) => place / model.rateHz);
  if (time < 0) remarks.push(`It has no column of times and was taken to have ${model.rateHz} samples a second.`);
  const rate = (rows.length - 1) / seconds[rows.length - 1];
  checkRate(name, rate, model);
  const stream = new MotionStream(rate, model.rateHz, model.unitsPerG);
  const parts = [stream.push(rows.map((row, k) => ({ seconds: seconds[k], axes: row.map((value) => value * perG) }))), stream.finish()];
  if (stream.clipped > stream.values / 1000) remarks.push(clippedRemark(stream, model));
  return checked(name, joined(parts), model, remarks);
}

function cells(line) {
  return line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").trim());
}

function axesOf(name, header, known) {
  const titles = header.map((title) => title.toLowerCase());
  for (const axes of known) {
    const places = axes.map((columns) => columns.map((title) => titles.indexOf(title)));
    if (places.flat().every((place) => place >= 0)) return places;
  }
  const listed = header.filter(Boolean).slice(0, 8).join(", ").slice(0, 80) || "nothing";
  throw new Refusal(`${name} has no columns for three axes (its first line holds ${listed}): name those of total acceleration x, y and z.`);
}

function unitOf(name, rows, units, remarks) {
  const median = medianOf(rows.map((row) => Math.hypot(...row)));
  const fitting = Object.entries(units.inG)
    .filter(([, factor]) => median * factor >= units.plausibleG[0] && median * factor <= units.plausibleG[1])
    .sort(([, a], [, b]) => Math.abs(Math.log(median * a)) - Math.abs(Math.log(median * b)));
  if (!fitting.length) {
    throw new Refusal(`${name}: accelerations are ${written(median)} long on the median, which is 1 g in no unit that is known (${Object.keys(units.inG).join(", ")}): give total acceleration, with gravity.`);
  }
  remarks.push(`Its unit was taken to be ${fitting[0][0]}, by a median length of ${written(median)}.`);
  return fitting[0][1];
}

function secondsOf(name, times, remarks) {
  const steps = times.slice(1).map((time, place) => time - times[place]);
  const wrong = steps.findIndex((step) => step <= 0);
  if (wrong >= 0) throw new Refusal(`${name}, line ${wrong + 3}: the time ${times[wrong + 1]} is not after the one before it (${times[wrong]}): sort the rows and remove doubled ones.`);
  const step = medianOf(steps);
  const unit = Object.entries({ s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 }).find(([, factor]) => 1 / (step * factor) >= 5);
  if (!unit) throw new Refusal(`${name} has samples every ${written(step)} by its times, which is no unit: give them in s, ms, us or ns.`);
  const gap = steps.findIndex((one) => one > 5 * step);
  if (gap >= 0) throw new Refusal(`${name}, line ${gap + 3}: ${written(steps[gap] * unit[1])} s pass without a sample: cut the recording there into two files.`);
  const rate = (times.length - 1) / ((times[times.length - 1] - times[0]) * unit[1]);
  remarks.push(`Its times were taken to be in ${unit[0]}: ${written(rate)} samples a second.`);
  return times.map((time) => (time - times[0]) * unit[1]);
}

function medianOf(values) {
  const sorted = Float64Array.from(values).sort();
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function clippedRemark(stream, model) {
  const share = (100 * stream.clipped / stream.values).toFixed(1);
  return `${share} % of the values are beyond the ${32768 / model.unitsPerG} g of a device and cut off.`;
}

/* --- the sensor --- */

const STANDARD_GRAVITY = 9.80665; // m/s2
const MEASURED_EVENTS = 50, MEASURED_S = 1; // before the rate is known
const SILENT_MS = 3000;
const LONGEST_GAP_S = 0.5;

async function startSensor(model, ways) {
  const reason = withheld("the accelerometer");
  if (reason) throw new Refusal(reason);
  const phone = "open this page on a phone, or drop a CSV of a recording.";
  if (!("DeviceMotionEvent" in window)) throw new Refusal(`This browser knows no accelerometer: ${phone}`);
  if (typeof DeviceMotionEvent.requestPermission === "function") {
    const answer = await DeviceMotionEvent.requestPermission().catch(() => "denied");
    if (answer !== "granted") {
      throw new Refusal("Motion was denied: close this tab, open the page again, and allow motion when it asks after the tap.");
    }
  }
  const motion = new MotionEvents(model, ways);
  const hear = (event) => motion.hear(event);
  const silence = setTimeout(() => {
    if (!motion.count) ways.fail(`This device gives no acceleration, so it has no accelerometer or keeps it to itself: ${phone}`);
  }, SILENT_MS);
  addEventListener("devicemotion", hear);
  return () => {
    clearTimeout(silence);
    removeEventListener("devicemotion", hear);
  };
}

/* Events of the accelerometer to samples: unit and sign told from what comes, rate measured by time stamps. */
class MotionEvents {
  constructor(model, ways) {
    this.model = model;
    this.ways = ways;
    this.count = 0; // events with numbers in them
    this.begin();
  }

  begin() {
    this.waiting = [];
    this.stream = null;
    this.start = null;
    this.last = null;
  }

  hear(event) {
    const total = event.accelerationIncludingGravity;
    const axes = total && [total.x, total.y, total.z];
    if (!axes || axes.some((value) => value === null || !Number.isFinite(value))) return; // no sensor
    ++this.count;
    const seconds = event.timeStamp / 1000;
    if (this.last !== null && seconds <= this.last) return; // told twice
    if (this.last !== null && seconds - this.last > LONGEST_GAP_S) {
      this.ways.remark(`The sensor paused for ${(seconds - this.last).toFixed(1)} s: it began anew.`);
      this.begin();
      this.ways.restart();
    }
    this.start ??= seconds;
    this.last = seconds;
    const row = { seconds: seconds - this.start, axes };
    if (this.stream) this.ways.take(this.stream.push([this.scaled(row)]));
    else this.waiting.push(row);
    if (!this.stream && this.waiting.length > MEASURED_EVENTS && row.seconds >= MEASURED_S) this.measure();
  }

  scaled(row) {
    return { seconds: row.seconds, axes: row.axes.map((value) => value * this.factor) };
  }

  measure() {
    const rows = this.waiting, rate = (rows.length - 1) / rows[rows.length - 1].seconds;
    const { rateHz, unitsPerG } = this.model;
    if (rate < 0.96 * rateHz) {
      this.ways.fail(`The sensor gives about ${Math.round(rate)} samples a second, and this model needs ${rateHz}: try another browser, and turn off the phone's power saving.`);
      return;
    }
    const isInG = medianOf(rows.map((row) => Math.hypot(...row.axes))) < 4;
    this.factor = (isApple() ? 1 : -1) / (isInG ? 1 : STANDARD_GRAVITY);
    this.stream = new MotionStream(rate, rateHz, unitsPerG);
    this.ways.remark(`The sensor gives about ${Math.round(rate)} samples a second, by their time stamps; the model gets ${rateHz}.`);
    this.ways.remark(isInG ? "They are in g." : "They are in m/s² and were divided by 9.80665: the model takes g.");
    this.ways.remark(isApple()
      ? "Signs are those of iOS, as in MotionSense."
      : "Signs were turned around: Android and others give the opposite of iOS, which MotionSense was recorded with.");
    this.waiting = [];
    this.ways.take(this.stream.push(rows.map((one) => this.scaled(one))));
  }
}
