// One finding: what was found, why, between which facts, and the timeline of its shift.

import assert from "node:assert/strict";

import { eventually, stage, story } from "./story.mjs";

const demo = stage();

// Opens the first finding of the list under this filter.
async function openFirst(page, visit, filter = "type=Other") {
  await visit.open(`/triage?${filter}`);
  const row = page.locator("table.findings tbody tr").first();
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
  // A gap between two executions is bounded by both.
  const facts = detail.locator("ul.facts > li");
  assert.equal(await facts.count(), 2);
  assert.match(await facts.nth(0).innerText(), /Execution\s+before/i);
  assert.match(await facts.nth(1).innerText(), /Execution\s+after/i);
  assert.ok((await page.locator("table.findings tbody tr").count()) > 0, "the list stays");
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
  assert.match(page.url(), /type=Other/);
});

story(demo, "the shift's timeline has a lane for each family, and the ledger's sum is the shift", async (page, visit) => {
  const { detail } = await openFirst(page, visit);
  const drawing = detail.locator("svg").first();
  await drawing.waitFor();
  const box = await drawing.boundingBox();
  assert.ok(box.width > 200 && box.height > 40, `the drawing is ${box.width} × ${box.height}`);
  // Each row of the ledger's table is a family: its owners' seconds add up to the shift.
  const { sums, shift } = await ledgerLine(detail);
  assert.ok(Math.abs(sums - shift) < 0.0051, `${sums} h of owners in ${shift} h of shift`);
});

story(demo, "a table says what the timeline draws", async (page, visit) => {
  const { detail } = await openFirst(page, visit);
  const table = detail.getByRole("table").first();
  await detail.getByText(/table/i).first().click();
  await table.waitFor();
  assert.ok((await table.getByRole("row").count()) > 3);
  assert.match(await table.innerText(), /QA0 (Pass|Pending|SemiPass|Fail)|Calibration|Weather|Idle/);
});

story(demo, "hovering the timeline tells what and how long", { only: "with" }, async (page, visit) => {
  const { detail } = await openFirst(page, visit);
  const drawing = detail.locator("svg").first();
  await drawing.scrollIntoViewIfNeeded();
  const box = await drawing.boundingBox();
  await eventually(async () => {
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.4);
    const told = await detail.locator("[role=tooltip], .tooltip, output").first().innerText();
    assert.match(told, /\d/);
  });
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
    if ((await page.locator("table.findings tbody tr").count()) === 0) {
      assert.fail(`the demo has no finding of type ${type}`);
    }
    const { detail } = await openFirst(page, visit, `type=${encodeURIComponent(type)}`);
    await detail.getByRole("heading", { name: type, exact: true }).waitFor();
    assert.ok((await detail.locator("p.rule").innerText()).length > 30);
  });
}

// The line that says "8.000 h = 3.100 QA0 Pass + …".
async function ledgerLine(detail) {
  const line = await detail.getByText(/\d+\.\d{3} h =/).first().innerText();
  const [shift, owners] = line.split("=");
  const hours = (text) => [...text.matchAll(/\d+\.\d{3}/g)].map(Number);
  return { shift: hours(shift)[0], sums: hours(owners).reduce((sum, h) => sum + h, 0) };
}
