// Two people at the same time: what one changes the other sees without asking, and who looks at the same finding.

import assert from "node:assert/strict";

import { eventually, signInAs, stage, story } from "./story.mjs";

const demo = stage((app) => app.openDemo());

// A second browser of somebody else, signed in and on a page.
async function colleague(visit, name, next) {
  const context = await visit.context.browser().newContext({ baseURL: visit.app.url, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByRole("button", { name: `Sign in as ${name}` }).click();
  await page.waitForURL((url) => url.pathname + url.search === next);
  return { page, close: () => context.close() };
}

async function openFinding(page) {
  const answer = await page.request.get("/api/v1/findings?state=open&type=Other&limit=1000");
  const found = (await answer.json()).findings.find((finding) => finding.row_version === 1);
  assert.ok(found, "an untouched finding");
  return found.id;
}

story(demo, "who looks at the same finding is named, until they close it", { only: "with" }, async (page, visit) => {
  const id = await openFinding(page);
  await signInAs(visit, "astronomer", `/triage?finding=${id}`);
  const other = await colleague(visit, "admin", `/triage?finding=${id}`);
  await page.getByText("admin looks at this finding too.").waitFor();
  await other.page.getByText("astronomer looks at this finding too.").waitFor();
  await other.close();
  // A window that is closed says nothing more; a finding that is closed is told at once.
  const third = await colleague(visit, "planner", `/triage?finding=${id}`);
  await page.getByText(/planner looks? at this finding too|planner look at this finding too/).waitFor();
  await third.page.getByLabel("Close the finding").click();
  await page.getByText(/planner/).first().waitFor({ state: "detached" });
  await third.close();
});

story(demo, "what somebody else decides shows within seconds, in the open finding and in the list", { only: "with" }, async (page, visit) => {
  const id = await openFinding(page);
  await signInAs(visit, "astronomer", `/triage?finding=${id}`);
  const other = await colleague(visit, "admin", "/triage");
  const said = await other.page.request.post("/_fn/decide", {
    form: { finding: id, row_version: 1, verb: "priority", value: "Blocker" },
    headers: { accept: "application/json", "sec-fetch-site": "same-origin" },
  });
  assert.equal(said.status(), 200);
  await page.locator(".detail .meta", { hasText: "Blocker" }).waitFor();
  await other.close();
});

story(demo, "a page that was cut off from the network catches up", { only: "with" }, async (page, visit) => {
  const id = await openFinding(page);
  await signInAs(visit, "astronomer", `/triage?finding=${id}`);
  const other = await colleague(visit, "admin", "/triage");
  // Hidden, the page closes its stream; what happens meanwhile is caught up on when it is seen again.
  const hide = (hidden) => page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden);
  await hide(true);
  await other.page.request.post("/_fn/decide", {
    form: { finding: id, row_version: 1, verb: "priority", value: "Blocker" },
    headers: { accept: "application/json", "sec-fetch-site": "same-origin" },
  });
  await hide(false);
  await eventually(async () => assert.match(await page.locator(".detail .meta").textContent(), /Blocker/));
  await other.close();
});
