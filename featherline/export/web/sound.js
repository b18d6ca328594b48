/* The microphone, and recordings of sound. */

/* Sound in -1..1 to samples of 16 bits at the model's rate. */
class SoundStream {
  constructor(rateHz, nativeHz) {
    this.resampler = new Resampler(rateHz, nativeHz, false);
  }

  push(values) {
    return Int16Array.from(this.resampler.push(values), (value) => toInt16(value * 32768));
  }

  finish() {
    return Int16Array.from(this.resampler.finish(), (value) => toInt16(value * 32768));
  }
}

/* --- a recording --- */

async function readRecording(file, model) {
  const name = file.name;
  if (/^(text|image)\//.test(file.type) || /\.(csv|txt|json)$/i.test(name)) {
    throw new Refusal(`${name} is no sound, and this model listens to a microphone: drop a WAV file, or another one that this browser plays.`);
  }
  const content = await file.arrayBuffer();
  const remarks = [];
  const sound = wavOf(name, content) ?? (await decoded(name, content, remarks));
  const { channels, rateHz } = sound;
  if (channels.length > 1) remarks.push(`The mean of its ${channels.length} channels was taken.`);
  checkRate(name, rateHz, model);
  const mono = channels.length > 1
    ? channels[0].map((value, place) => channels.reduce((sum, channel) => sum + channel[place], 0) / channels.length)
    : channels[0];
  if (!mono.length) throw new Refusal(`${name} holds no samples: record it again.`);
  const strange = mono.findIndex((value) => !Number.isFinite(value));
  if (strange >= 0) throw new Refusal(`${name} holds samples that are NaN or infinite: record it again.`);
  if (mono.every((value) => value === mono[0])) throw new Refusal(`${name} is silent (every sample is ${mono[0]}): record it again.`);
  if (rateHz !== model.rateHz) remarks.push(`Its ${written(rateHz)} samples a second were brought to ${written(model.rateHz)}.`);
  const stream = new SoundStream(rateHz, model.rateHz);
  const parts = [];
  for (let at = 0; at < mono.length; at += 65536) parts.push(stream.push(mono.subarray(at, at + 65536)));
  return checked(name, joined([...parts, stream.finish()]), model, remarks);
}

/* Channels and rate of a WAV file of plain samples; null for all that the browser itself has to decode. */
function wavOf(name, content) {
  const view = new DataView(content);
  const word = (at) => (at + 4 <= content.byteLength ? String.fromCharCode(...new Uint8Array(content, at, 4)) : "");
  if (word(0) !== "RIFF" || word(8) !== "WAVE") return null;
  let format = null;
  for (let at = 12; at + 8 <= content.byteLength; ) {
    const size = view.getUint32(at + 4, true), body = at + 8;
    if (word(at) === "fmt " && body + 16 <= content.byteLength) {
      format = { kind: view.getUint16(body, true), count: view.getUint16(body + 2, true), rateHz: view.getUint32(body + 4, true), bits: view.getUint16(body + 14, true) };
      if (format.kind === 0xfffe && size >= 26) format.kind = view.getUint16(body + 24, true);
    }
    if (word(at) === "data") {
      if (!format) break;
      const whole = size === 0xffffffff ? content.byteLength - body : size;
      if (body + whole > content.byteLength) {
        throw new Refusal(`${name} is cut short (${written(content.byteLength)} bytes of the ${written(body + whole)} that its header tells): copy it again.`);
      }
      return plain(view, body, whole, format);
    }
    at = body + size + (size % 2);
  }
  throw new Refusal(`${name} is a WAV file without sound in it: record it again.`);
}

function plain(view, body, size, { kind, count, rateHz, bits }) {
  const readers = {
    "1/8": (at) => (view.getUint8(at) - 128) / 128,
    "1/16": (at) => view.getInt16(at, true) / 32768,
    "1/24": (at) => (view.getUint8(at) + view.getInt16(at + 1, true) * 256) / 8388608,
    "1/32": (at) => view.getInt32(at, true) / 2147483648,
    "3/32": (at) => view.getFloat32(at, true),
    "3/64": (at) => view.getFloat64(at, true),
  };
  const read = readers[`${kind}/${bits}`];
  if (!read || !count) return null;
  const frame = count * bits / 8, frames = Math.floor(size / frame);
  const channels = Array.from({ length: count }, () => new Float32Array(frames));
  for (let i = 0; i < frames; ++i) for (let k = 0; k < count; ++k) channels[k][i] = read(body + i * frame + k * bits / 8);
  return { channels, rateHz };
}

const DECODING_HZ = 48000; // what browsers decode to says nothing of the file's own rate

async function decoded(name, content, remarks) {
  try {
    const buffer = await new OfflineAudioContext(1, 1, DECODING_HZ).decodeAudioData(content);
    remarks.push(`This browser decoded it at ${written(buffer.sampleRate)} samples a second; below that it keeps its own rate to itself.`);
    return { channels: Array.from({ length: buffer.numberOfChannels }, (_, k) => buffer.getChannelData(k)), rateHz: buffer.sampleRate };
  } catch {
    throw new Refusal(`${name} is no sound that this browser can decode: drop a WAV file of 16 bits.`);
  }
}

/* --- the sensor --- */

const WORKLET = `
class Tap extends AudioWorkletProcessor {
  constructor() { super(); this.block = new Float32Array(1024); this.filled = 0; }
  process([channels]) {
    if (channels.length) for (let i = 0; i < channels[0].length; ++i) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      this.block[this.filled++] = sum / channels.length;
      if (this.filled === this.block.length) { this.port.postMessage(this.block.slice()); this.filled = 0; }
    }
    return true;
  }
}
registerProcessor("featherline-tap", Tap);`;

async function startSensor(model, { take, remark, fail }) {
  const reason = withheld("the microphone");
  if (reason) throw new Refusal(reason);
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Refusal("This browser gives no microphone to this page: open it in another browser or over https, or drop a file.");
  }
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const media = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, ...plain } }).catch((error) => {
    throw new Refusal(microphoneSentence(error));
  });
  const context = new AudioContext();
  const stop = () => {
    for (const track of media.getTracks()) track.stop();
    if (context.state !== "closed") context.close();
  };
  try {
    if (!context.audioWorklet) throw new Refusal("This browser has no AudioWorklet: update it, or drop a file.");
    await addWorklet(context);
    await context.resume();
    const rateHz = Math.round(context.sampleRate);
    if (rateHz < model.rateHz) {
      throw new Refusal(`The microphone has ${written(rateHz)} samples a second, and this model needs ${written(model.rateHz)} or more: choose another one in the browser's settings.`);
    }
    const stream = new SoundStream(rateHz, model.rateHz);
    const tap = new AudioWorkletNode(context, "featherline-tap", { numberOfOutputs: 0 });
    tap.port.onmessage = ({ data }) => take(stream.push(data));
    context.createMediaStreamSource(media).connect(tap);
    remark(rateHz === model.rateHz
      ? `The microphone gives ${written(rateHz)} samples a second, as the model takes them.`
      : `The microphone's ${written(rateHz)} samples a second are brought to the model's ${written(model.rateHz)}.`);
    for (const track of media.getAudioTracks()) {
      track.onended = () => fail("The microphone went away: plug it in again, and start again.");
    }
    context.onstatechange = () => {
      if (context.state !== "running" && context.state !== "closed") fail("The browser paused the microphone: start again.");
    };
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

/* Chromium takes no blob: URL for a worklet of a page that is a file; other browsers may take no data: URL. */
async function addWorklet(context) {
  try {
    await context.audioWorklet.addModule(`data:text/javascript,${encodeURIComponent(WORKLET)}`);
  } catch {
    const address = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
    await context.audioWorklet.addModule(address).finally(() => URL.revokeObjectURL(address));
  }
}

function microphoneSentence({ name, message }) {
  const sentences = {
    NotAllowedError: "The microphone was denied: allow it for this page in the browser's address bar or settings, and start again.",
    NotFoundError: "This device has no microphone: plug one in, or drop a file.",
    NotReadableError: "The microphone does not answer: another program may hold it, close that and start again.",
  };
  return sentences[name] ?? `The microphone does not start (${message || name}): try another browser, or drop a file.`;
}
