/* The model's own C, compiled to WebAssembly: samples of 16 bits in, and of each window the decision. */

class Program {
  /* `encoded` is the module in base64; `shape` says how many values a sample, the input and the output have. */
  static async load(encoded, shape) {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes, {});
    return new Program(instance.exports, shape, bytes.length);
  }

  constructor(wasm, shape, bytes) {
    this.wasm = wasm;
    this.shape = shape;
    this.bytes = bytes;
    this.reset();
  }

  reset() {
    this.wasm.reset();
    this.taken = 0; // samples since the start
    this.spent_ms = 0;
  }

  /* Pushes samples (Int16Array, the values of each one after another) and calls `due` for each window that they
     complete, with how many samples had been taken then, decision, output and features. */
  push(samples, due) {
    const { values, inputs, outputs } = this.shape;
    const room = this.wasm.capacity();
    const begun = performance.now();
    for (let at = 0; at < samples.length; at += room * values) {
      const part = samples.subarray(at, at + room * values);
      const count = part.length / values;
      new Int16Array(this.wasm.memory.buffer, this.wasm.samples(), part.length).set(part);
      for (let first = 0; first < count; ) {
        const next = this.wasm.push(first, count);
        this.taken += next - first;
        first = next;
        if (this.wasm.decision() < 0) continue;
        due({
          taken: this.taken,
          decision: this.wasm.decision(),
          output: this.int8(this.wasm.output(), outputs).slice(),
          features: this.int8(this.wasm.features(), inputs).slice(),
        });
      }
    }
    this.spent_ms += performance.now() - begun;
  }

  /* The model alone on one input: Int8Array to Int8Array. */
  infer(input) {
    this.int8(this.wasm.input(), this.shape.inputs).set(input);
    this.wasm.infer();
    return this.int8(this.wasm.result(), this.shape.outputs).slice();
  }

  /* How long one inference takes here, in ms: the median of what some batches took, each for as long as a clock that
     browsers made coarse needs. */
  inferenceMs() {
    for (let warm = 0; warm < 200; ++warm) this.wasm.infer();
    const batches = Array.from({ length: 15 }, () => {
      const begun = performance.now();
      let count = 0;
      for (; performance.now() - begun < 1; count += 5) for (let one = 0; one < 5; ++one) this.wasm.infer();
      return (performance.now() - begun) / count;
    });
    return batches.sort((a, b) => a - b)[7];
  }

  int8(place, count) {
    return new Int8Array(this.wasm.memory.buffer, place, count);
  }
}
