// What the page shows, in the fragment of its address: it is never sent to a server.

/** A longer text is not checked, and a link to one is not made. */
export const MAX_LENGTH = 1 << 18;
const MAX_LINK = 100_000;

async function pipe(bytes, stream, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    length += value.length;
    if (length > most) throw new Error("the text in the address is too long");
    parts.push(value);
  }
}

async function pack(text) {
  const bytes = await pipe(new TextEncoder().encode(text), new CompressionStream("deflate-raw"), Infinity);
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpack(packed) {
  const letters = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const text = await pipe(bytes, new DecompressionStream("deflate-raw"), 4 * MAX_LENGTH);
  return new TextDecoder("utf-8", { fatal: true }).decode(text);
}

/** Reads a fragment: `{ version, preset, text }`, or with `rule` and `example` what is on the page of a rule. */
export async function read(fragment) {
  const said = new URLSearchParams(fragment.replace(/^#/, ""));
  const state = { version: said.get("version"), preset: said.get("preset") };
  if (said.has("text")) return { ...state, text: await unpack(said.get("text")) };
  if (said.has("rule")) return { ...state, rule: said.get("rule"), example: Number(said.get("example") ?? 1) };
  return state;
}

/** Writes a fragment; nothing if the text is too long for an address. */
export async function write({ version, preset, text }) {
  const packed = await pack(text);
  if (packed.length > MAX_LINK) return null;
  return `#${new URLSearchParams({ version, preset, text: packed })}`;
}
