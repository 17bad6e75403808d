// The triage list: what is in it, and every way to make it shorter or put it in another order.

import assert from "node:assert/strict";

import { DEMO } from "./app.mjs";
import { eventually, stage, story } from "./story.mjs";

const COLUMNS = ["END_TIME", "CLASS", "TYPE", "TAGS", "TIME_DURATION [hrs]", "Comments", "Priority", "Array Family"];
const PAGE_ROWS = 100;

const demo = stage();

// What the list says of itself and shows: `{ n, rows: [[cell, …], …] }`.
async function list(page) {
  const summary = await page.getByRole("status").filter({ hasText: /findings?,/ }).innerText();
  const n = Number(/([\d,]+) findings?/.exec(summary)[1].replaceAll(",", ""));
  const rows = await page.evaluate(rowsOfList, PAGE_ROWS);
  return { n, rows };
}

// The cells of the first rows. With JavaScript only those of the window exist: it is scrolled, and each row noted by its number.
async function rowsOfList(most) {
  // Whoever may select has the mark of it before the first column.
  const cells = (row) => [...row.cells].filter((cell) => !cell.matches(".c-mark")).slice(0, 8).map((cell) => cell.textContent.trim());
  const rows = () => [...document.querySelectorAll("table.findings tbody tr:not(.spacer)")];
  const box = document.querySelector(".rows");
  if (!document.querySelector("table[role=grid]")) return rows().map(cells);
  const seen = new Map();
  const before = box.scrollTop;
  for (let top = 0; seen.size < most && top < box.scrollHeight; top += box.clientHeight / 2) {
    box.scrollTop = top;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
    for (const row of rows()) if (row.style.display !== "none") seen.set(Number(row.ariaRowIndex), cells(row));
  }
  box.scrollTop = before;
  return [...seen].sort(([a], [b]) => a - b).slice(0, most).map(([, cells]) => cells);
}

// Every value of a filter with what it promises: `{ label, inView, link }`.
async function values(page, facet) {
  const section = page.locator("section.facet").filter({ has: page.getByRole("heading", { name: facet, exact: true }) });
  const links = await section.locator("li > a:first-child").all();
  return Promise.all(
    links.map(async (link) => ({
      label: await link.locator(".value").innerText(),
      inView: Number((await link.locator(".num").textContent()).split(" / ")[0].replaceAll(",", "")),
      href: await link.getAttribute("href"),
      link,
    })),
  );
}

function column(rows, name) {
  return rows.map((row) => row[COLUMNS.indexOf(name)]);
}

story(demo, "the first page a person sees is the list of findings, newest first", async (page, visit) => {
  const response = await visit.open("/");
  assert.equal(response.status(), 200);
  assert.match(await page.title(), /Triage · Shiftdesk/);
  const heads = await page.locator("table.findings thead th:visible").allInnerTexts();
  assert.deepEqual(heads.map((head) => head.trim()), COLUMNS);

  const { n, rows } = await list(page);
  assert.ok(n > 50, `two weeks of log have more than 50 findings, not ${n}`);
  assert.equal(rows.length, Math.min(n, PAGE_ROWS));
  const ends = column(rows, "END_TIME");
  assert.deepEqual(ends, [...ends].sort().reverse());
  assert.ok(ends.every((end) => end <= DEMO.now.replace("T", " ")), "nothing ends after now");
});

const FACETS = [
  ["Class", (row) => row[1]],
  ["Priority", (row) => row[6]],
  ["Type", (row) => row[2].replace(/ (resolved|confirmed|dismissed|snoozed)$/, "")],
  ["Array family", (row) => row[7]],
];

for (const [facet, cell] of FACETS) {
  story(demo, `each value of ${facet} shows as many rows as it promises, and no others`, async (page, visit) => {
    await visit.open("/triage");
    const all = await values(page, facet);
    const { n } = await list(page);
    assert.equal(all.reduce((sum, value) => sum + value.inView, 0), n, "the counts add up to the list");
    for (const { label, inView, href } of all) {
      await page.goto(href);
      const found = await list(page);
      assert.equal(found.n, inView, label);
      assert.equal(found.rows.length, Math.min(inView, PAGE_ROWS), label);
      const expected = label === "No single family" ? "-" : label;
      assert.ok(found.rows.every((row) => cell(row) === expected), `only ${expected}`);
    }
    await visit.settled();
  });
}

story(demo, "a filter is chosen by a click, shows as a chip, and goes away by the chip", async (page, visit) => {
  await visit.open("/triage");
  const before = await list(page);
  // The list opens with what still needs a decision.
  await page.getByRole("link", { name: "Remove filter State: Open" }).waitFor();
  const [gap] = (await values(page, "Class")).filter(({ label }) => label === "GAP");
  await gap.link.click();
  await eventually(async () => assert.equal((await list(page)).n, gap.inView));
  assert.match(page.url(), /\?q=state:open\+class:gap$/);
  const chip = page.getByRole("link", { name: /Remove filter Class ?: GAP/ });
  await chip.click();
  await eventually(async () => assert.equal((await list(page)).n, before.n));
  assert.match(page.url(), /\?q=state:open$/);
});

story(demo, "two filters hold together, and the other counts follow", async (page, visit) => {
  await visit.open("/triage?class=GAP&family=12m");
  const { n, rows } = await list(page);
  assert.ok(rows.length > 0);
  assert.ok(rows.every((row) => row[1] === "GAP" && row[7] === "12 [m]"));
  const types = await values(page, "Type");
  assert.equal(types.reduce((sum, { inView }) => sum + inView, 0), n);
});

story(demo, "open and resolved findings together are all findings", async (page, visit) => {
  await visit.open("/triage?q=");
  const { n } = await list(page);
  const states = await values(page, "State");
  assert.deepEqual(states.map(({ label }) => label), ["Open", "Confirmed", "Dismissed", "Snoozed", "Split", "Merged", "Resolved by the log"]);
  await visit.open("/triage?state=open");
  assert.equal((await list(page)).n, states[0].inView);
  assert.equal(states.reduce((sum, { inView }) => sum + inView, 0), n);
});

story(demo, "a period keeps what ended in it", async (page, visit) => {
  await visit.open("/triage");
  await page.getByRole("textbox", { name: "From" }).fill("2026-03-10 00:00");
  await page.getByRole("textbox", { name: "To" }).fill("2026-03-12");
  await page.getByRole("button", { name: "Apply period" }).click();
  await eventually(async () => {
    const { n, rows } = await list(page);
    assert.ok(n > 0);
    const ends = column(rows, "END_TIME");
    assert.ok(ends.every((end) => end >= "2026-03-10 00:00:00" && end < "2026-03-12 00:00:00"), ends.join());
  });
  const { n } = await list(page);
  await page.reload();
  assert.equal((await list(page)).n, n, "the URL holds the period");
  await visit.open("/triage?period=7d");
  const ends = column((await list(page)).rows, "END_TIME");
  assert.ok(ends.length > 0 && ends.every((end) => end >= "2026-03-09 08:30:00"));
});

const PRIORITIES = ["None", "Low", "Medium", "High", "Blocker"];
// How each column orders its cells; words compare byte by byte.
const ORDERS = {
  END_TIME: (cell) => cell,
  CLASS: (cell) => ["GAP", "USER ERROR"].indexOf(cell),
  "TIME_DURATION [hrs]": Number,
  Priority: (cell) => PRIORITIES.indexOf(cell),
};

for (const name of COLUMNS) {
  story(demo, `a click on ${name} sorts by it, and a second click the other way round`, async (page, visit) => {
    await visit.open("/triage");
    const head = page.locator("table.findings thead th:not(.c-mark)").nth(COLUMNS.indexOf(name));
    const seen = [];
    for (let click = 0; click < 2; click += 1) {
      const was = await head.getAttribute("aria-sort");
      await head.getByRole("link").click();
      const way = await eventually(async () => {
        const way = await head.getAttribute("aria-sort");
        assert.match(way ?? "", /ascending|descending/);
        assert.notEqual(way, was);
        return way;
      });
      seen.push(way);
      const key = ORDERS[name];
      if (key === undefined) continue;
      const cells = column((await list(page)).rows, name).map(key);
      const sorted = [...cells].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      assert.deepEqual(cells, way === "ascending" ? sorted : sorted.reverse());
    }
    assert.deepEqual(seen.toSorted?.() ?? [...seen].sort(), ["ascending", "descending"]);
  });
}

story(demo, "the arrow of a sorted column is not read out: its state is", { only: "with" }, async (page, visit) => {
  await visit.open("/triage?sort=duration");
  const head = page.getByRole("columnheader", { name: "TIME_DURATION [hrs]", exact: true });
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert.match(await head.getByRole("link").evaluate((link) => getComputedStyle(link, "::after").content), /↑/);
});

for (const width of [1024, 1280, 1366, 1440, 1600, 1920]) {
  story(demo, `beside an open finding TYPE can be read at ${width} px`, { size: [width, 800] }, async (page, visit) => {
    await visit.open("/triage");
    const [bare] = await typeWidths(page);
    await page.locator("table.findings tbody tr:not(.spacer)").first().getByRole("link").click();
    await page.waitForURL(/finding=\d+/);
    await eventually(async () => {
      const [room, cut] = await typeWidths(page);
      // "Downtime not completed" with its padding takes some 160 px in the widest of the fonts; only the longest are cut.
      assert.ok(room >= 160, `${room} px, and ${bare} px without the finding`);
      assert.ok(cut < 0.4, `${Math.round(100 * cut)} % of the rows are cut`);
    });
  });
}

// The width of the TYPE column, and the part of its cells that do not fit.
function typeWidths(page) {
  return page.locator("table.findings tbody td.c-type").evaluateAll((cells) => [
    cells[0].offsetWidth,
    cells.filter((cell) => cell.scrollWidth > cell.offsetWidth).length / cells.length,
  ]);
}

story(demo, "a time tells sidereal time, Modified Julian Date and how long ago it was", async (page, visit) => {
  await visit.open("/triage");
  const time = page.locator("table.findings tbody td.c-end time").first();
  await time.hover();
  assert.match(await time.getAttribute("title"), /^LST \d\d:\d\d:\d\d · MJD \d{5}\.\d{5} · [\d,]+ \w+/);
  assert.match(await page.locator("header .lst").innerText(), /^\d\d:\d\d:\d\d LST$/);
});

story(demo, "a link holds the whole state: filter, order, page and the open finding", async (page, visit) => {
  await visit.open("/triage?class=GAP&sort=-duration");
  const row = page.locator("table.findings tbody tr:not(.spacer)").nth(2);
  const [end, , , , duration] = (await row.locator("td").allInnerTexts()).map((text) => text.trim());
  await row.getByRole("link").first().click();
  await page.waitForURL(/finding=\d+/);
  const shared = page.url();
  await visit.open(shared);
  assert.match(shared, /q=class:gap/);
  assert.match(shared, /sort=-duration/);
  const open = page.locator("table.findings tbody tr.open");
  assert.equal(await open.count(), 1);
  const cells = (await open.locator("td").allInnerTexts()).map((text) => text.trim());
  assert.deepEqual([cells[0], cells[4]], [end, duration]);
});

story(demo, "the second page goes on where the first one ends", { only: "without" }, async (page, visit) => {
  await visit.open("/triage");
  const first = await list(page);
  if (first.n <= PAGE_ROWS) assert.fail("the demo is too small for this story");
  await page.getByRole("link", { name: "Next page" }).click();
  await page.waitForURL(/page=2/);
  await eventually(async () => {
    const second = await list(page);
    assert.equal(second.n, first.n);
    assert.notDeepEqual(second.rows, first.rows);
    assert.ok(second.rows[0][0] <= first.rows.at(-1)[0], "later pages are older");
  });
});

for (const bad of [
  "class=NONSENSE",
  "priority=highest",
  "q=class:gap&q=x",
  "type=%00",
  "family=8m",
  "state=gone",
  "period=yesterday",
  "from=2022-02-30",
  "from=2026-03-12&to=2026-03-01",
  "sort=colour",
  "page=0",
  "page=99999999999999999999",
  "finding=-1",
  "unknown=1",
  "class=%F0%28%8C%28",
  "%3Cscript%3Ealert(1)%3C/script%3E=1",
  `type=${"x".repeat(3000)}`,
]) {
  story(demo, `a broken address is told and the rest applies: ${bad.slice(0, 40)}`, async (page, visit) => {
    const response = await visit.open(`/triage?${bad}&sort=duration`);
    assert.equal(response.status(), 200);
    await page.getByText("The address asks for something this page does not know").waitFor();
    const { rows } = await list(page);
    assert.ok(rows.length > 0);
  });
}

story(demo, "the query line says the filter, takes another, and names a mistake with its place", async (page, visit) => {
  await visit.open("/triage?class=GAP");
  const line = page.getByRole("searchbox", { name: "Filter" });
  assert.equal(await line.inputValue(), "class:gap");
  await line.fill('class:gap -type:handover dur:>0.5 colour:red');
  await line.press("Enter");
  await page.getByText("at character 35").waitFor();
  const { rows } = await list(page);
  assert.ok(rows.length > 0 && rows.every((row) => row[1] === "GAP" && row[2] !== "Handover" && Number(row[4]) > 0.5));
  await page.reload();
  await page.getByText("at character 35").waitFor();
});

story(demo, "a percent sign in the words survives the line, a link and a reload", async (page, visit) => {
  await visit.open("/triage");
  const line = page.getByRole("searchbox", { name: "Filter" });
  await line.fill("100%25");
  await line.press("Enter");
  await page.waitForURL(/q=100%2525/);
  await page.reload();
  assert.equal(await line.inputValue(), "100%25");
  await page.getByRole("link", { name: "Last 7 days" }).click();
  await page.waitForURL(/7d/);
  await eventually(async () => assert.equal(await line.inputValue(), "100%25 when:7d"));
});

story(demo, "a value is excluded, and its filter switched off and on without being lost", async (page, visit) => {
  await visit.open("/triage?q=");
  const all = (await list(page)).n;
  const gaps = (await values(page, "Class")).find(({ label }) => label === "GAP").inView;
  await page.getByRole("link", { name: "Not GAP" }).click();
  await eventually(async () => assert.equal((await list(page)).n, all - gaps));
  await page.getByRole("link", { name: /Switch off filter Class/ }).click();
  await page.waitForURL(/q=~-class:gap/);
  await eventually(async () => assert.equal((await list(page)).n, all));
  await page.getByRole("link", { name: /Switch on filter Class/ }).click();
  await eventually(async () => assert.equal((await list(page)).n, all - gaps));
});

story(demo, "a filter that fits nothing says so and offers the way back", async (page, visit) => {
  await visit.open("/triage?from=1999-01-01&to=1999-01-02");
  await page.getByText("No finding matches these filters.").waitFor();
  await page.getByRole("link", { name: "Clear the filters" }).click();
  await eventually(async () => assert.ok((await list(page)).rows.length > 0));
});

story(demo, "the keys walk through the list", { only: "with" }, async (page, visit) => {
  await visit.open("/triage");
  const focused = () =>
    page.evaluate(() => {
      const row = document.activeElement?.closest("tr");
      return row ? Number(row.ariaRowIndex) - 2 : -1;
    });
  await page.keyboard.press("j");
  assert.equal(await focused(), 0);
  await page.keyboard.press("j");
  assert.equal(await focused(), 1);
  await page.keyboard.press("k");
  assert.equal(await focused(), 0);
  await page.keyboard.press("Enter");
  await page.waitForURL(/finding=\d+/);
  await eventually(async () => assert.equal(await page.locator("tr.open").count(), 1));
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => !url.search.includes("finding="));
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keys of this page" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Keys of this page" }).waitFor({ state: "hidden" });
});
