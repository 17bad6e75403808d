// node scripts/precompress.mjs FOLDER  writes NAME.br and NAME.gz beside every file that is worth it, so that the server
// sends the best compression without computing it per request. (cargo-leptos can do it too, in minutes, unoptimised.)
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const worthIt = new Set([".css", ".html", ".ico", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest"]);

async function compress(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await compress(file);
    else if (worthIt.has(path.extname(entry.name))) {
      const bytes = await readFile(file);
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      const br = brotliCompressSync(bytes, { params });
      await writeFile(`${file}.br`, br);
      await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      console.log(`${file}: ${bytes.length} bytes, ${br.length} as brotli`);
    }
  }
}

await compress(process.argv[2]);
