// Coming in and being kept out: signing in and out, closed reading, the link that sets a password, one's own account, and what
// an admin decides. Everything is a plain form, so each story is told with and without JavaScript.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { eventually, signInAs, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const demo = stage((app) => app.openDemo());

story(demo, "somebody signs in with one click in a demo, and is where they were", async (page, visit) => {
  await visit.open("/definitions");
  await page.getByText("simulated log, open accounts").waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign in as astronomer" }).click();
  await page.waitForURL(/\/definitions$/);
  await visit.settled();
  await page.getByRole("button", { name: "astronomer" }).click();
  await page.locator("#person-menu").getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/triage$/);
  await page.getByRole("link", { name: "Sign in" }).waitFor();
});

story(demo, "a wrong password is told and nobody is in", async (page, visit) => {
  await visit.open("/sign-in?next=/definitions");
  await page.getByRole("main").getByLabel("Name", { exact: true }).fill("astronomer");
  await page.getByRole("main").getByLabel("Password", { exact: true }).fill("not this one");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("name or password is wrong").waitFor();
  await visit.settled();
  assert.equal(new URL(page.url()).searchParams.get("next"), "/definitions");
  // The sentence is said once.
  await page.reload();
  assert.equal(await page.getByRole("alert").count(), 0);
  await page.getByRole("main").getByLabel("Name", { exact: true }).fill("astronomer");
  await page.getByRole("main").getByLabel("Password", { exact: true }).fill("demo");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/definitions$/);
});

story(demo, "an admin makes an account, and its link sets the password once", async (page, visit) => {
  const name = `new-${visit.javaScript ? "with" : "without"}`;
  await signInAs(visit, "admin", "/admin/accounts");
  await page.getByLabel("Login name").fill(name);
  await page.getByRole("button", { name: "Make the account and a link" }).click();
  const link = await page.locator(".secret").textContent();
  assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/set-password\/[0-9a-f]{64}$/);
  await page.getByRole("row", { name }).waitFor();
  await visit.settled();
  await page.reload();
  assert.equal(await page.locator(".secret").count(), 0, "it is shown once");

  await visit.open(link);
  await page.getByText(name).waitFor();
  await page.getByLabel("New password").fill("a few words");
  await page.getByLabel("The same again").fill("other words");
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
  await page.getByRole("alert").getByText("the two are not the same").waitFor();
  await page.getByLabel("New password").fill("a few words");
  await page.getByLabel("The same again").fill("a few words");
  await page.getByRole("button", { name: "Set the password and sign in" }).click();
  await page.waitForURL(/\/triage$/);
  await page.getByRole("button", { name }).waitFor();
  await visit.settled();
  await visit.open(link);
  await page.getByText("This link is used").waitFor();
});

story(demo, "a token is shown once and can be revoked, and the keys can be switched off", async (page, visit) => {
  await signInAs(visit, "planner", "/account");
  await page.getByLabel("What the new token is for").fill("nightly");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = await page.locator(".secret").textContent();
  const ask = () => fetch(`${visit.app.url}/api/v1/findings?limit=1`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await ask()).status, 200);
  await visit.settled();
  await page.getByRole("button", { name: "Revoke nightly" }).first().click();
  await page.getByText("The token is revoked.").waitFor();
  assert.equal((await ask()).status, 401);
  await visit.settled();
  const keys = page.getByLabel("Single-key shortcuts");
  assert.equal(await keys.isChecked(), true);
  await keys.uncheck();
  await page.getByRole("button", { name: "Keep this" }).click();
  await page.getByText("Single-key shortcuts are off.").waitFor();
  assert.equal(await keys.isChecked(), false);
  await visit.settled();
  await keys.check();
  await page.getByRole("button", { name: "Keep this" }).click();
  await page.getByText("Single-key shortcuts are on.").waitFor();
});

story(demo, "a threshold out of bounds is refused, one within counts from the next detection", async (page, visit) => {
  await signInAs(visit, "admin", "/admin/parameters");
  const field = page.getByLabel("gap_min");
  // Past the browser's own check.
  await field.evaluate((input) => (input.form.noValidate = true));
  await field.fill("0");
  await page.getByRole("button", { name: "Save the thresholds" }).click();
  await page.getByRole("alert").getByText("whole number of seconds from 1 to").waitFor();
  await visit.settled();
  await field.fill("400");
  await page.getByRole("button", { name: "Save the thresholds" }).click();
  await page.getByText("The next detection applies them").waitFor();
  await visit.settled();
  await page.getByRole("button", { name: "Look for findings now" }).click();
  await page.getByText(/Findings: \d+ open/).waitFor();
  assert.equal(await page.getByRole("button", { name: "Look for findings now" }).count(), 0);
  await visit.settled();
  await field.fill("300");
  await page.getByRole("button", { name: "Save the thresholds" }).click();
  await visit.settled();
  await page.getByRole("button", { name: "Look for findings now" }).click();
  await page.getByText(/Findings: \d+ open/).waitFor();
});

story(demo, "who may not administer is told so", { expectStatus: [401, 403] }, async (page, visit) => {
  const asVisitor = await visit.open("/admin/accounts");
  assert.equal(asVisitor.status(), 401);
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).waitFor();
  await signInAs(visit, "viewer", "/triage");
  const asViewer = await visit.open("/admin/accounts");
  assert.equal(asViewer.status(), 403);
  await page.getByText("Your role does not include this").waitFor();
});

story(demo, "closed reading leads everybody to the door and back", async (page, visit) => {
  const close = async (label) => {
    await page.getByLabel(label).check();
    await page.getByRole("button", { name: "Save the settings" }).click();
    await page.getByRole("status").getByText("Reading is").waitFor();
    await visit.settled();
  };
  await signInAs(visit, "admin", "/admin/settings");
  await close("Closed");
  try {
    await page.context().clearCookies();
    await visit.open("/definitions?a=b");
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await page.getByRole("button", { name: "Sign in as admin" }).click();
    await page.waitForURL(/\/definitions\?a=b$/);
    await visit.settled();
  } finally {
    await signInAs(visit, "admin", "/admin/settings");
    await close("Open");
  }
});

for (const scheme of ["light", "dark"]) {
  story(demo, `no barrier on the pages of people, ${scheme}`, { scheme, only: "with" }, async (page, visit) => {
    const pages = ["/sign-in", "/set-password/none"];
    const signedIn = ["/account", "/admin/accounts", "/admin/types", "/admin/parameters", "/admin/settings"];
    const check = async (address) => {
      await visit.open(address);
      await page.evaluate(AXE);
      const found = await page.evaluate(() => globalThis.axe.run());
      const told = found.violations.map((v) => `${address} ${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`);
      assert.deepEqual(told, []);
    };
    for (const address of pages) await check(address);
    await signInAs(visit, "admin", "/triage");
    for (const address of signedIn) await check(address);
  });
}

story(demo, "a phone shows the pages of people without scrolling sideways", { size: [390, 844] }, async (page, visit) => {
  await visit.open("/sign-in");
  await signInAs(visit, "admin", "/account");
  for (const address of ["/account", "/admin/accounts", "/admin/types", "/admin/parameters"]) {
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
