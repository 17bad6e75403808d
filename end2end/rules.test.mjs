// Standing rules: from a filter to a rule, what it would change before it is saved, what it did afterwards and the way back. All
// of it is plain forms, so each story is told with and without JavaScript.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { eventually, signInAs, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const demo = stage((app) => app.openDemo());

async function matching(page, q) {
  const answer = await page.request.get(`/api/v1/findings?limit=1&q=${encodeURIComponent(q)}`);
  return (await answer.json()).n_matching;
}

// A name of its own for each telling of a story.
const named = (visit, name) => `${name} ${visit.javaScript ? "with" : "without"}`;

story(demo, "a filter becomes a rule, tried, saved, applied and undone", async (page, visit) => {
  const q = "class:gap type:other dur:<0.3";
  const n = await matching(page, `${q} state:open`);
  assert.ok(n > 3, `${n} findings to work on`);
  await signInAs(visit, "astronomer", `/triage?q=${q.replaceAll(" ", "+").replace("<", "%3C")}+state:open`);
  await page.getByRole("link", { name: "Make this filter a rule" }).click();
  await page.waitForURL(/\/rules\/new/);
  await visit.settled();
  assert.equal(await page.getByLabel("When: the filter").inputValue(), `${q} state:open`);

  // Nothing given yet: what is missing is told, and nothing can be saved.
  const tag = `short-${visit.javaScript}`;
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByRole("alert").getByText("not yet complete").waitFor();
  await visit.settled();
  assert.equal(await page.getByRole("button", { name: "Save rule" }).count(), 0);
  await page.getByLabel("Name", { exact: true }).fill(named(visit, "Short gaps"));
  await page.getByLabel("Tag", { exact: true }).fill(tag);
  await page.getByRole("button", { name: "Dry run" }).click();
  await page.getByText(`It fits ${n} findings`).waitFor();
  await visit.settled();
  const lines = page.locator(".diff tbody tr");
  assert.equal(await lines.count(), Math.min(n, 100));
  assert.match(await lines.first().locator("ins").textContent(), new RegExp(tag));
  assert.equal(await matching(page, `tag:${tag}`), 0, "a dry run changes nothing");

  await page.getByLabel("Also to what is there").check();
  await page.getByRole("button", { name: "Save rule" }).click();
  await page.getByText(`has changed ${n} findings`).waitFor();
  await visit.settled();
  assert.equal(await matching(page, `tag:${tag}`), n);

  // The finding says who did it.
  await page.locator("#findings ~ .scrolls tbody a").first().click();
  await page.waitForURL(/\/triage\?/);
  await visit.settled();
  await page.getByRole("list", { name: "Decided" }).getByRole("link", { name: `by rule ${named(visit, "Short gaps")}` }).waitFor();
  await page.locator(".history").getByRole("link", { name: `rule ${named(visit, "Short gaps")}` }).click();
  await page.waitForURL(/\/rules\/\d+$/);
  await visit.settled();

  await page.getByRole("button", { name: `Undo for ${n} findings` }).click();
  await eventually(async () => assert.equal(await matching(page, `tag:${tag}`), 0));
  await page.getByText("undone", { exact: true }).waitFor();
  await visit.settled();
  await page.getByRole("link", { name: "Change it" }).click();
  await page.getByText("Stays: a person undid it").waitFor();
});

story(demo, "what means something else each day is refused in a sentence", async (page, visit) => {
  await signInAs(visit, "astronomer", "/rules/new");
  for (const [line, why] of [["when:7d", "is another time every day"], ["assignee:me", "somebody else for each reader"], ["clas:gap", "there is no filter clas"]]) {
    await page.getByLabel("Name", { exact: true }).fill("Refused");
    await page.getByLabel("When: the filter").fill(line);
    await page.getByLabel("Priority").selectOption("Low");
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.getByText(why).waitFor();
    await visit.settled();
    assert.equal(await page.getByLabel("When: the filter").inputValue(), line, "what was typed stands");
  }
});

story(demo, "rules are put in order, switched off and deleted, and their history stays", async (page, visit) => {
  await signInAs(visit, "astronomer", "/rules");
  const [first, second] = [named(visit, "First"), named(visit, "Second")];
  for (const name of [first, second]) {
    await visit.open(`/rules/new?name=${encodeURIComponent(name)}&condition=type:handover&priority=None`);
    await page.getByRole("button", { name: "Save rule" }).click();
    await page.getByText("The rule is saved.").waitFor();
    await visit.settled();
  }
  await visit.open("/rules");
  const order = () => page.locator(".standing-rules tbody th").allTextContents();
  const before = await order();
  assert.deepEqual(before.slice(-2), [first, second]);
  await page.getByRole("button", { name: `Ask ${second} earlier` }).click();
  await eventually(async () => assert.deepEqual((await order()).slice(-2), [second, first]));
  await visit.settled();
  await page.getByRole("button", { name: `Switch off ${second}` }).click();
  await page.getByText("The rule is off. What it gave stays.").waitFor();
  await visit.settled();
  await page.locator("summary", { hasText: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the rule" }).click();
  await page.getByText("The rule is deleted.").waitFor();
  await visit.settled();
  assert.ok(!(await order()).includes(second));
});

story(demo, "who may not make rules reads them, and is told so", { expectStatus: [403] }, async (page, visit) => {
  await signInAs(visit, "viewer", "/rules");
  await page.getByRole("heading", { name: "Standing rules" }).waitFor();
  assert.equal(await page.getByRole("main").getByRole("button").count(), 0);
  const refused = await visit.open("/rules/new");
  assert.equal(refused.status(), 403);
  await page.getByText("Your role does not include this").waitFor();
});

const DRAFT = "/rules/new?name=Looked+at&condition=class:gap&type=Handover&priority=Low&tag=looked-at&assignee=astronomer";

for (const scheme of ["light", "dark"]) {
  story(demo, `no barrier on the pages of rules, ${scheme}`, { scheme, only: "with" }, async (page, visit) => {
    await signInAs(visit, "astronomer", DRAFT);
    const check = async (address) => {
      await visit.open(address);
      await page.evaluate(AXE);
      const found = await page.evaluate(() => globalThis.axe.run());
      const told = found.violations.map((v) => `${address} ${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`);
      assert.deepEqual(told, []);
    };
    const rules = await (await page.request.get("/api/v1/standing-rules")).json();
    for (const address of ["/rules", DRAFT, "/rules/new?name=&condition=when:7d&tag=a;b", `/rules/${rules[0].id}`]) await check(address);
  });
}

story(demo, "a phone shows the pages of rules without scrolling sideways", { size: [390, 844] }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/rules");
  const rules = await (await page.request.get("/api/v1/standing-rules")).json();
  for (const address of ["/rules", DRAFT, `/rules/${rules[0].id}`, "/triage"]) {
    await visit.open(address);
    await eventually(async () => {
      const wide = await page.evaluate(() => {
        const main = document.querySelector("main");
        return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
      });
      assert.ok(wide <= 0, `${address} is ${wide} px too wide`);
    });
  }
});
