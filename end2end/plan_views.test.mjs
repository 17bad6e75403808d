// Views of the plan: conditions and a filter saved under a name, where the plan begins, and which columns its lists have.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { eventually, signInAs, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// A night of the demo in which every array has blocks to observe.
const NIGHT = "2026-03-15T02:00:00Z";

const demo = stage((app) => app.openDemo());

// Waits until the page is made in the browser, where it is.
async function opened(page, visit) {
  if (visit.javaScript) await page.locator('#plan[data-live="yes"]').waitFor();
}

async function menu(page) {
  await page.getByRole("button", { name: "Views" }).click();
  return page.getByRole("dialog", { name: "Views" });
}

async function forget(page) {
  for (const { id } of await (await page.request.get("/api/v1/views")).json()) {
    const headers = { "sec-fetch-site": "same-origin" };
    assert.equal((await page.request.delete(`/api/v1/views/${id}`, { headers })).status(), 204);
  }
}

story(demo, "a planner keeps the conditions and the filter of the lists, and comes back to them", async (page, visit) => {
  await signInAs(visit, "planner", "/plan?find=band:6&pwv=0.5");
  await opened(page, visit);
  let views = await menu(page);
  await views.getByLabel("Save what the lists show as").fill("Dry <b>6</b>");
  await views.getByRole("button", { name: "Save the view" }).click();
  await page.getByText("The view is saved.").waitFor();
  assert.match(page.url(), /\/plan\?pwv=0\.5&find=band:6$/);
  await visit.settled();
  await opened(page, visit);

  views = await menu(page);
  const kept = views.getByRole("link", { name: "Dry <b>6</b>" });
  assert.equal(await kept.getAttribute("aria-current"), "true");
  await views.getByRole("link", { name: "Everything as it is now" }).click();
  await page.waitForURL(/\/plan\?find=$/);
  await opened(page, visit);
  assert.equal(await page.getByLabel("Where is").inputValue(), "");
  views = await menu(page);
  await eventually(async () => assert.equal(await kept.getAttribute("aria-current"), null));
  await kept.click();
  await page.waitForURL(/\/plan\?pwv=0\.5&find=band:6$/);
  await opened(page, visit);
  assert.equal(await page.getByLabel("Where is").inputValue(), "band:6");

  await visit.open("/plan/views");
  const row = page.getByRole("row", { name: "Dry <b>6</b>" });
  await row.getByText("band:6, with pwv=0.5").waitFor();
  await row.getByRole("button", { name: "Begin with it" }).click();
  await page.getByText("The plan begins so for you from now on.").waitFor();
  await visit.settled();
  await visit.open("/plan");
  assert.match(page.url(), /\/plan\?pwv=0\.5&find=band:6$/);
  await forget(page);
  await visit.open("/plan");
  assert.match(page.url(), /\/plan$/);
});

story(demo, "what is saved is what the lists show, a moved slider included", { only: "with" }, async (page, visit) => {
  await signInAs(visit, "planner", "/plan?find=");
  await opened(page, visit);
  await page.getByRole("slider", { name: "Water vapour" }).fill("1.5");
  await page.waitForURL(/pwv=1\.5/);
  await page.locator("h1").click();
  await page.keyboard.press("v");
  const views = page.getByRole("dialog", { name: "Views" });
  await views.getByLabel("Save what the lists show as").fill("Damp");
  await page.keyboard.press("Enter");
  await page.getByText("The view is saved.").waitFor();
  await page.waitForURL(/\/plan\?pwv=1\.5$/);
  await visit.settled();
  await opened(page, visit);
  await forget(page);
});

for (const scheme of ["light", "dark"]) {
  story(demo, `no barrier in the menu and on the page of the plan's views, ${scheme}`, { scheme, only: "with" }, async (page, visit) => {
    await signInAs(visit, "planner", "/plan?find=");
    await opened(page, visit);
    const check = async () => {
      await page.evaluate(AXE);
      const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`));
      assert.deepEqual(found, []);
    };
    await menu(page);
    await check();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Columns" }).click();
    await check();
    await visit.open("/plan/views");
    await page.getByText("You have saved no view yet.").waitFor();
    await check();
  });
}

story(demo, "columns are hidden, made wider and as they come again, and stay so", { only: "with" }, async (page, visit) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await visit.open(`/plan?at=${NIGHT}`);
  await opened(page, visit);
  const head = (name) => page.locator(".of-array:has(tbody tr) th", { hasText: new RegExp(`^${name}$`) }).first();
  const wide = async (what) => Math.round((await what.boundingBox()).width);
  const lists = page.locator(".sections");
  const columns = async () => {
    await page.getByRole("button", { name: "Columns" }).click();
    return page.getByRole("dialog", { name: "Columns" });
  };
  const [of_project, of_name] = [await wide(head("Project")), await wide(head("Scheduling Block"))];
  await page.setViewportSize({ width: 1200, height: 900 });
  const of_lists = await wide(lists);

  let menu = await columns();
  const field = menu.getByLabel("Width of Project");
  assert.equal(await field.inputValue(), String(of_project), "it says how wide the column is");
  await field.fill("200");
  await field.press("Enter");
  await eventually(async () => assert.equal(await wide(head("Project")), 200));
  await eventually(async () => assert.equal(await wide(lists), of_lists + 200 - of_project));
  const of_ra = await wide(head("RA"));
  await menu.getByRole("checkbox", { name: "RA", exact: true }).uncheck();
  await head("RA").waitFor({ state: "hidden" });
  await eventually(async () => assert.equal(await wide(lists), of_lists + 200 - of_project - of_ra));
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "hidden" });

  // With the pointer, by its edge: beyond the narrowest and back is where it was.
  await page.setViewportSize({ width: 1440, height: 900 });
  const edge = await head("State").locator(".edge").boundingBox();
  const before = await wide(head("State"));
  await page.mouse.move(edge.x + 4, edge.y + 4);
  await page.mouse.down();
  await page.mouse.move(edge.x - 196, edge.y + 4, { steps: 3 });
  await eventually(async () => assert.equal(await wide(head("State")), 40));
  await page.mouse.move(edge.x + 34, edge.y + 4, { steps: 3 });
  await page.mouse.up();
  await eventually(async () => assert.equal(await wide(head("State")), before + 30));

  await visit.open(`/plan?at=${NIGHT}&pwv=1`);
  await opened(page, visit);
  await head("RA").waitFor({ state: "hidden" });
  assert.equal(await wide(head("Project")), 200);
  assert.equal(await wide(head("State")), before + 30);
  // The blocks that are not listed have the columns that they had.
  await page.locator(".not-listed .c-project").first().waitFor();

  // Wherever a list is looked at, a name can be read.
  menu = await columns();
  await menu.getByLabel("Width of Warnings").fill("300");
  await menu.getByLabel("Width of Warnings").press("Enter");
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 1920, height: 900 });
  await head("Scheduling Block").waitFor();
  await page.locator(".of-array:has(tbody tr) .sb a").first().click();
  await page.locator("aside.why").waitFor();
  for (const width of [1920, 1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    assert.ok((await wide(head("Scheduling Block"))) >= 60, `${width}: ${await wide(head("Scheduling Block"))} px`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  menu = await columns();
  await menu.getByLabel("Width of Warnings").fill("");
  await menu.getByLabel("Width of Warnings").press("Enter");
  await menu.getByRole("checkbox", { name: "Warnings" }).uncheck();
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 390, height: 900 });
  assert.ok((await wide(head("Scheduling Block"))) >= 60, "the warnings are gone there already");
  await page.setViewportSize({ width: 1440, height: 900 });
  await visit.open(`/plan?at=${NIGHT}`);
  await opened(page, visit);
  menu = await columns();
  await menu.getByRole("button", { name: "Reset" }).click();
  await head("RA").waitFor();
  await eventually(async () => assert.equal(await wide(head("Project")), of_project));
  assert.equal(await wide(head("Scheduling Block")), of_name);
});
