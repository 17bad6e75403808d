// The Monday page: which window, its 19 numbers, the rows behind each, two windows side by side, and notes.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { signInAs, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// The last whole week of the simulated log.
const WEEK = "2026-W11";
const demo = stage((app) => app.openDemo());
const empty = stage(() => {});

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
const thousandths = (text) => Math.round(Number(text.replaceAll(",", "")) * 1000);

// Label, and the value, the one before and the change of each column.
async function numbers(page) {
  return page.locator("table.numbers:not(.compared) tbody tr").evaluateAll((rows) =>
    rows.map((row) => ({
      label: row.querySelector("button.term").textContent,
      cells: [...row.querySelectorAll("td")].map((cell) => cell.textContent.trim()),
    })),
  );
}

story(demo, "a manager reads last week, and each number stands beside the week before", async (page, visit) => {
  await visit.open("/triage");
  await page.getByRole("navigation", { name: "Pages" }).first().getByRole("link", { name: "Efficiency" }).click();
  await heading(page, "Last week's shifts");
  // The clock of the page is ours and the log ends in March 2026: nothing began in the last seven days, and it says so.
  await page.getByText("No science operations shift began in this window.").waitFor();
  await page.getByRole("link", { name: "Show the last shift" }).click();
  await heading(page, "Last shift");

  await visit.open(`/efficiency?window=${WEEK}`);
  await heading(page, `Week ${WEEK}`);
  const heads = await page.locator("table.numbers thead .family").allTextContents();
  assert.deepEqual(heads.map((head) => head.split(" ").slice(0, 2).join(" ")), ["12M ARRAY", "7M ARRAY", "TP ARRAY", "All together"]);
  const rows = await numbers(page);
  assert.equal(rows.length, 19);
  assert.equal(rows[0].label, "SHIFT DURATION [hrs]");
  for (const { label, cells } of rows) {
    assert.equal(cells.length, 12, label);
    for (let column = 0; column < 12; column += 3) {
      const [value, before, change] = cells.slice(column, column + 3);
      if ([value, before].includes("n/a")) {
        assert.equal(change, "n/a", label);
        continue;
      }
      const [figure] = change.replace("−", "-").replace("+", "").split(" ");
      assert.equal(thousandths(figure), thousandths(value) - thousandths(before), `${label}: ${value}, ${before}, ${change}`);
    }
  }
  // All together is the sum of the three families, in hours.
  const all = rows[0].cells.filter((_, at) => at % 3 === 0).map(thousandths);
  assert.ok(Math.abs(all[0] + all[1] + all[2] - all[3]) <= 2, all.join(" "));
});

story(demo, "the sum of the seconds adds up as it is printed", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}`);
  const lines = await page.locator("ul.sums li").allTextContents();
  assert.equal(lines.length, 4);
  for (const line of lines) {
    const [whole, ...parts] = line.match(/[\d,]+\.\d{3}/g).map(thousandths);
    assert.equal(parts.reduce((sum, part) => sum + part, 0), whole, line);
  }
});

story(demo, "the windows before and after, other kinds of window and one family are links", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}`);
  await page.getByRole("link", { name: "‹ Week 2026-W10" }).click();
  await heading(page, "Week 2026-W10");
  await page.getByRole("link", { name: "Week 2026-W11 ›" }).click();
  await heading(page, `Week ${WEEK}`);
  const windows = page.getByRole("navigation", { name: "Window", exact: true });
  await windows.getByRole("link", { name: "Month" }).click();
  await heading(page, "March 2026");
  await windows.getByRole("link", { name: "Cycle" }).click();
  await heading(page, "Cycle 2025");
  await page.getByRole("navigation", { name: "Array family" }).getByRole("link", { name: "7M ARRAY" }).click();
  await heading(page, "Cycle 2025, 7M ARRAY");
  assert.equal((await numbers(page))[0].cells.length, 3);
  assert.match(page.url(), /window=cycle:2025&family=7m$/);
  await page.goBack();
  await heading(page, "Cycle 2025");
});

story(demo, "any two instants are a window", async (page, visit) => {
  await visit.open("/efficiency?family=12m");
  await page.getByText("Another window", { exact: true }).click();
  await page.getByLabel("From [UTC]").first().fill("2026-03-10 06:00");
  await page.getByLabel("To [UTC]").first().fill("2026-03-11 18:00");
  await page.getByRole("button", { name: "Show this time" }).click();
  await heading(page, /2026-03-10 06:00:00 to 2026-03-11 18:00:00, 12M ARRAY/);
  await page.getByText("Another window", { exact: true }).click();
  await page.getByLabel("ISO week").fill(WEEK);
  await page.getByRole("button", { name: "Show the week" }).click();
  await heading(page, `Week ${WEEK}, 12M ARRAY`);
});

story(demo, "a label tells its definition on hover, on focus and by a press", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}&family=12m`);
  const label = page.getByRole("button", { name: "OPERATION EFFICIENCY WITH CALIB. [%]" });
  const definition = page.locator("#def-operation-efficiency-with-calib");
  assert.equal(await definition.isVisible(), false);
  await label.hover();
  await definition.getByText("(Pass + calibration) / A").waitFor();
  // The values of this window are put in, and come to the number of the table.
  const row = (await numbers(page)).find(({ label }) => label.startsWith("OPERATION"));
  const worked = await definition.locator("dd.num").textContent();
  assert.match(worked, /^\([\d,]+ \+ [\d,]+\) \/ [\d,]+ = /);
  assert.ok(worked.includes(`= ${row.cells[0]} %`), worked);
  assert.match(await definition.textContent(), /Version 1/);
  await page.mouse.move(0, 0);
  await definition.waitFor({ state: "hidden" });
  await label.focus();
  await definition.waitFor();
  await label.press("Enter");
  await definition.waitFor();
  await definition.getByRole("link", { name: "Definitions" }).click();
  await page.waitForURL(/\/definitions#operation-efficiency-with-calib$/);
});

story(demo, "behind a number are its rows, which sum to it, and their findings", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}&family=12m`);
  const row = page.locator("table.numbers tbody tr").filter({ hasText: "WEATHER DOWNTIME" });
  const number = await row.locator("td.value").textContent();
  await row.locator("td.value a").click();
  await heading(page, `WEATHER DOWNTIME [hrs]: ${number}`);
  const hours = await page.locator(".behind tbody tr td:last-child").allTextContents();
  assert.ok(hours.length > 0);
  assert.equal(hours.map(thousandths).reduce((sum, one) => sum + one, 0), thousandths(number));
  assert.equal(await page.locator(".behind tfoot td").last().textContent(), number);
  await page.getByRole("link", { name: "The findings behind this number in triage" }).click();
  await page.waitForURL(/\/triage\?q=shift:/);
  await visit.settled();
  const types = await page.locator("table.findings tbody .c-type:visible").allTextContents();
  assert.ok(types.length > 0 && types.every((type) => type.trim() === "Weather downtime"), types.join());
});

story(demo, "a rate shows the rows over the line and those under it", async (page, visit) => {
  await visit.open(`/efficiency/rows?window=${WEEK}&family=7m&number=failure-rate`);
  const captions = await page.locator(".behind h2").allTextContents();
  assert.equal(captions.length, 2);
  assert.match(captions[0], /^PI executions with QA0 SemiPass, Fail: \d+ in \d+ rows?$/);
  assert.match(captions[1], /^PI executions with QA0 Pass, Pending, SemiPass, Fail: \d+ in \d+ rows?$/);
});

story(demo, "a bar leads to its own window, which everything else then shows", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}&family=12m&by=day`);
  await page.getByRole("heading", { name: "Where the time went" }).waitFor();
  const door = page.locator("#owners .wide a.door").first();
  const [day] = (await door.locator("title").first().textContent()).split(":");
  await door.locator("rect").first().click();
  await heading(page, `${day}, 12M ARRAY`);
  await page.goBack();
  await page.locator("#owners").getByText("The sum of each bar").click();
  const line = page.locator(".bar-sums li").first();
  const [whole, ...parts] = (await line.textContent()).match(/\d+\.\d{3}/g).map(thousandths);
  assert.equal(parts.reduce((sum, part) => sum + part, 0), whole);
  await line.getByRole("link").click();
  await heading(page, /^SHIFT DURATION/);
});

story(demo, "more bars than a screen holds stand side by side, and lead to fewer", async (page, visit) => {
  await visit.open("/efficiency?from=2025-12-16&to=2026-03-16&by=day");
  const sentence = page.locator("#owners .sentence");
  const n = Number(/^(\d+) columns, /.exec(await sentence.textContent())[1]);
  assert.ok(n > 62, `${n} columns`);
  assert.equal(await page.locator("#owners .bar-sums li").count(), n, "each has its sum");
  const drawing = page.locator("#owners .wide svg");
  assert.ok((await drawing.boundingBox()).height < 480, "it fits a screen");
  const doors = drawing.locator("a.door");
  assert.ok((await doors.count()) <= 52, "no door is too thin to be hit");
  await doors.last().locator("rect").click();
  await page.waitForURL(/from=|window=/);
  await page.locator("#owners .sentence").getByText(/^\d+ bars?, /).waitFor();
});

story(demo, "the number of the trend and the use of the hours are chosen", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}`);
  await page.getByLabel("Number", { exact: true }).selectOption("HANDOVER [hrs]");
  await page.locator("#trend").getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/number=handover/);
  assert.match(await page.locator("#trend .sentence").textContent(), /^HANDOVER \[hrs\], All together: 2026 W11 /);
  await page.locator("#hours").getByRole("link", { name: "weather" }).click();
  await page.waitForURL(/hours=weather/);
  assert.match(await page.locator("#hours .sentence").textContent(), /of the shift time was weather/);
});

story(demo, "two windows stand side by side, what differs most first", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}`);
  await page.getByRole("link", { name: "Compare with another window" }).click();
  await heading(page, `Week ${WEEK} beside Week 2026-W10`);
  const rows = await page.locator("table.compared tbody tr").evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  );
  assert.equal(rows.length, 19);
  const share = ([, a, b]) => {
    if ([a, b].includes("n/a")) return a === b ? -1 : Infinity;
    const [x, y] = [thousandths(a), thousandths(b)];
    return Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y), 1);
  };
  const shares = rows.map(share);
  assert.deepEqual(shares, [...shares].sort((a, b) => b - a), "in order");
  await page.getByLabel("Beside").fill("2026-03-10");
  await page.getByRole("button", { name: "Compare" }).click();
  await heading(page, `Week ${WEEK} beside 2026-03-10`);
});

story(demo, "the tables are files", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}&family=12m`);
  const rows = await numbers(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(".exports").getByRole("link", { name: "CSV" }).first().click(),
  ]);
  assert.equal(download.suggestedFilename(), `shiftdesk-numbers-${WEEK}.csv`);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  assert.equal(lines.length, 20);
  lines.slice(1).forEach((line, at) => {
    assert.ok(line.startsWith(rows[at].label), line);
    assert.equal(line.split(",").at(3) || "n/a", rows[at].cells[0].replaceAll(",", ""), line);
  });
});

story(demo, "a manager writes a note, which stands beside the numbers, takes it back and undoes that", async (page, visit) => {
  const text = `Snow <b>on</b> the road, ${visit.javaScript ? "with" : "without"} scripts`;
  await signInAs(visit, "Manager", `/efficiency?window=${WEEK}`);
  await page.getByText("Write a note on a time").click();
  await page.getByLabel("What it says").fill(text);
  await page.getByRole("button", { name: "Write the note" }).click();
  await page.getByText("The note is written.").waitFor();
  await page.locator(".notes").getByText(text).waitFor();
  await page.getByRole("link", { name: "All notes" }).click();
  const note = page.locator(".all-notes li").filter({ hasText: text });
  await note.getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("The note is withdrawn.").waitFor();
  await note.locator("del").waitFor();
  await note.getByRole("button", { name: "Undo withdrawing it" }).click();
  await page.getByText("What was done to the note last is undone.").waitFor();
  await note.locator("del").waitFor({ state: "detached" });
});

story(demo, "who may not write notes reads them and is offered no form", async (page, visit) => {
  await signInAs(visit, "Astronomer", `/efficiency?window=${WEEK}`);
  assert.equal(await page.getByText("Write a note on a time").count(), 0);
});

story(demo, "an address that is not understood is told, and the rest applies", async (page, visit) => {
  await visit.open(`/efficiency?window=${WEEK}&family=9m&luck=1`);
  await page.getByText("family=9m: unknown family").waitFor();
  await page.getByText("luck=1: there is no such parameter").waitFor();
  await heading(page, `Week ${WEEK}`);
});

story(empty, "without a log the page says so and what to do", async (page, visit) => {
  await visit.open("/efficiency");
  await page.getByText("There is no log yet").waitFor();
  await page.getByRole("link", { name: "How to load a log" }).click();
  await page.getByRole("heading", { name: "Quarantine", level: 1 }).waitFor();
});

const PAGES = [
  `/efficiency?window=${WEEK}`,
  "/efficiency?window=last-shift&family=12m",
  "/efficiency?window=2026-03",
  `/efficiency/rows?window=${WEEK}&number=operation-efficiency-with-calib`,
  "/efficiency/rows?window=cycle:2025&number=shift-duration",
  `/efficiency/compare?a=${WEEK}`,
  "/efficiency/notes",
  "/efficiency?window=1999-W01",
];

for (const size of [[1440, 900], [1024, 768], [390, 844]]) {
  story(demo, `no efficiency page scrolls sideways at ${size[0]} px`, { size }, async (page, visit) => {
    for (const address of PAGES) {
      await visit.open(address);
      const [content, window] = await page
        .locator("html")
        .evaluate((html) => [html.scrollWidth, html.ownerDocument.defaultView.innerWidth]);
      assert.ok(content <= window, `${address} is ${content} px wide`);
    }
  });
}

for (const scheme of ["light", "dark"]) {
  for (const size of [[1440, 900], [390, 844]]) {
    const name = `axe finds nothing serious on any efficiency page, ${scheme}, ${size[0]} px`;
    story(demo, name, { only: "with", scheme, size }, async (page, visit) => {
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
