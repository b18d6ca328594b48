/* What recordings and sensors of both kinds share. motion.js and sound.js each have `readRecording`, which gives
   { samples, seconds, remarks }, and `startSensor`, which gives what stops it. Samples are of 16 bits at the model's
   rate. A sensor gives them to `take`, sentences to `remark`, to `fail` the one that ends it, and says by
   `restart` that what comes next does not follow what came. */

/* What somebody can do something about: its message is a sentence for the page. */
class Refusal extends Error {}

const written = (number) => new Intl.NumberFormat("en", { maximumSignificantDigits: 4 }).format(number);
const isPhone = () => matchMedia("(pointer: coarse)").matches;
const isApple = () =>
  /iPad|iPhone|iPod/.test(navigator.userAgent) || (/Mac/.test(navigator.platform) && navigator.maxTouchPoints > 1);

/* Why a browser keeps its sensors from this page, or null. */
function withheld(what) {
  if (!isSecureContext) {
    return `This page came over http, and browsers give ${what} to https alone: put the file on a host with https.`;
  }
  if (location.protocol === "file:" && isPhone()) {
    return `On a phone, browsers give ${what} only to a page from https, not to a file: put it on a host with https.`;
  }
  return null;
}

const HIGHEST_RATE_HZ = 1e6; // a filter between rates grows with them

function checkRate(name, rateHz, model) {
  if (rateHz > HIGHEST_RATE_HZ) {
    throw new Refusal(`${name} says that it has ${written(rateHz)} samples a second, as no recording has: record it again.`);
  }
  const slack = model.kind === "motion" ? 0.98 : 1;
  if (rateHz < model.rateHz * slack) {
    throw new Refusal(`${name} has ${written(rateHz)} samples a second, and this model needs ${written(model.rateHz)} or more: record faster.`);
  }
}

function checked(name, samples, model, remarks) {
  const seconds = samples.length / model.values / model.rateHz;
  if (seconds < model.windowSeconds) {
    throw new Refusal(`${name} lasts ${seconds.toFixed(2)} s, and a window of this model ${model.windowSeconds.toFixed(2)} s: drop a longer recording.`);
  }
  return { samples, seconds, remarks };
}

function joined(parts) {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
