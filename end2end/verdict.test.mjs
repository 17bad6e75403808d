// A night is cleared: every verdict by its one key, each taken back again, and the same by plain forms.

import assert from "node:assert/strict";

import { eventually, signInAs, stage, story } from "./story.mjs";

const demo = stage((app) => app.openDemo());

// The state of a finding as the API tells it.
async function told(page, id) {
  const answer = await page.request.get(`/api/v1/findings/${id}`);
  return answer.json();
}

// The number of a finding that fits, asked of the API, so that stories do not depend on what stands first in the list.
async function some(page, query, fits = () => true) {
  const answer = await page.request.get(`/api/v1/findings?limit=1000&${query}`);
  const found = (await answer.json()).findings.find(fits);
  assert.ok(found, `a finding for ${query}`);
  return found;
}

// Presses keys and waits until the server's word is what it should be.
async function press(page, keys, id, check) {
  await page.locator(".detail-body").focus();
  for (const key of keys) await page.keyboard.press(key);
  await eventually(async () => check(await told(page, id)));
}

story(demo, "who has not signed in reads and is told where to", async (page, visit) => {
  const { id } = await some(page, "state=open");
  await visit.open(`/triage?finding=${id}`);
  await page.getByText("Sign in to triage.").waitFor();
  assert.equal(await page.locator(".verdict form").count(), 0);
});

story(demo, "every verdict is a plain form that comes back to its page", async (page, visit) => {
  const { id } = await some(page, `state=open&type=Other`, (finding) => finding.row_version === 1);
  await signInAs(visit, "astronomer", `/triage?finding=${id}`);
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await eventually(async () => assert.equal((await told(page, id)).state, "Confirmed"));
  await visit.settled();
  const verdict = page.getByRole("region", { name: "Verdict" });
  await verdict.locator("summary", { hasText: "Tag" }).click();
  await verdict.getByLabel("Tag", { exact: true }).fill("=<b>1</b>");
  await verdict.getByRole("button", { name: "Add" }).click();
  await eventually(async () => assert.match((await told(page, id)).tags, /=<b>1<\/b>$/));
  await page.locator("ul.tags", { hasText: "=<b>1</b>" }).waitFor();
  assert.match(page.url(), new RegExp(`finding=${id}`));
});

story(demo, "a decision shows in the list before it is answered, and goes again when it is refused", { only: "with", expectStatus: [503] }, async (page, visit) => {
  const { id } = await some(page, "state=open&type=Other", (finding) => finding.row_version === 1 && finding.priority !== "Blocker");
  await signInAs(visit, "astronomer", `/triage?q=state:open&finding=${id}`);
  await page.waitForFunction(() => Number(document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount")) > 1);
  const row = page.locator(`.rows tr[id="f${id}"]`);
  await row.waitFor();
  // Each decision waits until the story lets it go.
  const held = [];
  await page.route("**/_fn/decide", (route) => void held.push(route));
  const letGo = async (how) => {
    await eventually(async () => assert.equal(held.length, 1));
    await how(held.pop());
  };
  await page.locator(".detail-body").focus();
  await page.keyboard.press("c");
  await row.waitFor({ state: "detached" });
  assert.equal((await told(page, id)).state, "Open", "nobody has answered");
  await letGo((route) => route.fulfill({ status: 503, body: "" }));
  await row.waitFor();

  await page.locator(".detail-body").focus();
  await page.keyboard.press("1");
  await eventually(async () => assert.match(await row.locator(".c-priority").textContent(), /Blocker/));
  assert.notEqual((await told(page, id)).priority, "Blocker", "nobody has answered");
  await letGo((route) => route.continue());
  await eventually(async () => assert.equal((await told(page, id)).priority, "Blocker"));
  await page.unroute("**/_fn/decide");
  await press(page, ["u"], id, ({ priority }) => assert.notEqual(priority, "Blocker"));
  await eventually(async () => assert.doesNotMatch(await row.locator(".c-priority").textContent(), /Blocker/));
});

story(demo, "by keyboard alone: a verdict of every kind, and the undo of each", async (page, visit) => {
  if (!visit.javaScript) return;
  const { id, priority, type } = await some(page, "state=open&type=End%20shift", (finding) => finding.row_version === 1);
  await signInAs(visit, "astronomer", `/triage?finding=${id}`);
  const undone = async (check) => press(page, ["u"], id, check);

  await press(page, ["c"], id, ({ state }) => assert.equal(state, "Confirmed"));
  await page.locator(".toast", { hasText: "Confirmed" }).waitFor();
  await undone(({ state }) => assert.equal(state, "Open"));

  const other = priority === "Blocker" ? "2" : "1";
  await press(page, [other], id, (now) => assert.notEqual(now.priority, priority));
  await page.getByText(`was ${priority}, says the log`).waitFor();
  await undone((now) => assert.equal(now.priority, priority));

  await press(page, ["t", ..."weather", "Enter"], id, (now) => assert.equal(now.type, "Weather downtime"));
  await undone((now) => assert.equal(now.type, type));

  await press(page, ["#", ..."wind", "Enter"], id, ({ tags }) => assert.match(tags, /wind$/));
  await undone(({ tags }) => assert.doesNotMatch(tags, /wind/));

  await press(page, ["d", ..."a test", "Enter"], id, (now) => assert.equal(now.dismissed_because, "a test"));
  await undone(({ state }) => assert.equal(state, "Open"));

  await press(page, ["m", ..."see @admin", "Control+Enter"], id, (now) => assert.equal(now.n_comments, 1));
  await page.locator(".thread", { hasText: "see @admin" }).waitFor();
  await undone((now) => assert.equal(now.n_comments, 0));

  await press(page, ["p", "ArrowRight", "Shift+ArrowRight", "Enter"], id, ({ state }) => assert.equal(state, "Split"));
  const parts = page.locator(".relatives a");
  await eventually(async () => assert.equal(await parts.count(), 2));
  await undone(({ state }) => assert.equal(state, "Open"));
});

story(demo, "the parts of a finding merge again by one key", async (page, visit) => {
  if (!visit.javaScript) return;
  const { id, duration_s } = await some(page, "state=open&type=Handover", (gap) => gap.row_version === 1 && gap.duration_s > 120);
  await signInAs(visit, "astronomer", `/triage?finding=${id}`);
  await press(page, ["p", "ArrowLeft", "Enter"], id, ({ state }) => assert.equal(state, "Split"));
  await page.locator(".relatives a").first().click();
  await page.getByRole("button", { name: "Merge with next" }).waitFor();
  const first = Number(new URL(page.url()).searchParams.get("finding"));
  assert.notEqual(first, id);
  await press(page, ["n"], first, ({ state }) => assert.equal(state, "Merged"));
  const { merged_into } = await told(page, first);
  assert.equal((await told(page, merged_into)).duration_s, duration_s, "no second is lost");
  await press(page, ["u"], first, ({ state }) => assert.equal(state, "Open"));
});

story(demo, "two people decide at once: both values are shown and one is asked for", async (page, visit) => {
  if (!visit.javaScript) return;
  const { id } = await some(page, "state=open&type=Other", (finding) => finding.row_version === 1);
  await signInAs(visit, "astronomer", `/triage?finding=${id}`);
  const other = await visit.context.browser().newContext({ baseURL: visit.app.url });
  const their = await other.newPage();
  await their.goto(`/sign-in?next=${encodeURIComponent(`/triage?finding=${id}`)}`);
  await their.getByRole("button", { name: "Sign in as admin" }).click();
  await their.waitForURL(/\/triage/);
  await their.request.post("/_fn/decide", {
    form: { finding: id, row_version: 1, verb: "priority", value: "Blocker" },
    headers: { accept: "application/json", "sec-fetch-site": "same-origin" },
  });
  await eventually(async () => assert.equal((await told(page, id)).priority, "Blocker"));
  await other.close();
  await page.locator(".detail-body").focus();
  await page.keyboard.press("4");
  const asked = page.getByRole("alertdialog");
  // A page that was told of the change in time has nothing to ask.
  if (await asked.waitFor({ timeout: 3_000 }).then(() => true, () => false)) {
    assert.match(await asked.textContent(), /admin changed this.*Blocker.*Low/s);
    await asked.getByRole("button", { name: "Low anyway" }).click();
  }
  await eventually(async () => assert.equal((await told(page, id)).priority, "Low"));
});

// Holds back what the page asks under an address, as a slow network does.
async function slow(page, address, ms) {
  await page.route(address, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await route.continue();
  });
}

// The findings of a list, the first one open, with the focus in the list.
async function walking(page, visit, q) {
  await signInAs(visit, "astronomer", `/triage?q=${q}`);
  await page.locator("tr.row").nth(3).waitFor();
  const ids = (await page.locator("tr.row").evaluateAll((rows) => rows.map(({ id }) => Number(id.slice(1))))).slice(0, 5);
  await page.locator(`#f${ids[0]} a`).focus();
  await page.keyboard.press("o");
  await page.locator(`.detail[data-finding="${ids[0]}"]`).waitFor();
  return ids;
}

story(demo, "a verdict pressed on the way falls on the finding that the keys came to", { only: "with" }, async (page, visit) => {
  const [first, second] = await walking(page, visit, "state:open+type:handover");
  await slow(page, "**/_fn/finding?*", 400);
  await page.keyboard.press("j");
  await page.keyboard.press("c");
  await eventually(async () => assert.equal((await told(page, second)).state, "Confirmed"));
  assert.equal((await told(page, first)).state, "Open", "the one before is as it was");
});

story(demo, "what was decided is sent though the reader has gone on", { only: "with" }, async (page, visit) => {
  const [first, second] = await walking(page, visit, "state:open+type:handover");
  await slow(page, "**/_fn/decide", 300);
  for (const key of ["c", "1", "j"]) await page.keyboard.press(key);
  await page.locator(`.detail[data-finding="${second}"]`).waitFor();
  await eventually(async () => {
    const { state, priority } = await told(page, first);
    assert.deepEqual([state, priority], ["Confirmed", "Blocker"]);
  });
});

story(demo, "what could not be done after the reader had gone on is told, with the way back", { only: "with", expectStatus: [503] }, async (page, visit) => {
  const [first, second] = await walking(page, visit, "state:open+type:handover");
  await page.route("**/_fn/decide", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.fulfill({ status: 503, body: "away" });
  });
  await page.keyboard.press("c");
  await page.keyboard.press("j");
  await page.locator(`.detail[data-finding="${second}"]`).waitFor();
  const told = page.getByRole("alert").filter({ hasText: "This was not done" });
  await told.getByRole("link", { name: `Finding ${first}` }).click();
  await page.locator(`.detail[data-finding="${first}"]`).waitFor();
  await told.getByRole("button", { name: "I have seen it" }).click();
  assert.equal(await told.count(), 0);
});

story(demo, "an undo takes back the verdict before it, and waits for its answer", { only: "with" }, async (page, visit) => {
  const [first] = await walking(page, visit, "state:open+type:handover");
  await press(page, ["2"], first, ({ priority }) => assert.equal(priority, "High"));
  await page.locator(".toast", { hasText: "Priority High" }).waitFor();
  await slow(page, "**/_fn/decide", 400);
  await page.keyboard.press("c");
  await page.keyboard.press("u");
  await page.locator(".toast", { hasText: "Undone" }).waitFor();
  const { state, priority } = await told(page, first);
  assert.deepEqual([state, priority], ["Open", "High"], "the older decision stays");
});

story(demo, "the keys go on from the place of what was decided and left the list", { only: "with" }, async (page, visit) => {
  const ids = await walking(page, visit, "state:open+type:other");
  await page.keyboard.press("j");
  await page.locator(`.detail[data-finding="${ids[1]}"]`).waitFor();
  await page.keyboard.press("c");
  await eventually(async () => assert.equal(await page.locator(`#f${ids[1]}`).count(), 0));
  await page.keyboard.press("j");
  await page.locator(`.detail[data-finding="${ids[2]}"]`).waitFor();
});

story(demo, "one undo after the other takes back one decision after the other", { only: "with" }, async (page, visit) => {
  const [first] = await walking(page, visit, "state:open+type:handover");
  await press(page, ["4"], first, ({ priority }) => assert.equal(priority, "Low"));
  await press(page, ["2"], first, ({ priority }) => assert.equal(priority, "High"));
  await press(page, ["c"], first, ({ state }) => assert.equal(state, "Confirmed"));
  for (const expected of [["Open", "High"], ["Open", "Low"]]) {
    await page.keyboard.press("u");
    await eventually(async () => {
      const { state, priority } = await told(page, first);
      assert.deepEqual([state, priority], expected);
    });
  }
  // The undo itself is undone from the history.
  await page.locator(".history li", { hasText: "Undone: Priority High" }).getByRole("button", { name: "Undo" }).click();
  await eventually(async () => assert.equal((await told(page, first)).priority, "High"));
});
