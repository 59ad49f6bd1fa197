// The library in a worker: a question is the name of a function with its parameters, an answer is JSON.
import init, * as library from "library";

let ready = null;

onmessage = async ({ data }) => {
  if (data.module) {
    ready = init({ module_or_path: data.module });
    return;
  }
  const { id, name, parameters } = data;
  try {
    await ready;
    postMessage({ id, value: JSON.parse(library[name](...parameters)) });
  } catch (error) {
    // The library says what it refuses as a text; after anything else nothing in its memory can be trusted.
    postMessage({ id, error: String(error?.message ?? error), isBroken: typeof error !== "string" });
  }
};
