// What the benchmarks share: quantiles, how they are written, requests that are timed, and a browser.

import http from "node:http";
import { createRequire } from "node:module";

// The browser tests' own.
const { chromium } = createRequire(new URL("../end2end/", import.meta.url))("playwright-core");

export const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
export const quantile = (numbers, q) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(q * numbers.length))];
export const ms = (number) => `${number.toFixed(number < 10 ? 1 : 0)} ms`;
export const both = (numbers) => `p50 ${ms(quantile(numbers, 0.5))}, p95 ${ms(quantile(numbers, 0.95))}, ${numbers.length} times`;

// One request after the other on one connection, as a browser would ask; the asker's own time is in it. Whoever has a cookie of
// another name than the theme's gets a page of their own, and none that was kept.
export async function timed(url, n, headers = { cookie: "own=1" }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const took = [];
  let bytes = 0;
  try {
    for (let i = -20; i < n; i += 1) {
      const began = performance.now();
      bytes = await get(agent, url, { "accept-encoding": "br", ...headers });
      if (i >= 0) took.push(performance.now() - began);
    }
  } finally {
    agent.destroy();
  }
  return { took, bytes };
}

// How many bytes were sent.
function get(agent, url, headers) {
  return new Promise((resolve, reject) => {
    http
      .get(url, { agent, headers }, (response) => {
        let bytes = 0;
        response.on("data", (chunk) => (bytes += chunk.length));
        response.on("end", () => (response.statusCode === 200 ? resolve(bytes) : reject(new Error(`${response.statusCode} ${url}`))));
      })
      .on("error", reject);
  });
}

// Chromium without a graphics card, for as long as it is used.
export async function inChromium(use, ...more) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", ...more],
  });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

// For a page's own script, before it loads: `painted()` is the moment at which the next frame is on the screen.
export function knowsWhenPainted() {
  window.painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(0);
      });
    });
}

// The window that everything is measured in.
export const WINDOW = { width: 1440, height: 900 };
