// What a person sees before anything is loaded, and when the database is gone.

import assert from "node:assert/strict";

import { App } from "./app.mjs";
import { eventually, stage, story } from "./story.mjs";

const empty = stage(async () => {});

story(empty, "with nothing loaded yet the page says how to load", async (page, visit) => {
  const response = await visit.open("/triage");
  assert.equal(response.status(), 200);
  await page.getByText("No log is loaded yet").waitFor();
  await page.getByText("shiftdesk ingest").first().waitFor();
  await visit.open("/data/quarantine");
  await page.getByText("Every row of every file loaded.").waitFor();
});

// A server on somebody's PostgreSQL, which is then switched off: here the own one of another server.
const broken = stage(async (app, stage) => {
  await app.demo({ weeks: 1, seed: 7, now: "2026-03-16T08:30:00Z" });
  const { url } = await app.database();
  stage.app = await App.start({ databaseUrl: url });
  await app.stop();
});

story(broken, "without its database the page says what failed, and gives a ticket", { expectStatus: [503] }, async (page, visit) => {
  const response = await visit.open("/triage");
  assert.equal(response.status(), 503);
  await page.getByText("The database does not answer.").first().waitFor();
  const ticket = await page.locator(".ticket code").first().innerText();
  assert.ok(visit.app.said.includes(ticket), "the operator finds the ticket in the log");
  assert.doesNotMatch(await page.locator("body").innerText(), /postgres|sqlx|socket|password/i, "the cause is the operator's business");
});

story(broken, "without its database the definitions can still be read", { expectStatus: [503] }, async (page, visit) => {
  const response = await visit.open("/definitions");
  assert.equal(response.status(), 200);
  await page.getByRole("heading", { name: "Definitions", level: 1 }).waitFor();
  const ready = await fetch(`${visit.app.url}/readyz`);
  assert.equal(ready.status, 503);
  assert.equal((await fetch(`${visit.app.url}/healthz`)).status, 200);
});

const killed = stage((app) => app.demo({ weeks: 1, seed: 7, now: "2026-03-16T08:30:00Z" }));

story(killed, "a database that is killed comes back by itself, with everything in it", { expectStatus: [503] }, async (page, visit) => {
  await visit.open("/triage");
  const before = await page.getByRole("status").filter({ hasText: /findings?,/ }).innerText();
  process.kill((await visit.app.database()).pid, "SIGKILL");
  await eventually(async () => {
    const response = await page.goto("/triage");
    assert.equal(response.status(), 200);
  }, { within: 60_000 });
  await visit.settled();
  assert.equal(await page.getByRole("status").filter({ hasText: /findings?,/ }).innerText(), before);
});
