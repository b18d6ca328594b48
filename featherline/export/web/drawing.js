/* Signal, features and scores on canvases, in the colours of the page. */

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* The picture of a canvas in CSS pixels; what is drawn is as sharp as the screen. */
function sheet(canvas) {
  const ratio = devicePixelRatio || 1, { width, height } = canvas.getBoundingClientRect();
  const pixels = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels;
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = `12px ${style("--sans")}`;
  pen.textBaseline = "middle";
  return { pen, width, height };
}

/* The lowest and highest value of each stretch of samples, so that hours of sound are drawn as fast as seconds. */
class Envelope {
  constructor(values, rateHz, bucket) {
    this.values = values;
    this.bucket = bucket;
    this.perSecond = rateHz / bucket;
    this.low = Array.from({ length: values }, () => []);
    this.high = Array.from({ length: values }, () => []);
    this.first = 0; // number of the first bucket that is kept
    this.filled = bucket; // samples in the last one
  }

  push(samples) {
    for (let i = 0; i < samples.length; i += this.values, ++this.filled) {
      if (this.filled === this.bucket) this.filled = 0;
      for (let k = 0; k < this.values; ++k) {
        const low = this.low[k], high = this.high[k], value = samples[i + k];
        if (this.filled === 0) low.push(value), high.push(value);
        else {
          if (value < low[low.length - 1]) low[low.length - 1] = value;
          if (value > high[high.length - 1]) high[high.length - 1] = value;
        }
      }
    }
  }

  /* Forgets all but the last so many seconds. */
  trim(seconds) {
    const surplus = this.low[0].length - Math.ceil(seconds * this.perSecond);
    if (surplus < 1024) return;
    for (const row of [...this.low, ...this.high]) row.splice(0, surplus);
    this.first += surplus;
  }

  /* Lowest and highest of one channel between two times, or null. */
  range(channel, from, to) {
    const start = Math.max(0, Math.floor(from * this.perSecond) - this.first);
    const end = Math.min(this.low[channel].length, Math.max(start + 1, Math.floor(to * this.perSecond) - this.first));
    let low = Infinity, high = -Infinity;
    for (let i = start; i < end; ++i) {
      low = Math.min(low, this.low[channel][i]);
      high = Math.max(high, this.high[channel][i]);
    }
    return low <= high && to * this.perSecond > this.first ? [low, high] : null;
  }
}

/* Time along the bottom: seconds of a file, or how long ago of what comes now. */
function timeAxis(pen, left, width, height, from, to, isLive) {
  const span = to - from;
  const step = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800].find((one) => (one / span) * width >= 64) ?? 3600;
  pen.fillStyle = style("--soft");
  const zero = isLive ? to : 0;
  for (let k = Math.ceil((from - zero) / step); zero + k * step <= to + 1e-9; ++k) {
    const seconds = zero + k * step, x = left + ((seconds - from) / span) * width;
    pen.textAlign = x > left + width - 20 ? "right" : x < left + 14 ? "left" : "center";
    const told = isLive && k === 0 ? "now" : `${isLive ? "\u2212" : ""}${Math.abs(k * step)} s`;
    if (isLive || seconds >= 0) pen.fillText(told, x, height - 7);
  }
}

const AXIS_HEIGHT = 18;

function drawSignal(canvas, model, envelope, view, marked) {
  const { pen, width, height } = sheet(canvas);
  const bottom = height - AXIS_HEIGHT, middle = bottom / 2;
  const place = (seconds) => ((seconds - view.from) / (view.to - view.from)) * width;
  if (marked) {
    pen.fillStyle = style("--mark");
    pen.fillRect(place(marked[0]), 0, place(marked[1]) - place(marked[0]), bottom);
  }
  const motion = model.kind === "motion";
  let largest = motion ? 1.2 * model.unitsPerG : 300;
  for (let k = 0; k < model.values; ++k) {
    const seen = envelope.range(k, view.from, view.to);
    if (seen) largest = Math.max(largest, -seen[0], seen[1]);
  }
  const scale = (0.94 * middle) / largest;
  pen.strokeStyle = style("--line");
  pen.lineWidth = 1;
  for (const level of motion ? [-1, 0, 1] : [0]) {
    const y = Math.round(middle - level * (model.unitsPerG ?? 0) * scale) + 0.5;
    pen.beginPath();
    pen.moveTo(0, y);
    pen.lineTo(width, y);
    pen.stroke();
  }
  for (let k = 0; k < model.values; ++k) {
    const tops = [], floors = [];
    for (let x = 0; x < width; ++x) {
      const from = view.from + (x / width) * (view.to - view.from), step = (view.to - view.from) / width;
      const seen = from >= 0 && envelope.range(k, from, from + step);
      if (!seen) continue;
      tops.push([x, middle - seen[1] * scale]);
      floors.push([x, middle - seen[0] * scale]);
    }
    if (!tops.length) continue;
    pen.strokeStyle = pen.fillStyle = style(["--first", "--second", "--third"][k]);
    pen.lineWidth = 1.25;
    pen.lineJoin = "round";
    pen.beginPath();
    for (const [x, y] of tops) pen.lineTo(x, y);
    for (const [x, y] of floors.reverse()) pen.lineTo(x, y);
    pen.closePath();
    if (!motion) pen.fill();
    pen.stroke();
  }
  for (const level of motion ? [-1, 1] : []) {
    pen.strokeStyle = style("--panel");
    pen.fillStyle = style("--soft");
    pen.lineWidth = 4;
    pen.textAlign = "right";
    const text = `${level > 0 ? "+" : "\u2212"}1 g`, y = middle - level * model.unitsPerG * scale - 9;
    pen.strokeText(text, width - 2, y);
    pen.fillText(text, width - 2, y);
  }
  timeAxis(pen, 0, width, height, view.from, view.to, view.isLive);
}

/* The model's input: of motion one line for each channel, of sound time against frequency. */
function drawFeatures(canvas, model, features) {
  const { pen, width, height } = sheet(canvas);
  if (!features) return;
  const [frames, columns] = [model.inputShape[0], model.inputShape[1] * model.inputShape[2]];
  const bottom = height - AXIS_HEIGHT;
  if (model.kind === "motion") {
    const room = bottom / columns;
    for (let k = 0; k < columns; ++k) {
      pen.strokeStyle = style("--line");
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(0, Math.round((k + 1) * room) - 0.5);
      pen.lineTo(width, Math.round((k + 1) * room) - 0.5);
      pen.stroke();
      pen.strokeStyle = style("--first");
      pen.lineWidth = 1.25;
      pen.beginPath();
      for (let i = 0; i < frames; ++i) {
        pen.lineTo((i / (frames - 1)) * width, room * (k + 0.95 - 0.9 * ((features[i * columns + k] + 128) / 255)));
      }
      pen.stroke();
      pen.fillStyle = style("--soft");
      pen.textAlign = "left";
      pen.fillText(model.channels[k], 2, k * room + 9);
    }
  } else {
    const paper = rgb("--panel"), ink = rgb("--first");
    for (let i = 0; i < frames; ++i) {
      for (let k = 0; k < columns; ++k) {
        const share = (features[i * columns + k] + 128) / 255;
        pen.fillStyle = `rgb(${paper.map((value, c) => Math.round(value + (ink[c] - value) * share))})`;
        const x = (i / frames) * width, y = bottom - ((k + 1) / columns) * bottom;
        pen.fillRect(Math.floor(x), Math.floor(y), Math.ceil(width / frames) + 1, Math.ceil(bottom / columns) + 1);
      }
    }
    pen.clearRect(0, bottom, width, AXIS_HEIGHT);
  }
  timeAxis(pen, 0, width, height, 0, model.windowSeconds, false);
}

/* One row a class, one column a window: the darker, the more probable; a dot is what the device decided. */
function drawHistory(canvas, model, windows, view, chosen) {
  const { pen, width, height } = sheet(canvas);
  const rows = model.classes.length, bottom = height - AXIS_HEIGHT, room = bottom / rows;
  pen.font = `${Math.min(12, room - 2)}px ${style("--sans")}`;
  const left = labelWidth(pen, model, width);
  const place = (seconds) => left + ((seconds - view.from) / (view.to - view.from)) * (width - left);
  pen.fillStyle = style("--paper");
  for (let k = 0; k < rows; ++k) pen.fillRect(left, k * room, width - left, room - 1);
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, width - left, bottom);
  pen.clip();
  const ink = rgb("--first");
  for (const one of windows) {
    const x = place(one.end - model.hopSeconds), x2 = place(one.end);
    if (x2 < left || x > width) continue;
    for (let k = 0; k < rows; ++k) {
      pen.fillStyle = `rgba(${ink},${0.85 * one.scores[k]})`;
      pen.fillRect(Math.floor(x), k * room, Math.max(1, Math.ceil(x2) - Math.floor(x)), room - 1);
    }
    pen.fillStyle = style("--second");
    pen.beginPath();
    pen.arc((x + x2) / 2, (one.decision + 0.5) * room, Math.min(3, room / 3, Math.max(1.2, (x2 - x) / 2.2)), 0, 7);
    pen.fill();
    if (one === chosen) {
      pen.strokeStyle = style("--ink");
      pen.lineWidth = 1.5;
      pen.strokeRect(Math.floor(x) + 0.75, 0.75, Math.max(2, x2 - x - 0.5), bottom - 1.5);
    }
  }
  pen.restore();
  pen.fillStyle = style("--ink");
  pen.textAlign = "left";
  for (let k = 0; k < rows; ++k) pen.fillText(model.classes[k], 0, (k + 0.5) * room, left - 6);
  timeAxis(pen, left, width - left, height, view.from, view.to, view.isLive);
}

/* How much of the picture of scores the names of the classes take. */
function labelWidth(pen, model, width) {
  return Math.min(width * 0.38, 8 + Math.max(...model.classes.map((name) => pen.measureText(name).width)));
}

/* A colour of the page as three numbers. */
function rgb(name) {
  const value = parseInt(style(name).slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
