// Some findings are selected and decided about at once, or all that match: the exact number before, one undo after.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { eventually, signInAs, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const demo = stage((app) => app.openDemo());

// The findings of a query as the API tells them, by number.
async function told(page, query) {
  const answer = await page.request.get(`/api/v1/findings?limit=1000&${query}`);
  return new Map((await answer.json()).findings.map((finding) => [finding.id, finding]));
}

// The rows that are shown and say that they are selected.
const selected = (page) => page.locator('table.findings tr[aria-selected="true"]:visible');

// The numbers of the first rows of the list.
function firstIds(page, n) {
  const rows = page.locator("table.findings tbody tr:not(.spacer)");
  return rows.evaluateAll((rows, n) => rows.slice(0, n).map((row) => Number(row.id.slice(1))), n);
}

story(demo, "who may not triage selects nothing", async (page, visit) => {
  await visit.open("/triage");
  assert.equal(await page.locator(".bulk").count(), 0);
  await page.locator(".c-mark:visible").count().then((n) => assert.equal(n, 0));
  await signInAs(visit, "viewer", "/triage");
  assert.equal(await page.locator(".bulk").count(), 0);
  assert.equal(await page.locator(".c-mark:visible").count(), 0);
});

story(demo, "boxes are ticked, counted by the browser, decided about, and taken back in one go", { only: "without" }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/triage?q=state:open+type:other");
  const ids = await firstIds(page, 3);
  for (const id of ids) await page.locator(`#f${id}`).getByRole("checkbox").check();
  await page.locator(`#f${ids[2]}`).getByRole("checkbox").uncheck();
  await page.getByText("Decide about many").click();
  // The style sheet counts; no tool reads what it counted, so it is told from the room that the number takes: two digits take
  // twice as much as one.
  const wide = () => page.locator(".n-ticked").evaluate((count) => count.getBoundingClientRect().width);
  const one = await wide();
  const more = (await firstIds(page, 12)).filter((id) => !ids.includes(id));
  for (const id of more) await page.locator(`#f${id}`).getByRole("checkbox").check();
  const two = await wide();
  assert.ok(one > 0 && Math.abs(two / one - 2) < 0.1, `${one} px, with ${2 + more.length} ticked ${two} px`);
  for (const id of more) await page.locator(`#f${id}`).getByRole("checkbox").uncheck();
  await page.locator(".bulk select[name=verb]").selectOption("tag");
  await page.locator(".bulk input[name=value]").fill("without-a-script");
  await page.getByRole("button", { name: /Apply to.* selected/ }).click();
  await page.getByText("Tags +without-a-script: 2 findings.").waitFor();
  assert.match(page.url(), /q=state:open\+type:other/);
  const tagged = await told(page, "tag=without-a-script");
  assert.deepEqual([...tagged.keys()].sort(), ids.slice(0, 2).sort());
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText(/^Undone/).waitFor();
  assert.equal((await told(page, "tag=without-a-script")).size, 0);
});

story(demo, "nothing ticked is told, and all that match are as many as the page said", { only: "without" }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/triage?q=state:open+type:other");
  await page.getByText("Decide about many").click();
  await page.getByRole("button", { name: /Apply to.* selected/ }).click();
  await page.getByRole("alert").getByText("none is selected").waitFor();
  await page.getByText("Decide about many").click();
  const before = await told(page, "q=state:open+type:other");
  await page.locator(".bulk select[name=verb]").selectOption("assign");
  await page.locator(".bulk input[name=value]").fill("astronomer");
  await page.getByRole("button", { name: `Apply to all ${before.size} matching` }).click();
  await page.getByText(`Assigned to astronomer: ${before.size} findings.`).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText(/^Undone/).waitFor();
  const after = await told(page, "q=state:open+type:other");
  assert.ok([...after.values()].every(({ assignee }) => !assignee));
});

story(demo, "clicks select: a mark, a stretch with Shift, one more with Ctrl", { only: "with" }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/triage?q=state:open");
  const ids = await firstIds(page, 8);
  const row = (nth) => page.locator(`#f${ids[nth]}`);
  await row(1).locator(".c-mark").click();
  await page.getByText("1 selected", { exact: true }).waitFor();
  await row(4).getByRole("link").click({ modifiers: ["Shift"] });
  await page.getByText("4 selected", { exact: true }).waitFor();
  // The stretch shrinks again from the same beginning.
  await row(3).getByRole("link").click({ modifiers: ["Shift"] });
  await page.getByText("3 selected", { exact: true }).waitFor();
  await row(6).getByRole("link").click({ modifiers: ["Control"] });
  await row(2).getByRole("link").click({ modifiers: ["Control"] });
  await page.getByText("3 selected", { exact: true }).waitFor();
  assert.equal(visit.context.pages().length, 1, "no other tab opens");
  assert.doesNotMatch(page.url(), /finding=/, "no finding opens");
  const marked = await selected(page).evaluateAll((rows) => rows.map((row) => Number(row.id.slice(1))));
  assert.deepEqual(marked.sort(), [ids[1], ids[3], ids[6]].sort());
  // Not by colour alone.
  const mark = await row(1).locator(".c-mark").evaluate((cell) => getComputedStyle(cell, "::before").content);
  assert.match(mark, /✓/);
  await page.getByRole("button", { name: "Clear" }).click();
  await eventually(async () => assert.equal(await selected(page).count(), 0));
});

story(demo, "the selection survives the action and another filter, and the number says what is not in the list", { only: "with", expectStatus: [422] }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/triage?q=state:open+type:handover");
  const ids = await firstIds(page, 3);
  for (const id of ids) await page.locator(`#f${id} .c-mark`).click();
  await page.getByText("Decide about many").click();
  await page.locator(".bulk select[name=verb]").selectOption("dismiss");
  // Without a reason nothing is done, and nothing typed is lost.
  await page.getByRole("button", { name: "Apply to 3 selected" }).click();
  await page.locator(".bulk").getByRole("alert").waitFor();
  await page.locator(".bulk input[name=value]").fill("they are known");
  await page.getByRole("button", { name: "Apply to 3 selected" }).click();
  await page.getByText("Dismissed: they are known: 3 findings.").waitFor();
  // They are not open any more, so this list has none of them.
  await page.getByText("3 selected, 3 of them not in this list").waitFor();
  await page.getByRole("searchbox", { name: "Filter" }).fill("state:dismissed type:handover");
  await eventually(async () => assert.equal(await selected(page).count(), 3));
  await page.locator(".bulk").getByRole("button", { name: "Undo" }).click();
  await page.getByText(/^Undone/).waitFor();
  const after = await told(page, "q=type:handover");
  for (const id of ids) assert.equal(after.get(id).state, "Open");
});

story(demo, "all of the list are selected at once, and decided about as one action", { only: "with" }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/triage?q=state:open+type:end-shift");
  const before = await told(page, "q=state:open+type:end-shift");
  await page.getByRole("button", { name: `Select all ${before.size}` }).click();
  await page.getByText(`${before.size} selected`, { exact: true }).waitFor();
  await page.getByText("Decide about many").click();
  await page.locator(".bulk select[name=verb]").selectOption("comment");
  await page.locator(".bulk input[name=value]").fill("<b>the usual</b>");
  await page.getByRole("button", { name: `Apply to ${before.size} selected` }).click();
  await page.getByText(`Commented: ${before.size} findings.`).waitFor();
  const after = await told(page, "q=type:end-shift");
  for (const [id, { n_comments }] of before) assert.equal(after.get(id).n_comments, n_comments + 1);
  const [action] = await (await page.request.get("/api/v1/actions?limit=1")).json();
  assert.equal(action.n_changed, before.size);
});

story(demo, "what somebody else decided meanwhile stays, is shown, and can be selected", { only: "with" }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/triage?q=state:open+type:other");
  const ids = await firstIds(page, 2);
  for (const id of ids) await page.locator(`#f${id} .c-mark`).click();
  // The page does not hear of what comes now.
  await page.route("**/triage/snapshot**", (route) => route.fulfill({ status: 204 }));
  await page.route("**/triage/news", (route) => route.fulfill({ status: 204 }));
  const other = await visit.context.browser().newContext({ baseURL: visit.app.url });
  const their = await other.newPage();
  await their.goto("/sign-in?next=/definitions");
  await their.getByRole("button", { name: "Sign in as admin" }).click();
  await their.waitForURL(/definitions/);
  const said = await their.request.post("/_fn/decide", {
    form: { finding: ids[0], row_version: 99, verb: "priority", value: "Blocker" },
    headers: { accept: "application/json", "sec-fetch-site": "same-origin" },
  });
  assert.equal(said.status(), 200);
  await other.close();
  await page.getByText("Decide about many").click();
  await page.locator(".bulk select[name=verb]").selectOption("priority");
  await page.locator(".bulk input[name=value]").fill("Low");
  await page.getByRole("button", { name: "Apply to 2 selected" }).click();
  await page.getByText("Priority Low: 1 finding. Left as somebody else decided meanwhile: 1 finding.").waitFor();
  const collision = page.locator(".bulk .collision");
  assert.match(await collision.textContent(), new RegExp(`Finding ${ids[0]}: Priority is Blocker by admin, yours Low`));
  await collision.getByRole("button", { name: "Select these 1 and look again" }).click();
  await page.getByText("1 selected", { exact: true }).waitFor();
});

for (const scheme of ["light", "dark"]) {
  story(demo, `no barrier in the list with a selection and the bar open, ${scheme}`, { scheme, only: "with" }, async (page, visit) => {
    await signInAs(visit, "astronomer", "/triage?q=state:open");
    const [first, second] = await firstIds(page, 2);
    await page.locator(`#f${first} .c-mark`).click();
    await page.locator(`#f${second} .c-mark`).click();
    await page.getByText("Decide about many").click();
    await page.evaluate(AXE);
    const found = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
  });
}

story(demo, "a phone selects too, and nothing scrolls sideways", { size: [390, 844] }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/triage?q=state:open");
  const [id] = await firstIds(page, 1);
  if (visit.javaScript) await page.locator(`#f${id} .c-mark`).click();
  else await page.locator(`#f${id}`).getByRole("checkbox").check();
  await page.getByText("Decide about many").click();
  await page.getByRole("button", { name: /Apply to.* selected/ }).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
});
