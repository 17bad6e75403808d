// node scripts/bench.mjs [PART…]  measures on this machine, in one run, and prints a table: each figure with its limit, its median and
// its spread over several runs. Started by bench.sh, which builds what is measured.

import { execFileSync, spawn } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { cpus, loadavg, release, totalmem } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { App } from "../end2end/app.mjs";
import { editsOf100000 } from "./bench-edits.mjs";
import { efficiencyOfTenYears } from "./bench-efficiency.mjs";
import { planOf10000 } from "./bench-plan.mjs";
import { triageOf100000 } from "./bench-triage.mjs";
import { both, ms, quantile, timed } from "./figures.mjs";

const NOW = "2026-03-16T08:30:00Z";
const SEED = 1;
const LOADS = 5;
const REQUESTS = 400;
const STARTS = 5;
// Enough simulated log for 10,000 findings.
const WEEKS_OF_10_000 = 78;

const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const median = (numbers) => quantile(numbers, 0.5);
const spread = (numbers, digits) => `${Math.min(...numbers).toFixed(digits)} to ${Math.max(...numbers).toFixed(digits)}`;
const run = (program, ...args) => execFileSync(program, args, { encoding: "utf8" }).trim();

const rows = [];
function figure(what, limit, is, detail) {
  rows.push(`| ${what} | ${limit} | ${is} | ${detail} |`);
  console.error(`${what}: ${is} (${limit}); ${detail}`);
}

// Detection in memory, on one core: the Rust benchmark says `weeks findings median min max`.
function detection() {
  const said = run("cargo", "bench", "--quiet", "-p", "shiftdesk", "--bench", "figures");
  const lines = said.split("\n").map((line) => line.trim().split(" ").map(Number)).filter((line) => line.length === 5);
  const [year, four] = [52, 208].map((weeks) => lines.find((line) => line[0] === weeks));
  figure("Detection, 52 weeks × 3 families", "≤ 0.25 s", `${year[2]} s`, `${year[1]} findings; ${year[3]} to ${year[4]} s`);
  const ratio = (four[2] / year[2]).toFixed(2);
  figure("Growth, 208 weeks over 52", "≤ 4.5", ratio, `${four[2]} s; ${four[1]} findings; ${four[3]} to ${four[4]} s`);
}

async function countRows(folder) {
  let n = 0;
  for (const name of await readdir(folder)) {
    if (name.endsWith(".csv")) n += (await readFile(path.join(folder, name), "utf8")).trimEnd().split("\n").length - 1;
  }
  return n;
}

// The verb as a person types it, into an empty database whose server is up, detection included; and psql's \copy of the same
// files, into tables of text without an index, in the same cluster. Alternating, so that both see the same weather.
async function ingest() {
  const whole = [];
  const loading = [];
  const theirs = [];
  let n = 0;
  for (let i = 0; i < LOADS; i += 1) {
    const app = await App.start();
    try {
      const facts = path.join(app.folder, "facts");
      await app.verb("demo", "--weeks", 52, "--seed", SEED, "--now", NOW, "--out", facts);
      n = await countRows(facts);
      theirs.push(await bareCopy(app, facts));
      const began = seconds();
      await app.verb("ingest", facts, "--now", NOW);
      whole.push(seconds() - began);
      loading.push(await loadingTook(app));
    } finally {
      await app.stop();
    }
  }
  const rate = (all) => `${Math.round(n / median(all)).toLocaleString("en")} rows/s`;
  const against = (what, limit, ours) => {
    const ratios = ours.map((s, i) => theirs[i] / s);
    const detail = `${n.toLocaleString("en")} rows, ${rate(ours)} against ${rate(theirs)}; ratios ${spread(ratios, 2)}`;
    figure(what, limit, `${median(ratios).toFixed(2)} ×`, detail);
  };
  against("Ingest of 52 weeks against a bare `\\copy`, loading alone", "≥ 0.4 ×", loading);
  against("The same as a person waits for it: start, loading, detection", "", whole);
}

// From the first load's transaction to that of the detection after the last, by the database's clock.
async function loadingTook(app) {
  const sql = "select extract(epoch from (select ran_at from detection) - (select min(began_at) from load))";
  return Number(run("psql", (await app.database()).url, "-tAc", sql));
}

async function bareCopy(app, facts) {
  const script = ["create schema bare;"];
  for (const name of (await readdir(facts)).filter((name) => name.endsWith(".csv"))) {
    const [header] = (await readFile(path.join(facts, name), "utf8")).split("\n");
    const table = `bare.${name.replace(".csv", "")}_`;
    script.push(`create table ${table} (${header.trim().split(",").map((column) => `"${column}" text`).join(", ")});`);
    script.push(`\\copy ${table} from '${path.join(facts, name)}' csv header`);
  }
  const psql = [(await app.database()).url, "-q", "-v", "ON_ERROR_STOP=1"];
  const began = seconds();
  execFileSync("psql", psql, { input: script.join("\n") });
  const took = seconds() - began;
  execFileSync("psql", [...psql, "-c", "drop schema bare cascade"], { stdio: ["ignore", "ignore", "ignore"] });
  return took;
}

// One connection, one request after the other, as a browser would ask. The client's own part is in the figure.
async function triagePage() {
  const app = await App.start();
  try {
    await app.demo({ weeks: WEEKS_OF_10_000, seed: SEED, now: NOW });
    const { total } = await findings(app);
    if (total < 10_000) throw new Error(`only ${total} findings: more weeks are needed`);
    // A period that holds as close to 10,000 findings as a day's end can.
    const address = await tenThousand(app, total);
    const measured = async (headers) => {
      const { took, bytes } = await timed(app.url + address.path, REQUESTS, headers);
      return { p50: ms(median(took)), said: both(took), bytes };
    };
    const anew = await measured();
    const kept = await measured({});
    const n = `${address.n.toLocaleString("en")} of ${total.toLocaleString("en")} findings`;
    figure("Triage page made anew, time to its last byte, p50", "≤ 15 ms", anew.p50, `${n}; ${anew.said}`);
    figure("The same as a visitor gets it, kept for a second", "≤ 15 ms", kept.p50, `${n}; ${kept.said}`);
    figure("Its HTML, as brotli", "≤ 120 kB", `${(anew.bytes / 1000).toFixed(1)} kB`, "as sent");
  } finally {
    await app.stop();
  }
}

async function findings(app, query = "") {
  const html = await (await fetch(`${app.url}/triage${query}`)).text();
  const found = /<strong>([\d,]+)(?:<!--.*?-->)*\s*(?:<!--.*?-->)*\s*findings?/.exec(html) ?? /([\d,]+)(?:<!>|<!--.*?-->|\s)*findings/.exec(html);
  return { total: Number(found[1].replaceAll(",", "")) };
}

async function tenThousand(app, total) {
  let [few, many] = [0, WEEKS_OF_10_000 * 7];
  let best = { path: "/triage", n: total };
  while (many - few > 1) {
    const days = Math.floor((few + many) / 2);
    const from = new Date(Date.parse(NOW) - days * 86_400_000).toISOString().slice(0, 10);
    const { total: n } = await findings(app, `?from=${from}`);
    if (n >= 10_000) {
      best = { path: `/triage?from=${from}`, n };
      many = days;
    } else few = days;
  }
  return best;
}

// From typing `make run` to the page, with everything built and the demo loaded.
async function warmStart() {
  const app = await App.start();
  const took = [];
  try {
    await app.stopServer();
    for (let i = 0; i <= STARTS; i += 1) {
      const began = seconds();
      const make = spawn("make", ["run"], { env: app.env, stdio: "ignore", detached: true });
      const ended = new Promise((resolve) => make.once("exit", resolve));
      // The first start loads the demo; it is not measured.
      for (const end = began + 600; seconds() < end; await sleep(10)) {
        if ((await fetch(`${app.url}/triage`).catch(() => undefined))?.status === 200) break;
      }
      if (i > 0) took.push(seconds() - began);
      process.kill(-make.pid, "SIGINT");
      await ended;
    }
  } finally {
    await app.stop();
  }
  figure("`make run` on a warm machine, to the page", "≤ 5 s", `${median(took).toFixed(2)} s`, `${spread(took, 2)} s in ${STARTS} starts`);
}

async function wasm() {
  const bytes = (await stat(path.join(process.env.LEPTOS_SITE_ROOT, "pkg/shiftdesk.wasm.br"))).size;
  figure("WebAssembly, as brotli", "≤ 350 kB", `${(bytes / 1000).toFixed(1)} kB`, "as sent");
}

const load = loadavg()[0].toFixed(2);
const parts = {
  detection,
  ingest,
  page: triagePage,
  triage: () => triageOf100000(figure),
  edits: () => editsOf100000(figure),
  efficiency: () => efficiencyOfTenYears(figure),
  plan: () => planOf10000(figure),
  wasm,
  start: warmStart,
};
// Those that are named, else all.
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
for (const part of wanted) {
  if (!parts[part]) throw new Error(`there is no part ${part}; there are ${Object.keys(parts).join(", ")}`);
  await parts[part]();
}

const commit = run("git", "describe", "--always", "--dirty");
console.log(`Measured ${new Date().toISOString().slice(0, 10)} at commit ${commit}: ${cpus()[0].model.trim()}, ${cpus().length} cores, `
  + `${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}; ${run("psql", "--version")}; load before ${load}.`);
console.log("\n| what | limit | median | detail |\n| --- | --- | --- | --- |");
console.log(rows.join("\n"));
