// Bundles the scripts of the page: `node bundle.mjs LIBRARY ZOPFLI OUT`. LIBRARY is what wasm-bindgen has made.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** What a browser may have to load, compressed as simple servers do it. */
const LIMIT = 1_500_000;

const here = dirname(fileURLToPath(import.meta.url));
const [library, zopfli, out] = process.argv.slice(2).map((it) => resolve(it));
const common = { bundle: true, minify: true, target: "es2022", metafile: true, logLevel: "warning", logOverride: { "empty-import-meta": "silent" } };

// Compressed here, it is a twentieth smaller than a server makes it, and no larger from a server that compresses nothing. The name
// is none that a server takes for the encoding of something else.
const raw = join(library, "library_bg.wasm");
const wasm = readFileSync(raw);
execFileSync(zopfli, [raw]);
const packed = readFileSync(`${raw}.gz`);
writeFileSync(join(out, "library.gzip"), packed);
const name = createHash("sha256").update(wasm).digest("hex").slice(0, 12);

const worker = await build({
  ...common,
  entryPoints: [join(here, "web/worker.js")],
  alias: { library: join(library, "library.js") },
  format: "iife",
  write: false,
});
const source = {
  name: "worker",
  setup(it) {
    it.onResolve({ filter: /^worker:source$/ }, ({ path }) => ({ path, namespace: "worker" }));
    it.onLoad({ filter: /.*/, namespace: "worker" }, () => ({ contents: worker.outputFiles[0].text, loader: "text" }));
  },
};
// A new library must not meet an old one from a cache: the address says which one is meant.
const address = `library.gzip?${name}`;
const main = await build({
  ...common,
  entryPoints: [join(here, "web/main.js")],
  loader: { ".yaml": "text" },
  define: { LIBRARY: JSON.stringify(address) },
  plugins: [source],
  format: "esm",
  outfile: join(out, "main.js"),
});
const index = join(out, "index.html");
writeFileSync(index, readFileSync(index, "utf8").replace('href="library.gzip"', `href="${address}"`));

// What is loaded has parts of others, whose licenses ask to go with them.
const names = new Set(Object.keys(main.metafile.inputs).flatMap((it) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(it)?.[1] ?? []));
const packages = [...names].sort().map((it) => {
  const folder = join(here, "node_modules", it);
  return { folder, ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) };
});
const asked = ["metadata", "--locked", "--format-version=1", "--filter-platform=wasm32-unknown-unknown"];
const metadata = execFileSync("cargo", [...asked, `--manifest-path=${join(here, "Cargo.toml")}`], { maxBuffer: 1 << 28 });
const crates = JSON.parse(metadata).packages.filter((it) => it.source).map((it) => ({ folder: dirname(it.manifest_path), ...it }));
const licenses = [...packages, ...crates].map(({ folder, name, version, license }) => {
  const files = readdirSync(folder).filter((it) => /^(licen[cs]e|copying|unlicense)/i.test(it)).sort();
  // Of several to choose from, the shortest to print.
  const file = files.find((it) => /mit/i.test(it)) ?? files[0];
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(out, "licenses.txt"), licenses.join(`\n${"-".repeat(72)}\n\n`));

const sizes = { raw: 0, gzip: 0, brotli: 0 };
const measured = (bytes) => ({ raw: bytes.length, gzip: gzipSync(bytes).length, brotli: brotliCompressSync(bytes).length });
for (const file of ["index.html", "playground.css", "main.js", "library.gzip"]) {
  const bytes = readFileSync(join(out, file));
  const size = bytes.equals(packed) ? { raw: wasm.length, gzip: bytes.length, brotli: bytes.length } : measured(bytes);
  for (const way of Object.keys(sizes)) sizes[way] += size[way];
  console.log(`${file}: ${size.raw} bytes, ${size.gzip} with gzip, ${size.brotli} with brotli`);
}
console.log(`together: ${sizes.raw} bytes, ${sizes.gzip} with gzip, ${sizes.brotli} with brotli`);
if (sizes.gzip > LIMIT) throw new Error(`the playground may have ${LIMIT} bytes with gzip`);
