// Views of the triage list: saved under a name, shared when published, and where triage begins.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { eventually, signInAs, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const demo = stage((app) => app.openDemo());

// Somebody else in a browser of their own, without scripts, on a page.
async function colleague(visit, name, next) {
  const context = await visit.context.browser().newContext({ baseURL: visit.app.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByRole("button", { name: `Sign in as ${name}` }).click();
  return { page, close: () => context.close() };
}

async function menu(page) {
  await page.getByRole("button", { name: "Views" }).click();
  return page.getByRole("dialog", { name: "Views" });
}

// Saves what the list shows.
async function save(page, visit, name) {
  const views = await menu(page);
  await views.getByLabel("Save what the list shows as").fill(name);
  await views.getByRole("button", { name: "Save the view" }).click();
  await page.getByText("The view is saved.").waitFor();
  await visit.settled();
}

// The row of a view on the page where views are looked after.
const rowOf = (page, name) => page.getByRole("row", { name });

// Takes away what a story has left, so that it can be told again.
async function forget(page) {
  const views = await (await page.request.get("/api/v1/views")).json();
  for (const { id, mine } of views) {
    const headers = { "sec-fetch-site": "same-origin" };
    if (mine) assert.equal((await page.request.delete(`/api/v1/views/${id}`, { headers })).status(), 204);
  }
}

story(demo, "a view is saved with its filter and order, found in the menu, and shared once it is published", async (page, visit) => {
  const name = `Long gaps <b>&</b> "more" ${visit.javaScript}`;
  await signInAs(visit, "astronomer", "/triage?q=class:gap+dur:%3E0.5&sort=-duration");
  await save(page, visit, name);
  await page.getByRole("searchbox", { name: "Filter" }).fill("state:open");
  await page.getByRole("searchbox", { name: "Filter" }).press("Enter");
  await page.waitForURL(/q=state(:|%3A)open&sort=-duration$/);
  const link = (await menu(page)).getByRole("link", { name });
  assert.equal(await link.getAttribute("aria-current"), null);
  await link.click();
  await page.waitForURL(/q=class:gap\+dur:%3E0.5&sort=-duration/);
  if (visit.javaScript) {
    await page.getByRole("dialog", { name: "Views" }).waitFor({ state: "hidden" });
  }
  const again = (await menu(page)).getByRole("link", { name });
  await eventually(async () => assert.equal(await again.getAttribute("aria-current"), "true"));

  let other = await colleague(visit, "viewer", "/triage/views");
  await other.page.getByText("Nobody has published a view.").waitFor();
  await visit.open("/triage/views");
  await rowOf(page, name).getByRole("button", { name: "Publish" }).click();
  await page.getByText("Others see the view now.").waitFor();
  await visit.settled();
  await other.page.reload();
  await other.page.getByRole("row", { name: `${name} astronomer` }).getByRole("link", { name }).click();
  await other.page.waitForURL(/q=class:gap\+dur:%3E0.5&sort=-duration/);
  await other.page.getByRole("button", { name: "Views" }).click();
  await other.page.getByText("Published by others").waitFor();
  await other.close();

  await rowOf(page, name).getByRole("textbox").fill(`${name} renamed`);
  await rowOf(page, name).getByRole("button", { name: "Rename" }).click();
  await page.getByText("The view has its new name.").waitFor();
  await visit.settled();
  await rowOf(page, `${name} renamed`).getByRole("button", { name: "Withdraw" }).click();
  await page.getByText("Only its owner sees the view now.").waitFor();
  await visit.settled();
  other = await colleague(visit, "viewer", "/triage/views");
  await other.page.getByText("Nobody has published a view.").waitFor();
  await other.close();
  await rowOf(page, `${name} renamed`).getByRole("button", { name: "Delete" }).click();
  await page.getByText("The view is deleted.").waitFor();
  await visit.settled();
  assert.equal(await rowOf(page, name).count(), 0);
});

story(demo, "triage begins with the view of my choice, and everything else can still be reached", async (page, visit) => {
  await signInAs(visit, "planner", "/triage?q=class:user-error&sort=end");
  await save(page, visit, "Errors");
  await visit.open("/triage/views");
  await page.getByText("Triage begins for you with what still needs a decision").waitFor();
  await rowOf(page, "Errors").getByRole("button", { name: "Begin with it" }).click();
  await page.getByText("Triage begins so for you from now on.").waitFor();
  await visit.settled();
  await page.getByText("Triage begins with it").waitFor();

  await visit.open("/triage");
  assert.match(page.url(), /\?q=class:user-error&sort=end$/);
  await visit.open("/");
  assert.match(page.url(), /\?q=class:user-error&sort=end$/);
  await visit.open("/definitions");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Triage" }).click();
  await page.waitForURL(/\?q=class:user-error&sort=end$/);
  await visit.settled();
  // Back and forth: the address that says nothing is never in the way.
  await page.goBack();
  await page.waitForURL(/definitions$/);
  await page.goForward();
  await page.waitForURL(/\?q=class:user-error&sort=end$/);
  await visit.settled();

  await (await menu(page)).getByRole("link", { name: "What still needs a decision" }).click();
  await page.waitForURL(/\?q=state:open$/);
  await page.reload();
  await visit.settled();
  assert.match(page.url(), /\?q=state:open$/);
  await page.getByRole("link", { name: "Clear all" }).click();
  await page.waitForURL(/\?q=$/);
  await visit.settled();
  await visit.open("/triage/views");
  await page.getByRole("button", { name: "Begin as my role does" }).click();
  await page.getByText("Triage begins so for you from now on.").waitFor();
  await visit.settled();
  await visit.open("/triage");
  assert.match(page.url(), /\/triage$/);
  await forget(page);
});

story(demo, "an admin chooses what a role begins with, among what is published", async (page, visit) => {
  await signInAs(visit, "admin", "/triage?q=class:gap");
  await save(page, visit, "All gaps");
  await visit.open("/triage/views");
  const role = page.getByRole("combobox", { name: "Manager" });
  assert.equal(await role.locator("option").count(), 1, "nothing is published yet");
  await rowOf(page, "All gaps").getByRole("button", { name: "Publish" }).click();
  await page.getByText("Others see the view now.").waitFor();
  await visit.settled();
  await role.selectOption({ label: "All gaps (admin)" });
  await page.getByRole("button", { name: "Save for Manager" }).click();
  await page.getByText("Triage begins so for the role Manager.").waitFor();
  await visit.settled();
  assert.equal(await role.locator("option:checked").innerText(), "All gaps (admin)");
  const manager = await colleague(visit, "manager", "/definitions");
  await manager.page.waitForURL(/definitions$/);
  await manager.page.goto("/triage");
  assert.match(manager.page.url(), /\?q=class:gap$/);
  await manager.page.goto("/triage/views");
  await manager.page.getByText("as for everybody of your role who chose nothing").waitFor();
  await manager.close();
  await forget(page);
});

story(demo, "the menu opens, walks and closes by keys", { only: "with" }, async (page, visit) => {
  await signInAs(visit, "astronomer", "/triage?q=class:gap");
  await page.locator("body").press("v");
  const views = page.getByRole("dialog", { name: "Views" });
  await views.waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\?q=state:open$/);
  await views.waitFor({ state: "hidden" });
});

story(demo, "a visitor has what is built in, and a page of what others published", async (page, visit) => {
  await visit.open("/triage");
  const views = await menu(page);
  await views.getByRole("link", { name: "All findings" }).waitFor();
  assert.equal(await views.locator("form").count(), 0);
  await views.getByRole("link", { name: "What others published" }).click();
  await page.getByRole("heading", { name: "Published by others" }).waitFor();
  await visit.settled();
});

for (const scheme of ["light", "dark"]) {
  story(demo, `no barrier in the menu and on the page of views, ${scheme}`, { scheme, only: "with" }, async (page, visit) => {
    await signInAs(visit, "admin", "/triage?q=class:gap");
    await save(page, visit, "All gaps");
    const check = async (what) => {
      await page.evaluate(AXE);
      const found = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(found.violations.map((v) => `${what} ${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
    };
    await menu(page);
    await check("the menu");
    await visit.open("/triage/views");
    await check("the page");
    await forget(page);
  });
}

story(demo, "a phone shows the menu and the page of views without scrolling sideways", { size: [390, 844] }, async (page, visit) => {
  await signInAs(visit, "admin", "/triage?q=class:gap");
  await save(page, visit, "x".repeat(80));
  await menu(page);
  const wide = () => page.evaluate(() => {
    const main = document.querySelector("main");
    return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
  });
  assert.ok((await wide()) <= 0, "the menu");
  await visit.open("/triage/views");
  assert.ok((await wide()) <= 0, "the page");
  await forget(page);
});
