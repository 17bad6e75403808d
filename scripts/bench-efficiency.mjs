// Efficiency over ten years of simulated log: what the server takes for last week, a year, and all ten years by month; a chart of
// ten years of weeks drawn anew in Chromium; a report as PDF.

import { App } from "../end2end/app.mjs";
import { WINDOW, both, inChromium, ms, quantile, timed } from "./figures.mjs";

const NOW = "2026-03-16T08:30:00Z";
const WEEKS = 522;
const REQUESTS = 60;
const REPORTS = 5;

export async function efficiencyOfTenYears(figure) {
  const app = await App.start();
  try {
    const began = performance.now();
    await app.openDemo({ weeks: WEEKS, seed: 1, now: NOW });
    const loaded = `${((performance.now() - began) / 1000).toFixed(0)} s to simulate, load and detect`;
    const pages = [
      ["Efficiency over ten years of log: last week's page, p50", "≤ 15 ms", "/efficiency?window=2026-W10"],
      ["A year", "≤ 60 ms", "/efficiency?from=2021-01-01&to=2022-01-01"],
      ["All ten years by month", "≤ 150 ms", "/efficiency?from=2016-03-21&to=2026-03-16&by=month"],
    ];
    for (const [what, limit, path] of pages) {
      const { took, bytes } = await timed(app.url + path, REQUESTS);
      figure(what, limit, ms(quantile(took, 0.5)), `${both(took)}; ${(bytes / 1000).toFixed(0)} kB as brotli; ${loaded}`);
    }
    await inChromium((browser) => inTheBrowser(app, browser, figure));
  } finally {
    await app.stop();
  }
}

async function inTheBrowser(app, browser, figure) {
  const page = await browser.newPage({ baseURL: app.url, viewport: WINDOW });
  await page.goto("/efficiency?from=2016-03-21&to=2026-03-16&by=week");
  const drawn = await page.evaluate(redrawn, REQUESTS);
  const what = `${drawn.n} marks in it`;
  figure("Ten years of weeks drawn anew: laid out, p95", "≤ 8 ms", ms(quantile(drawn.laidOut, 0.95)), `${both(drawn.laidOut)}; ${what}`);
  figure("The same, to painted", "", ms(quantile(drawn.painted, 0.5)), both(drawn.painted));

  await page.goto("/sign-in?next=/efficiency/reports");
  await page.getByRole("button", { name: "Sign in as manager" }).click();
  await page.getByLabel("Window").waitFor();
  const made = [];
  const pdf = [];
  for (let i = 0; i < REPORTS; i += 1) {
    await page.goto("/efficiency/reports");
    await page.getByLabel("Window").fill("2026-W10");
    let began = performance.now();
    await page.getByRole("button", { name: "Make the report" }).click();
    await page.getByText("The report is made, and stays as it is.").waitFor();
    made.push(performance.now() - began);
    began = performance.now();
    const answer = await page.request.get(`${page.url()}/report.pdf`);
    if (!(await answer.body()).subarray(0, 5).equals(Buffer.from("%PDF-"))) throw new Error(`no PDF: ${answer.status()}`);
    pdf.push(performance.now() - began);
  }
  figure("A report made with its PDF, from the button to its page", "≤ 1 s", ms(quantile(made, 0.5)), both(made));
  figure("Its PDF, as kept", "", ms(quantile(pdf, 0.5)), both(pdf));
}

// Runs in the page: takes the largest drawing out and puts it in again, as text, which is how it comes.
async function redrawn(n) {
  const drawings = [...document.querySelectorAll("main svg")];
  const size = (svg) => svg.querySelectorAll("*").length;
  const drawing = drawings.reduce((largest, svg) => (size(svg) > size(largest) ? svg : largest));
  const [place, text, marks] = [drawing.parentElement, drawing.outerHTML, size(drawing)];
  place.scrollIntoView();
  const [laidOut, painted] = [[], []];
  for (let i = 0; i < n; i += 1) {
    await new Promise(requestAnimationFrame);
    const began = performance.now();
    place.innerHTML = text;
    place.getBoundingClientRect();
    laidOut.push(performance.now() - began);
    await new Promise(requestAnimationFrame);
    await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });
    painted.push(performance.now() - began);
  }
  return { laidOut, painted, n: marks };
}
