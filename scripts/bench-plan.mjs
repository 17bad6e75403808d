// The plan over 10,000 blocks: the first list of the server, and a slider in Chromium, on the same machine.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { App } from "../end2end/app.mjs";
import { WINDOW, both, inChromium, ms, quantile, timed } from "./figures.mjs";

const BLOCKS = 10_000;
const MOVES = 120;

// Blocks all over the sky, of all arrays and bands, the same in every run.
async function blocks(folder) {
  let seed = 12_345;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const frequencies = Object.entries({ 3: 100, 4: 145, 6: 230, 7: 345, 8: 410, 9: 660 });
  const code = (i) => `2025.1.${String(i).padStart(5, "0")}.${i % 40 ? "S" : "T"}`;
  const projects = ["project_code,title,executive,grade,science_rank,cycle,state"];
  for (let i = 0; i < BLOCKS / 8; i += 1) {
    projects.push(`${code(i)},Title ${i},${["EA", "EU", "NA", "CL"][i % 4]},${"ABC"[i % 3]},${1 + (i % 1300)},2025.1,Ready`);
  }
  const sbs = ["sb_uid,sb_name,project_code,array,band,rep_freq_ghz,ra_deg,dec_deg,max_pwv_mm,ar_arcsec,las_arcsec,min_ar_arcsec,"
    + "max_ar_arcsec,exec_count,est_time_h,state,window_start,window_end,is_polarization,is_point_source,note"];
  for (let i = 0; i < BLOCKS; i += 1) {
    const [band, frequency] = frequencies[i % frequencies.length];
    const resolution = 0.2 + 1.2 * random();
    sbs.push([`uid://A001/X${(4096 + i).toString(16)}/X1`, `SB_${i}`, code(Math.floor(i / 8)),
      ["TWELVE-M", "TWELVE-M", "SEVEN-M", "TP"][i % 4], band, frequency, (360 * random()).toFixed(4), (-80 + 110 * random()).toFixed(4),
      [0.5, 1, 2, 3, 5][i % 5], resolution.toFixed(3), "", (resolution * 0.3).toFixed(3), (resolution * 3).toFixed(3), 1 + (i % 6),
      (0.4 + random()).toFixed(2), "Ready", "", "", "false", "false", ""].join(","));
  }
  await mkdir(folder);
  const files = {
    "projects.csv": projects,
    "scheduling_blocks.csv": sbs,
    "configurations.csv": ["name,ar_100ghz_arcsec,mrs_100ghz_arcsec,longest_baseline_km,antennas", "C-5,0.545,6.7,1.4,43"],
    "configuration_schedule.csv": ["start,end,configuration,lst_from_h,lst_to_h,revision", "2020-01-01T00:00:00Z,2040-01-01T00:00:00Z,C-5,,,1"],
  };
  for (const [name, lines] of Object.entries(files)) await writeFile(path.join(folder, name), `${lines.join("\n")}\n`);
}

export async function planOf10000(figure) {
  const app = await App.start();
  try {
    const folder = path.join(app.folder, "blocks");
    await blocks(folder);
    await app.verb("ingest", folder);
    const lists = await timed(`${app.url}/plan?at=2026-03-15T02:00:00Z&pwv=1`, 100);
    figure("Plan, 10,000 blocks: the list from the server", "≤ 30 ms", ms(quantile(lists.took, 0.5)), `${both(lists.took)}; ${(lists.bytes / 1000).toFixed(0)} kB as brotli`);
    await inChromium((browser) => inTheBrowser(app, browser, figure));
  } finally {
    await app.stop();
  }
}

async function inTheBrowser(app, browser, figure) {
  const page = await browser.newPage({ baseURL: app.url, viewport: WINDOW });
  await page.goto("/plan?at=2026-03-15T02:00:00Z");
  await page.locator("#plan[data-live]").waitFor();
  await page.evaluate(moves, [20, 0.05]);
  for (const [step, what] of [[0.05, "by a step of 0.05 mm"], [1.85, "by 1.85 mm, which changes every row"]]) {
    const took = await page.evaluate(moves, [MOVES, step]);
    figure(`Slider moved ${what}, to painted, p95`, "≤ 8 ms and a frame", ms(quantile(took, 0.95)), both(took));
  }
  const rows = await page.locator(".sbs tr[data-sb]").count();
  figure("Rows in that page", "", `${rows}`, await page.locator(".n-listed").innerText());
}

// Runs in the page. A move counts from the event, which comes with the frame as a real one does, until that frame has been painted.
async function moves([n, step]) {
  const slider = document.querySelector("input[data-for=pwv]");
  const frame = () => new Promise(requestAnimationFrame);
  const took = [];
  let mm = 1;
  for (let i = 0; i < n; i += 1) {
    mm = 0.3 + ((mm - 0.3 + step) % 4);
    await frame();
    await frame();
    const began = performance.now();
    slider.value = String(mm);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });
    took.push(performance.now() - began);
  }
  return took;
}
