/* From the rate of a sensor or a file to that of the model: the same filters as `featherline predict` has. */

const FILTER_PERIODS = 10; // of the slower rate, on each side of the filter's middle
const KAISER_BETA = 5;
const SAMPLE_STEP = 2 ** -20;

/* To the nearest whole number, halves to the even one. */
function rounded(value) {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 ? nearest - 1 : nearest;
}

function toInt16(value) {
  return Math.max(-32768, Math.min(32767, rounded(value)));
}

function bessel(value) {
  let term = 1, sum = 1;
  for (let k = 1; term > sum * 1e-17; ++k) sum += term *= (value / (2 * k)) ** 2;
  return sum;
}

function commonDivisor(a, b) {
  return b ? commonDivisor(b, a % b) : a;
}

/* A low-pass of windowed sinc for resampling by up / down: unit gain, 20 bits below its largest tap. */
function lowPass(up, down) {
  const slower = Math.max(up, down), half = FILTER_PERIODS * slower;
  const taps = new Float64Array(2 * half + 1);
  let sum = 0;
  for (let i = 0; i < taps.length; ++i) {
    const periods = (i - half) / slower;
    const sinc = i === half ? 1 : Math.sin(Math.PI * periods) / (Math.PI * periods);
    taps[i] = sinc * bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - ((i - half) / half) ** 2)));
    sum += taps[i];
  }
  const step = 2 ** (Math.floor(Math.log2(taps[half] / sum)) + 1 - 20);
  return taps.map((tap) => rounded(tap / sum / step) * step * up);
}

/* Resamples one channel as it comes. Whole rates in Hz; `holdsEnds` goes on with the first and the last value beyond
   the ends, so that gravity does not begin with a step; else there is silence. */
class Resampler {
  constructor(fromHz, toHz, holdsEnds) {
    const common = commonDivisor(fromHz, toHz);
    this.up = toHz / common;
    this.down = fromHz / common;
    this.holdsEnds = holdsEnds;
    this.taps = this.up === this.down ? null : lowPass(this.up, this.down);
    this.kept = []; // the inputs that a next output needs, from number `first` on
    this.first = 0;
    this.given = 0; // outputs
  }

  push(values) {
    if (!this.taps) return Array.from(values);
    for (const value of values) this.kept.push(value);
    return this.outputs(this.first + this.kept.length, false);
  }

  /* What the end of a recording still gives. */
  finish() {
    return this.taps && this.kept.length ? this.outputs(this.first + this.kept.length, true) : [];
  }

  outputs(count, isEnd) {
    const { up, down, taps } = this, half = (taps.length - 1) / 2, made = [];
    const before = this.holdsEnds ? (this.head ??= this.kept[0]) : 0;
    const after = this.holdsEnds ? this.kept[this.kept.length - 1] : 0;
    for (;;) {
      const middle = this.given * down;
      const from = Math.ceil((middle - half) / up), to = Math.floor((middle + half) / up);
      if (isEnd ? middle >= count * up : to >= count) break;
      let sum = 0;
      for (let k = from; k <= to; ++k) {
        const value = k < 0 ? before : k >= count ? after : this.kept[k - this.first];
        sum += value * taps[middle - k * up + half];
      }
      made.push(Math.fround(rounded(sum / SAMPLE_STEP) * SAMPLE_STEP));
      ++this.given;
    }
    const unused = Math.ceil((this.given * down - half) / up) - this.first;
    if (unused > 4096) {
      this.kept = this.kept.slice(unused);
      this.first += unused;
    }
    return made;
  }
}
