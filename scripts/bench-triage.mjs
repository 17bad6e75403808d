// The triage page over 100,000 findings: the browser's half in Chromium, the server's under wrk, on the same machine.

import { execFile, execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { App } from "../end2end/app.mjs";
import { both, knowsWhenPainted, ms, quantile } from "./figures.mjs";

// The browser tests' own.
const { chromium } = createRequire(new URL("../end2end/", import.meta.url))("playwright-core");

export const FINDINGS = 100_000;
// Far more than an observatory has: what the API answers from.
const MANY_FINDINGS = 1_000_000;
const CLICKS = 120;
export const NOW = "2026-03-16T08:30:00Z";

// A simulated year has some 7,400 findings; copies under other keys make it as many as wanted.
export async function many(app, wanted) {
  const sql = `
    with room as (select ceil((${wanted} - count(*))::numeric / count(*))::int as times, ${wanted} - count(*) as n from finding),
    copies as (
      select finding.*, nth from finding, room, generate_series(1, times) as nth order by nth, id limit (select n from room)
    )
    insert into finding (key, type, family, shift_id, ids, class, priority, start_at, end_at, tags, comment, change_seq)
    select key || '|copy ' || nth || ' of ${wanted}', type, family, shift_id, ids, class, priority,
      start_at - nth * interval '104 weeks', end_at - nth * interval '104 weeks', tags, comment, (select seq + 1 from finding_clock)
    from copies;
    update finding_clock set seq = seq + 1;
    analyze finding`;
  execFileSync("psql", [(await app.database()).url, "-q", "-v", "ON_ERROR_STOP=1", "-c", sql]);
  const answer = await (await fetch(`${app.url}/api/v1/findings?limit=1`)).json();
  if (answer.n_matching < wanted) throw new Error(`only ${answer.n_matching} findings`);
}

export async function triageOf100000(figure) {
  const app = await App.start();
  try {
    await app.demo({ weeks: 104, seed: 1, now: NOW });
    await many(app, FINDINGS);
    await inTheBrowser(app, figure);
    await underLoad(app, figure);
    await many(app, MANY_FINDINGS);
    const [rate, detail] = await wrk(app, QUESTION);
    figure("The same over 1,000,000 findings", "p95 ≤ 50 ms", /p95 [^;]*/.exec(detail)[0], `${rate}; ${detail}`);
  } finally {
    await app.stop();
  }
}

async function inTheBrowser(app, figure) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--js-flags=--expose-gc"],
  });
  try {
    const firstRows = [];
    const usable = [];
    let page;
    for (let i = 0; i < 7; i += 1) {
      const context = await browser.newContext({ baseURL: app.url, viewport: { width: 1440, height: 900 } });
      page = await context.newPage();
      await page.addInitScript(knowsWhenPainted);
      await page.addInitScript(() => {
        const seen = () => {
          if (!window.firstRows && document.querySelector(".rows tbody tr td")) window.firstRows = performance.now();
          const grid = document.querySelector('[role="grid"]');
          if (!window.usable && Number(grid?.getAttribute("aria-rowcount")) > 1) window.usable = performance.now();
          if (!window.usable) requestAnimationFrame(seen);
        };
        requestAnimationFrame(seen);
      });
      await page.goto("/triage");
      await page.waitForFunction(() => window.usable > 0, undefined, { timeout: 60_000 });
      const times = await page.evaluate(() => {
        const [navigation] = performance.getEntriesByType("navigation");
        return { rows: window.firstRows, usable: window.usable - navigation.responseStart };
      });
      // The first is the warm-up of the machine, not of the page: every load has an empty cache.
      if (i > 0) firstRows.push(times.rows), usable.push(times.usable);
      if (i < 6) await context.close();
    }
    figure("Triage, 100,000 findings: cold load to the first rows", "≤ 130 ms", ms(quantile(firstRows, 0.5)), both(firstRows));
    figure("Usable after the first byte: all findings are in the browser", "≤ 1.5 s", ms(quantile(usable, 0.5)), both(usable));

    const clicks = await page.evaluate(facetClicks, CLICKS);
    figure("Facet click to painted, p95", "≤ 17 ms", ms(quantile(clicks, 0.95)), both(clicks));
    const heap = () => page.evaluate(() => (window.gc(), performance.memory.usedJSHeapSize));
    const before = await heap();
    const keys = await page.evaluate(typing, "flux calibrator j1924 ");
    figure("Key typed in search to painted, p95", "≤ 17 ms", ms(quantile(keys, 0.95)), both(keys));
    const frames = await page.evaluate(scrolling);
    const dropped = frames.filter((frame) => frame > 25).length;
    figure("Scrolling: frames longer than 25 ms", "0", `${dropped} of ${frames.length}`, both(frames));
    await page.evaluate(facetClicks, CLICKS);
    const grown = ((await heap()) - before) / 1e6;
    figure("Growth of the script's heap over that", "none", `${grown.toFixed(1)} MB`, `${CLICKS} clicks, typing and scrolling`);
  } finally {
    await browser.close();
  }
}

// Runs in the page. A click counts until the frame that shows the value as chosen, or no longer, has been painted.
async function facetClicks(n) {
  // Of the periods one is always chosen, and a click on it leads to where one is.
  const links = () => [...document.querySelectorAll("#filters .facet:not(.period) li > a:first-child:not(.none)")].slice(0, 12);
  const took = [];
  for (let i = 0; i < n; i += 1) {
    await painted();
    const link = links()[Math.floor(i / 2) % links().length];
    // By its name in its facet: a click may make the link anew.
    const [facet, name] = [link.closest(".facet"), link.textContent.replace(/[\d,./\s]+$/, "")];
    const now = () => [...facet.querySelectorAll("li > a:first-child")].find((one) => one.textContent.startsWith(name));
    const chosen = () => now()?.getAttribute("aria-current") ?? null;
    const before = chosen();
    const began = performance.now();
    link.click();
    let end = await painted();
    for (let more = 0; chosen() === before && more < 60; more += 1) end = await painted();
    took.push(end - began);
  }
  return took;
}

// Runs in the page: types a text letter by letter, and takes it away again.
async function typing(text) {
  const input = document.querySelector("#q");
  const took = [];
  const words = Array.from({ length: text.length }, (_, i) => text.slice(0, i + 1));
  for (const word of [...words, ...words.toReversed(), ""]) {
    await painted();
    const began = performance.now();
    input.value = word;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    took.push((await painted()) - began);
  }
  return took;
}

// Runs in the page: three seconds of a wheel that does not rest, and how long each frame was.
async function scrolling() {
  const rows = document.querySelector(".rows");
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  const end = last + 3_000;
  while (last < end) {
    rows.scrollTop += 120;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames;
}

async function underLoad(app, figure) {
  const atRest = await resident(app);
  figure("Resident memory of the server at rest", "≤ 60 MiB", `${atRest.toFixed(0)} MiB`, "after the first page over 100,000 findings");
  figure("The page under wrk", "≥ 3,000/s", ...(await wrk(app, "/triage")));
  // Whoever has a cookie of another name than the theme's gets a page of their own.
  figure("The same, each made anew", "", ...(await wrk(app, "/triage", "cookie: own=1")));
  figure("A filtered answer of 100 rows of the API", "≥ 2,500/s", ...(await wrk(app, QUESTION)));
  figure("Resident memory after that", "flat", `${(await resident(app)).toFixed(0)} MiB`, `${atRest.toFixed(0)} MiB before`);
}

const QUESTION = "/api/v1/findings?q=class:gap+family:7m&limit=100";

async function wrk(app, path, ...headers) {
  const asked = headers.flatMap((header) => ["-H", header]);
  const script = fileURLToPath(new URL("wrk-p95.lua", import.meta.url));
  // Beside us, not instead of us: somebody has to read what the server logs, or it waits.
  const { stdout: said } = await promisify(execFile)("wrk", ["-t1", "-c16", "-d8s", "--latency", "-s", script, ...asked, app.url + path]);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(said)[1]);
  const failed = /Non-2xx or 3xx responses: (\d+)/.exec(said)?.[1] ?? "0";
  return [`${Math.round(rate)}/s`, `wrk -t1 -c16, 8 s; p95 ${/p95 (.+)/.exec(said)[1]}; p99 ${/99%\s+(\S+)/.exec(said)[1]}; ${failed} failed`];
}

async function resident(app) {
  const status = await readFile(`/proc/${app.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}
