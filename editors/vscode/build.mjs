// Makes one file of the extension and its library, and brings what belongs into the package.
import { copyFileSync } from "node:fs";
import { build } from "esbuild";

await build({
  entryPoints: ["extension.js"],
  outfile: "dist/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  external: ["vscode"],
});
copyFileSync("../../schemas/config.schema.json", "dist/config.schema.json");
copyFileSync("../../LICENSE", "LICENSE");
