// Bundles src/ into vermilion/web/static: hashed names, manifest.json, and .br and .gz beside each file.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "vermilion", "web", "static");
const budgets = { "app.js": 25_000, "app.css": 10_000, "film.css": 3_000, "operate.css": 1_000, "embed.css": 1_000, "share.css": 500, "kept.css": 2_000, "write.css": 1_500, "cut.css": 1_000 };
const packed = /\.(js|css|svg)$/;

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["src/first.ts", "src/app.ts", "src/app.css", "src/film.css", "src/operate.css", "src/embed.css", "src/share.css", "src/kept.css", "src/write.css", "src/cut.css"],
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: ["chrome123", "firefox128", "safari17.5"],
  supported: { nesting: true },
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  metafile: true,
});

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) {
    const name = file.split("/").pop();
    manifest[`${name.slice(0, name.indexOf("-"))}${name.slice(name.lastIndexOf("."))}`] = name;
  }
}
const icon = readFileSync(join(here, "src", "icon.svg"));
manifest["icon.svg"] = `icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`;
copyFileSync(join(here, "src", "icon.svg"), join(out, manifest["icon.svg"]));

const sizes = {};
for (const file of readdirSync(out).filter((name) => packed.test(name))) {
  const bytes = readFileSync(join(out, file));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(join(out, `${file}.br`), brotli);
  writeFileSync(join(out, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  sizes[file] = brotli.length;
  console.log(`${file}: ${bytes.length} bytes, ${brotli.length} in brotli`);
}
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));
for (const [name, most] of Object.entries(budgets)) {
  if (sizes[manifest[name]] > most) {
    throw new Error(`${name} takes ${sizes[manifest[name]]} bytes in brotli; its budget is ${most}`);
  }
}
