// The other pages, and what every page owes everybody: a theme, three widths, and no barrier.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { eventually, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Five rows of shifts, of which the second, fourth and fifth must not load.
const BAD_SHIFTS = `shift_id,kind,array_families,start,end,planned_start,planned_end,aod
E2E-1,SCIOPS,12 [m],2026-01-05T08:00:00Z,2026-01-05T16:00:00Z,,,A
E2E-2,PICNIC,12 [m],2026-01-06T08:00:00Z,2026-01-06T16:00:00Z,,,A
E2E-3,SCIOPS,12 [m],2026-01-07T08:00:00Z,2026-01-07T16:00:00Z,,,"B
and C"
E2E-4,SCIOPS,9 [m],2026-01-08T08:00:00Z,2026-01-08T16:00:00Z,,,A
E2E-5,SCIOPS,12 [m],yesterday,2026-01-09T16:00:00Z,,,<script>alert(1)</script>
`;

const demo = stage(async (app) => {
  await app.demo();
  const folder = path.join(app.folder, "bad");
  await mkdir(folder);
  await writeFile(path.join(folder, "shifts.csv"), BAD_SHIFTS);
  const { code } = await app.verbCode("ingest", folder);
  assert.notEqual(code, 0, "the exit code says that rows were quarantined");
});

const PAGES = ["/triage", "/triage?type=Other&finding=1", "/data/quarantine", "/definitions", "/suggestions", "/no-such-page"];

story(demo, "the quarantine tells where each bad row is and what is wrong with it", async (page, visit) => {
  await visit.open("/data/quarantine");
  const rows = await page.locator("table.quarantine tbody tr").evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  );
  const found = rows.map(([file, line, column, value]) => [path.basename(file), Number(line), column, value]);
  // Physical lines: the header is 1, and the record of E2E-3 spans lines 4 and 5.
  const expected = [
    ["shifts.csv", 3, "kind", "PICNIC"],
    ["shifts.csv", 6, "array_families", "9 [m]"],
    ["shifts.csv", 7, "start", "yesterday"],
  ];
  assert.deepEqual(found.sort((a, b) => a[1] - b[1]), expected);
  assert.ok(rows.every((row) => row[4].length > 10), "each with a sentence");
});

story(demo, "an address beyond the quarantine's end, or with nonsense in it, is told", async (page, visit) => {
  await visit.open("/data/quarantine?page=999");
  await page.getByText("This page is past the end").waitFor();
  await visit.open("/data/quarantine?page=minus");
  await page.getByText("it is a whole number").waitFor();
});

story(demo, "the definitions have a heading for each of the 20 types and 19 numbers", async (page, visit) => {
  await visit.open("/definitions");
  assert.equal(await page.locator("table.types tbody tr").count(), 20);
  for (const label of LABELS) {
    assert.equal(await page.locator(".metrics").getByRole("heading", { name: label, exact: true }).count(), 1, label);
  }
});

const LABELS = `Non activities shift
Running execution gap
Handover
End shift
Array recreation
Aborted execution gap
Failed execution gap
Testing time gap
Other
Weather downtime
Technical downtime
Scheduling downtime
Allocated time not well defined
EOC shift overlapping a SCIOPS shift
Overlapping shift
Uncertain shift start time
PI executions in downtime
Downtime not completed
Array with wrong activity
PI execution with wrong calibration/test gap
SHIFT DURATION [hrs]
HANDOVER [hrs]
QA0 Pass [hrs]
QA0 Pending [hrs]
QA0 SemiPass [hrs]
QA0 Fail [hrs]
CALIB. SUCCESS [hrs]
WEATHER DOWNTIME [hrs]
TECHNICAL DOWNTIME [hrs]
SCHEDULING DOWNTIME [hrs]
REMAINING TIME [hrs]
OPERATION EFFICIENCY WITH CALIB. [%]
OBSERVATION EFFICIENCY WITH CALIB. [%]
TESTING TIME RATE [%]
Time lost rate due to Fails [%]
CALIBRATION RATE [%]
FAILURE RATE [%]
TIME_COMPLETENESS
BACKLOG RATE [%]`.split("\n");

story(demo, "an unknown address is a 404 with a way back", { expectStatus: [404] }, async (page, visit) => {
  const response = await visit.open("/no-such-page");
  assert.equal(response.status(), 404);
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
  await page.getByRole("main").getByRole("link", { name: "Go to triage" }).click();
  await page.waitForURL(/\/triage$/);
});

story(demo, "the header leads to every page", async (page, visit) => {
  await visit.open("/triage");
  const pages = page.getByRole("navigation", { name: "Pages" }).first();
  await pages.getByRole("link", { name: "Data" }).click();
  await page.getByRole("heading", { name: "Quarantine", level: 1 }).waitFor();
  await pages.getByRole("link", { name: "Definitions" }).click();
  await page.getByRole("heading", { name: "Definitions", level: 1 }).waitFor();
  await pages.getByRole("link", { name: "Triage" }).click();
  await page.locator("table.findings").waitFor();
});

const background = (page) => page.locator("html").evaluate((html) => getComputedStyle(html).backgroundColor);
// 0 black to 255 white, of `rgb(…)`.
function lightness(colour) {
  const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
  assert.equal(alpha, 1, `the page has a ground of its own, not ${colour}`);
  return (red + green + blue) / 3;
}

for (const [scheme, isRight] of [["light", (l) => l > 200], ["dark", (l) => l < 60]]) {
  story(demo, `the page follows a ${scheme} system`, { scheme }, async (page, visit) => {
    await visit.open("/triage");
    const colour = await background(page);
    assert.ok(isRight(lightness(colour)), colour);
  });
}

for (const [theme, isRight] of [["Light", (l) => l > 200], ["Dark", (l) => l < 60], ["Night", (l) => l < 60]]) {
  story(demo, `${theme} is chosen in the header and stays`, { scheme: theme === "Light" ? "dark" : "light" }, async (page, visit) => {
    await visit.open("/triage?class=GAP");
    await page.getByRole("button", { name: "Theme" }).click();
    await page.getByRole("button", { name: theme, exact: true }).click();
    const check = async () => {
      const colour = await background(page);
      assert.ok(isRight(lightness(colour)), colour);
    };
    await eventually(check);
    assert.match(page.url(), /\/triage\?class=GAP/, "the page stays where it was");
    await visit.open("/definitions");
    await check();
  });
}

for (const size of [[1440, 900], [1024, 768], [390, 844]]) {
  story(demo, `nothing scrolls sideways at ${size[0]} px`, { size, expectStatus: [404] }, async (page, visit) => {
    for (const address of PAGES) {
      await visit.open(address);
      const [content, window] = await page
        .locator("html")
        .evaluate((html) => [html.scrollWidth, html.ownerDocument.defaultView.innerWidth]);
      assert.ok(content <= window, `${address} is ${content} px wide`);
    }
  });
}

story(demo, "at 390 px the filters open over the list", { size: [390, 844] }, async (page, visit) => {
  await visit.open("/triage");
  await page.getByRole("button", { name: "Filters" }).click();
  const gap = page.getByRole("complementary", { name: "Filters" }).getByRole("link", { name: /^GAP/ });
  await gap.click();
  await page.waitForURL(/class:gap/);
});

for (const scheme of ["light", "dark"]) {
  for (const size of [[1440, 900], [390, 844]]) {
    const name = `axe finds nothing serious on any page, ${scheme}, ${size[0]} px`;
    story(demo, name, { only: "with", scheme, size, expectStatus: [404] }, async (page, visit) => {
      const serious = [];
      for (const address of PAGES) {
        await visit.open(address);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => window.axe.run());
        for (const { id, impact, nodes } of violations) {
          if (!["serious", "critical"].includes(impact)) continue;
          serious.push(`${address}: ${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 3)}`);
        }
      }
      assert.deepEqual(serious, []);
    });
  }
}
