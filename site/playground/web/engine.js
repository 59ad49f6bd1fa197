// Asks the library, which runs in a worker: nobody who types waits for it.
import source from "worker:source";

/** So long an answer may take before the library is started again. */
const PATIENCE = 20_000;

// The worker is made from a text of this page, so that the page's policy holds for it: it can ask nobody else.
const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
const library = WebAssembly.compileStreaming(unpacked(LIBRARY));
const waiting = new Map();
let worker = null;
let last = 0;

/** The library comes compressed: `bundle.mjs` says why. */
async function unpacked(address) {
  const { body } = await fetch(address);
  return new Response(body.pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": "application/wasm" } });
}

function start(module) {
  worker = new Worker(address);
  worker.onmessage = ({ data }) => (data.isBroken ? restart(data.error) : settle(data.id, data.error, data.value));
  worker.onerror = (event) => restart(event.message);
  worker.postMessage({ module });
}

function settle(id, error, value) {
  const question = waiting.get(id);
  if (!question) return;
  waiting.delete(id);
  clearTimeout(question.timer);
  if (error) question.reject(new Error(error));
  else question.resolve(value);
}

/** Ends the worker, and all questions with it; the next one starts another. */
function restart(why) {
  worker?.terminate();
  worker = null;
  for (const id of [...waiting.keys()]) settle(id, why);
}

/** Asks a function of the library, and returns what it answers. */
export async function ask(name, ...parameters) {
  const module = await library;
  if (!worker) start(module);
  const id = ++last;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => restart("it takes too long"), PATIENCE);
    waiting.set(id, { resolve, reject, timer });
    worker.postMessage({ id, name, parameters });
  });
}
