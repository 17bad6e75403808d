// One finding: what was found, why, between which facts, and the timeline of its shift.

import assert from "node:assert/strict";

import { eventually, stage, story } from "./story.mjs";

const demo = stage();

// Opens the first finding of the list under this filter.
async function openFirst(page, visit, filter = "type=Other") {
  await visit.open(`/triage?${filter}`);
  const row = page.locator("table.findings tbody tr:not(.spacer)").first();
  const cells = (await row.locator("td").allInnerTexts()).map((cell) => cell.trim());
  await row.getByRole("link").first().click();
  await page.waitForURL(/finding=\d+/);
  const detail = page.getByRole("article", { name: "Finding" });
  await detail.waitFor();
  return { cells, detail };
}

story(demo, "a finding opens beside the list, with its rule, its times and its facts", async (page, visit) => {
  const { cells, detail } = await openFirst(page, visit);
  const text = await detail.innerText();
  assert.match(text, /Other/);
  assert.match(text, /none of the other rules explains it/);
  assert.ok(text.includes(cells[0]), "its end stands there as in the list");
  assert.ok(text.includes(cells[4]), "its duration too");
  // A gap inside a shift is bounded by what ends where it starts and by what starts where it ends.
  const facts = detail.locator("ul.facts > li");
  assert.equal(await facts.count(), 2);
  assert.match(await facts.nth(0).innerText(), /(Execution|Downtime)\s+before/i);
  assert.match(await facts.nth(1).innerText(), /(Execution|Downtime)\s+after/i);
  assert.ok((await page.locator("table.findings tbody tr:not(.spacer)").count()) > 0, "the list stays");
});

story(demo, "the rule leads to its definition", async (page, visit) => {
  const { detail } = await openFirst(page, visit);
  await detail.getByRole("link", { name: "Rule 9" }).click();
  await page.waitForURL(/\/definitions#type-9$/);
  await eventually(async () => assert.match(await page.locator("#type-9").innerText(), /Other/));
});

story(demo, "closing a finding leaves the list as it was", async (page, visit) => {
  const { detail } = await openFirst(page, visit);
  await detail.getByRole("link", { name: "Close the finding" }).click();
  await page.waitForURL((url) => !url.search.includes("finding="));
  await eventually(async () => assert.equal(await detail.count(), 0));
  assert.match(page.url(), /type:other/);
});

story(demo, "the shift's timeline is drawn, and in each lane the owners' hours add up to the shift", async (page, visit) => {
  const { detail } = await openFirst(page, visit);
  const drawing = detail.locator(".plot svg");
  await drawing.waitFor();
  const box = await drawing.boundingBox();
  assert.ok(box.width > 200 && box.height > 40, `the drawing is ${box.width} × ${box.height}`);
  // "12 [m] 8.000 h = 3.100 QA0 Pass + 4.900 Idle": the parts are rounded one by one, half a thousandth each at most.
  const lanes = await detail.locator("ul.sums > li").allInnerTexts();
  assert.ok(lanes.length >= 1);
  for (const lane of lanes) {
    const [shift, ...owners] = [...lane.matchAll(/\d+\.\d{3}/g)].map(Number);
    const sum = owners.reduce((sum, hours) => sum + hours, 0);
    assert.ok(owners.length > 0 && Math.abs(sum - shift) <= 0.0005 * (owners.length + 1) + 1e-9, lane);
  }
});

story(demo, "a table says what the timeline draws, and its lengths add up to the same", async (page, visit) => {
  const { detail } = await openFirst(page, visit);
  await detail.getByText("The same as a table").click();
  const table = detail.getByRole("table");
  await table.waitFor();
  const rows = await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.ok(rows.length > 3);
  const families = new Set(rows.map(([family]) => family));
  assert.equal(families.size, await detail.locator("ul.sums > li").count());
});

story(demo, "the pointer and the arrow keys tell what is at a time, and how long", { only: "with" }, async (page, visit) => {
  const { detail } = await openFirst(page, visit);
  const chart = detail.locator(".plot");
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.locator("svg").boundingBox();
  const tip = detail.locator(".tip");
  await eventually(async () => {
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    assert.match(await tip.innerText({ timeout: 500 }), /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d to \d\d:\d\d:\d\d/);
  });
  await page.mouse.move(1, 1);
  await eventually(async () => assert.equal(await tip.count(), 0));
  await chart.focus();
  await page.keyboard.press("ArrowRight");
  const first = await tip.innerText();
  await page.keyboard.press("ArrowRight");
  await eventually(async () => assert.notEqual(await tip.innerText(), first));
});

story(demo, "a finding that is not there says so", async (page, visit) => {
  await visit.open("/triage?finding=987654321");
  await page.getByRole("heading", { name: "No finding 987654321" }).waitFor();
});

for (const type of [
  "Handover",
  "End shift",
  "Array recreation",
  "Aborted execution gap",
  "Failed execution gap",
  "Testing time gap",
  "Weather downtime",
  "Technical downtime",
  "Allocated time not well defined",
  "PI executions in downtime",
]) {
  story(demo, `a finding of type ${type} explains itself`, async (page, visit) => {
    const address = `/triage?type=${encodeURIComponent(type)}`;
    await visit.open(address);
    if ((await page.locator("table.findings tbody tr:not(.spacer)").count()) === 0) {
      assert.fail(`the demo has no finding of type ${type}`);
    }
    const { detail } = await openFirst(page, visit, `type=${encodeURIComponent(type)}`);
    await detail.getByRole("heading", { name: type, exact: true }).waitFor();
    assert.ok((await detail.locator("p.rule").innerText()).length > 30);
  });
}
