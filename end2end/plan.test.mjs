// What to observe next: the list, what if, why and why not, the pinned list, policies, and the plan of a shift.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { eventually, signInAs, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// The simulated log ends on 2026-03-16; this is a night of it, with its configuration and its air.
const NIGHT = "2026-03-15T02:00:00Z";
const at = (rest = "") => `/plan?at=${NIGHT}${rest}`;
const PADS = "/plan/array?pwv=1&pads=0,0%0A300,0%0A0,400%0A-200,-150";
const demo = stage((app) => app.openDemo());
const empty = stage(() => {});

// With JavaScript: until the page ranks by itself.
async function opened(page, visit, address) {
  await page.goto(address);
  if (visit.javaScript) await page.locator("#plan[data-live]").waitFor();
}

const rows = (page) =>
  page.locator(".sbs:not(.not-listed) tr[data-sb]").evaluateAll((all) =>
    all.map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join("|")),
  );
const follows = (page, visit, pattern) => (visit.javaScript ? eventually(async () => assert.match(page.url(), pattern)) : assert.match(page.url(), pattern));

story(demo, "a planner reads the list, and why a block stands where it does", async (page, visit) => {
  await visit.open("/triage");
  await page.getByRole("navigation", { name: "Pages" }).first().getByRole("link", { name: "Plan" }).click();
  await page.getByText("blocks can be observed").waitFor();
  await opened(page, visit, at());
  const sections = await page.locator(".of-array h2 .name").allTextContents();
  assert.deepEqual(sections, ['ToO "Ready" Scheduling Blocks', "12m", "7m", "TP"]);
  assert.match(await page.locator(".plan-lists .when").textContent(), /2026-03-15 02:00:00 UTC · LST \d\d:\d\d:\d\d/);
  const first = page.locator(".sbs tr[data-sb] th.sb a").first();
  const name = await first.textContent();
  const score = Number(await page.locator(".sbs tr[data-sb] .score").first().textContent());
  await first.click();
  const why = page.locator("aside.why");
  await why.getByRole("heading", { level: 2, name }).waitFor();
  await follows(page, visit, /sb=uid/);
  // The parts add up to the score.
  const parts = (await why.locator("table.criteria tbody tr td:last-child").allTextContents()).map(Number);
  assert.equal(parts.length, 7);
  assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - score) < 0.01, `${parts} is ${score}`);
  assert.equal(await why.locator("table.checks tbody tr.passes").count(), 13);
  await why.locator(".chart svg").waitFor();
  await why.getByRole("heading", { name: "Executions so far" }).waitFor();
  await eventually(async () => assert.equal(await why.getByText("Its executions are being read.").count(), 0));
  if (visit.javaScript) {
    await page.keyboard.press("Escape");
  } else {
    await why.getByRole("link", { name: "Close" }).click();
  }
  await eventually(async () => assert.equal(await why.count(), 0));
  assert.equal(await page.locator(".sbs tr[data-sb] th.sb a").first().textContent(), name);
});

story(demo, "every block that is not listed says which check fails, and one search finds it", async (page, visit) => {
  await opened(page, visit, at("&rows=all"));
  const said = Number((await page.locator("#why-not-head .n").textContent()).split(" ")[0]);
  const counts = await page.locator(".checks-counts .n").allTextContents();
  assert.equal(counts.map(Number).reduce((sum, n) => sum + n, 0), said);
  const [listed, all] = (await page.locator(".n-listed").textContent()).match(/\d+/g).map(Number);
  assert.equal(listed + said, all, "each block is in the list or says why not");
  // By one check alone.
  await page.locator(".checks-counts").getByRole("link", { name: /^elevation/ }).click();
  await follows(page, visit, /failing=elevation/);
  await eventually(async () => {
    const failing = await page.locator(".not-listed tbody td:nth-child(4)").allTextContents();
    assert.ok(failing.length > 0 && failing.every((check) => check === "elevation"), failing.join());
  });
  // One of them that is low now and fails nothing else: when it has risen, it is listed.
  const hrefs = await page.locator(".not-listed tbody th a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  let found;
  for (const href of hrefs) {
    await opened(page, visit, href);
    if (await page.locator("aside.why .standing.not a").count()) {
      found = { id: new URL(page.url()).searchParams.get("sb"), name: await page.locator("aside.why h2").first().textContent() };
      break;
    }
  }
  assert.ok(found, "no block is listed later");
  // Where is it?
  await opened(page, visit, at());
  await page.getByLabel("Where is").fill(found.name);
  if (!visit.javaScript) await page.getByRole("button", { name: "Show" }).click();
  await follows(page, visit, /find=/);
  await eventually(async () => assert.ok((await page.locator(".not-listed tbody tr").count()) >= 1));
  await page.locator(`.not-listed tr[data-sb="${found.id}"] th a`).click();
  await page.locator("aside.why .standing.not").waitFor();
  // At the next time it says, the check passes.
  await page.locator("aside.why .standing.not a").first().click();
  await page.locator("aside.why .standing:not(.not)").waitFor();
});

story(demo, "blocks are filtered in the words of triage, listed or not, and so is the file", async (page, visit) => {
  await opened(page, visit, at("&rows=all"));
  const find = async (words) => {
    await page.getByLabel("Where is").fill(words);
    if (!visit.javaScript) await page.getByRole("button", { name: "Show" }).click();
    await follows(page, visit, /find=/);
  };
  const bands = () => page.locator(".sbs:not(.not-listed) tbody td.c-band").allTextContents();
  const all = (await bands()).length;
  const six = (await bands()).filter((band) => band === "6").length;
  assert.ok(six > 0 && six < all, `${six} of ${all}`);
  await find("band:6");
  await eventually(async () => assert.deepEqual(await bands(), Array(six).fill("6")));
  // The file holds what the page shows, with the ranks among all.
  const ranks = await page.locator(".sbs:not(.not-listed) tbody td.c-rank").allTextContents();
  const file = await page.request.get(await page.getByRole("link", { name: "CSV", exact: true }).getAttribute("href"));
  const lines = (await file.text()).trim().split("\r\n").slice(1);
  assert.deepEqual(lines.map((line) => line.split(",").find((cell) => /^\d+$/.test(cell))), ranks);
  // What is excluded is everything else.
  await find("-band:6");
  await eventually(async () => assert.equal((await bands()).length, all - six));
  assert.ok((await bands()).every((band) => band !== "6"));
  // A mistake is told with its place, and the rest applies.
  await find("band:6 colour:red");
  await page.getByText("there is no filter colour").waitFor();
  await eventually(async () => assert.deepEqual(await bands(), Array(six).fill("6")));
  await page.getByText("Filter words").click();
  await page.getByText("representative frequency [GHz]").waitFor();
});

story(demo, "an array is taken from where its antennas stand, and the conditions stay", async (page, visit) => {
  await opened(page, visit, at("&pwv=0.8"));
  await page.getByRole("link", { name: "Array from positions" }).click();
  const positions = page.getByLabel("East and north of each antenna [m], a line each");
  const work = page.getByRole("button", { name: "Work out the resolution" });
  await positions.fill("0, 0\n100, x\n");
  await work.click();
  await page.getByText("Line 2: north is no number; write it with a point.").waitFor();
  assert.equal(await positions.inputValue(), "0, 0\n100, x\n", "what was pasted is still there");
  await positions.fill("x_m,y_m\n0,0\n300,0\n0,400\n-200,-150\n");
  await work.click();
  // Baselines: 300, 400, 500, 250, √(500² + 150²) = 522.0, √(200² + 550²) = 585.2.
  const cell = (name) => page.getByRole("row", { name }).locator("td").textContent();
  assert.deepEqual(await Promise.all(["Antennas", "Baselines", "Shortest", "Longest"].map(cell)), ["4", "6", "250.0", "585.2"]);
  const ar = await cell("AR at 100 GHz");
  assert.ok(Math.abs(Number(ar) * Number(await cell("Length that counts")) - 618) < 0.2, ar);
  await page.getByRole("link", { name: "Rank with this array" }).click();
  await page.getByText("blocks can be observed").waitFor();
  const asked = new URL(page.url()).searchParams;
  assert.deepEqual([asked.get("pwv"), asked.get("antennas"), Number(asked.get("ar"))], ["0.8", "4", Number(ar)]);
  assert.match(await page.locator(".standing-now").textContent(), /4 antennas/);
});

story(demo, "the list follows while the water vapour moves, and comes back to now", { only: "with" }, async (page, visit) => {
  await opened(page, visit, at());
  const before = await rows(page);
  const slider = page.locator("input[data-for=pwv]");
  await slider.fill("4");
  await eventually(async () => assert.notDeepEqual(await rows(page), before));
  assert.equal(await page.locator("input[name=pwv]").inputValue(), "4");
  await eventually(async () => assert.match(page.url(), /pwv=4/));
  // The address alone makes the same list.
  const wet = await rows(page);
  await page.reload();
  await page.locator("#plan[data-live]").waitFor();
  assert.deepEqual(await rows(page), wet);
  await page.locator("input[name=pwv]").fill("wet");
  await page.getByText("pwv=wet: not a number from 0 to 20").waitFor();
  await page.locator("input[name=pwv]").fill("");
  await eventually(async () => assert.deepEqual(await rows(page), before));
  await page.getByRole("link", { name: "Back to now" }).click();
  await eventually(async () => assert.equal(new URL(page.url()).search, "?find="));
  await page.locator(".when").getByText("Now").waitFor();
  await page.goBack();
  await eventually(async () => assert.deepEqual(await rows(page), before));
});

story(demo, "server and browser make the same list", { only: "with" }, async (page, visit) => {
  await opened(page, visit, "/plan");
  const share = ((seed) => () => (seed = (seed * 48271) % 2147483647) / 2147483647)(11);
  let n = 0;
  for (let nth = 0; nth < 25; nth += 1) {
    const day = String(3 + Math.floor(share() * 12)).padStart(2, "0");
    const hour = String(Math.floor(share() * 24)).padStart(2, "0");
    let query = `at=2026-03-${day}T${hour}:10:00Z&rows=all`;
    if (share() < 0.7) query += `&pwv=${(0.2 + 5 * share()).toFixed(3)}`;
    if (share() < 0.5) query += `&el=${(60 * share()).toFixed(1)}`;
    if (share() < 0.3) query += `&ar=${(0.1 + 3 * share()).toFixed(3)}`;
    if (share() < 0.5) query += "&policy=dsa-cycle3";
    const [theirs, ours] = await page.evaluate(async (query) => {
      const of = (root) =>
        [...root.querySelectorAll(".sbs tr[data-sb]")].map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join("|"));
      const html = await (await fetch(`/plan?${query}`)).text();
      const theirs = of(new DOMParser().parseFromString(html, "text/html"));
      history.pushState(null, "", `/plan?${query}`);
      dispatchEvent(new PopStateEvent("popstate"));
      // The air of another time is asked for.
      for (let wait = 0; wait < 60; wait += 1) {
        await new Promise((done) => setTimeout(done, 50));
        if (JSON.stringify(of(document)) === JSON.stringify(theirs)) break;
      }
      return [theirs, of(document)];
    }, query);
    assert.deepEqual(ours, theirs, query);
    n += theirs.length;
  }
  assert.ok(n > 500, `${n} rows were compared`);
});

story(demo, "a pinned list shows who rises and who falls", async (page, visit) => {
  await opened(page, visit, at());
  await page.getByRole("link", { name: "Pin this list" }).click();
  await page.locator(".beside").waitFor();
  assert.match(await page.locator(".beside").textContent(), /0 rise, 0 fall, 0 new, 0 gone/);
  await page.locator("input[name=pwv]").fill("4");
  if (!visit.javaScript) await page.getByRole("button", { name: "Show" }).click();
  await eventually(async () => assert.doesNotMatch(await page.locator(".beside").textContent(), /0 rise, 0 fall, 0 new, 0 gone/));
  await follows(page, visit, /pwv=4/);
  await follows(page, visit, /pin=/);
  await page.getByRole("link", { name: "Unpin" }).click();
  await eventually(async () => assert.equal(await page.locator(".beside").count(), 0));
});

story(demo, "the next configuration has its dates", async (page, visit) => {
  await opened(page, visit, at());
  await page.getByRole("link", { name: /^Next configuration: C-/ }).click();
  await follows(page, visit, /array=next/);
  await eventually(async () => assert.match(await page.locator(".standing-now").textContent(), /12 m C-\d+, 2026-\d\d-\d\d to 2026-\d\d-\d\d/));
});

story(demo, "a policy needs a second planner before it can be the default", { only: "without" }, async (page, visit) => {
  await signInAs(visit, "planner", "/plan/policies");
  await page.getByText("Make a policy from this one").click();
  await page.getByLabel("Name").fill("winter");
  await page.getByLabel("Weight: condition").fill("0.6");
  await page.getByRole("button", { name: "Keep it as a new version" }).click();
  await page.getByText("Version 1 of winter is kept.").waitFor();
  await page.getByText("somebody else approves it").waitFor();
  await page.getByRole("link", { name: "Test it on the last month's executions" }).click();
  await page.getByText("executions were ranked as of their start").waitFor();
  await page.getByRole("link", { name: "Both lists side by side" }).click();
  await page.locator(".beside").waitFor();
  assert.match(await page.locator(".n-listed").textContent(), /by policy winter, version 1/);
});

// Twelve hours from the next full hour on, for the 7 m array: it needs no configuration.
const SHIFT = "/plan/shift?family=7m";

story(demo, "a shift is planned by keyboard: filled, moved, undone, published", async (page, visit) => {
  await signInAs(visit, "planner", SHIFT);
  const press = async (name) => {
    await page.getByRole("button", { name, exact: true }).first().focus();
    await page.keyboard.press("Enter");
  };
  await page.getByRole("heading", { level: 1, name: /^7 m plan/ }).waitFor();
  // The story is told twice on one plan.
  while (await page.getByRole("button", { name: "Remove" }).count()) {
    await press("Remove");
    await page.getByText(/^Took .* out\.$/).waitFor();
  }
  await press("Fill the rest");
  await page.getByText(/Filled the rest with \d+ executions, \d+ % of what no sequence can exceed\./).waitFor();
  const n = await page.locator(".planned tbody tr").count();
  assert.ok(n > 0);
  const start = () => page.locator(".planned tbody tr").last().locator("td").first().textContent();
  const before = await start();
  await page.locator(".planned tbody tr").last().getByRole("button", { name: "+5", exact: true }).press("Enter");
  await page.getByText(/^Moved .* UTC\.$/).waitFor();
  const seconds = (text) => Date.parse(`${text.trim().replace(" ", "T")}Z`) / 1000;
  assert.equal(seconds(await start()) - seconds(before), 300);
  await press("Undo the last change");
  await page.getByText(/^Undid version \d+: moved/).waitFor();
  assert.equal(await start(), before);
  await press("Publish");
  await page.getByText("Published it.").waitFor();
  await page.getByText(/Published as version \d+ by planner/).waitFor();
  assert.match(await page.locator(".shift-plan").first().getAttribute("aria-label") ?? (await page.locator(".shift-plan desc").first().textContent()), /executions planned/);
});

story(demo, "a shift is planned for the water vapour that is expected", async (page, visit) => {
  await signInAs(visit, "planner", SHIFT);
  const field = page.getByLabel("Planned for water vapour [mm]");
  const scores = () => page.locator("select[name=add] option").allTextContents();
  const now = await scores();
  await field.fill("wet");
  await page.getByRole("button", { name: "Plan for it" }).click();
  await page.getByText("Water vapour: not a number from 0 to 20, so that of now applies.").waitFor();
  assert.deepEqual(await scores(), now);
  await field.fill("0.3");
  await page.getByRole("button", { name: "Plan for it" }).click();
  await page.waitForURL(/pwv=0\.3/);
  assert.notDeepEqual(await scores(), now);
  // What is done keeps the air it is done for.
  while (await page.getByRole("button", { name: "Remove" }).count()) {
    await page.getByRole("button", { name: "Remove" }).first().click();
    await page.getByText(/^Took .* out\.$/).waitFor();
  }
  await page.getByRole("button", { name: "Fill the rest" }).click();
  await page.getByText(/Filled the rest with/).waitFor();
  assert.equal(await field.inputValue(), "0.3");
  await page.locator(".plan-events li").first().getByRole("link", { name: "Replay it" }).click();
  await page.locator(".made-of").getByText(/^0\.30 mm/).waitFor();
  await page.getByRole("link", { name: "Back to the plan" }).click();
  await page.getByRole("link", { name: "Back to the air of now" }).click();
  await page.waitForURL((url) => !url.searchParams.has("pwv"));
  assert.equal(await field.inputValue(), "");
});

story(demo, "a target of opportunity says what it displaces before anybody agrees", async (page, visit) => {
  await page.goto(at());
  const too = await page.locator(".sbs tr[data-sb]").first().getAttribute("data-sb");
  await signInAs(visit, "planner", SHIFT);
  if (!(await page.locator(".planned tbody tr").count())) {
    await page.getByRole("button", { name: "Fill the rest" }).click();
    await page.locator(".planned tbody tr").first().waitFor();
  }
  const first = (await page.locator(".planned tbody tr td").first().textContent()).trim();
  const n = await page.locator(".planned tbody tr").count();
  await page.goto(`${SHIFT}&add=${encodeURIComponent(too)}&at=${first.replace(" ", "T")}Z`);
  const asked = page.locator(".inserting");
  await asked.getByText(/It displaces \d+ and loses/).waitFor();
  const gone = Number((await asked.textContent()).match(/It displaces (\d+)/)[1]);
  await asked.getByRole("button", { name: "Put it in" }).click();
  await page.getByText(/^Put .* at .* UTC, in the place of/).waitFor();
  assert.equal(await page.locator(".planned tbody tr").count(), n - gone + 1);
  await page.getByRole("button", { name: "Undo the last change" }).click();
  await page.getByText(/^Undid version/).waitFor();
  assert.equal(await page.locator(".planned tbody tr").count(), n);
});

story(demo, "the list behind a plan is kept whole, and made again from the same it is the same", async (page, visit) => {
  await signInAs(visit, "planner", SHIFT);
  while (await page.getByRole("button", { name: "Remove" }).count()) {
    await page.getByRole("button", { name: "Remove" }).first().click();
    await page.getByText(/^Took .* out\.$/).waitFor();
  }
  await page.getByRole("button", { name: "Fill the rest" }).click();
  await page.getByText(/Filled the rest with/).waitFor();
  const began = /began with (.*)\. Replay it/.exec(await page.locator(".plan-events li").first().textContent())[1].split(", ");
  const replay = page.locator(".plan-events li").first().getByRole("link", { name: "Replay it" });
  const href = await replay.getAttribute("href");
  await replay.click();
  await page.getByRole("heading", { level: 1, name: /^The list behind version \d+$/ }).waitFor();
  await page.getByText("Made again from the same conditions and policy it is the same.").waitFor();
  const rows = await page.locator("table.kept tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.deepEqual(rows.slice(0, began.length).map((row) => row[1]), began);
  rows.forEach(([rank, , score, again, scoreAgain], nth) => assert.deepEqual([rank, again, scoreAgain], [`${nth + 1}`, `${nth + 1}`, score]));
  assert.match(await page.locator(".made-of").textContent(), /Water vapour.* mm; (not )?measured.*Policyshiftdesk, version 1/);
  await page.getByRole("link", { name: "Back to the plan" }).click();
  await page.getByRole("heading", { level: 1, name: /^7 m plan/ }).waitFor();
  // A version without a list says so.
  const answer = await page.request.get(href.replace(/version=\d+/, "version=99999"));
  assert.match(await answer.text(), /There is nothing here: the list of version 99999 of this plan/);
});

story(demo, "of two planners the slower one is told, and nothing is overwritten", { only: "without" }, async (page, visit) => {
  await signInAs(visit, "planner", SHIFT);
  if (!(await page.locator(".planned tbody tr").count())) {
    await page.getByRole("button", { name: "Fill the rest" }).click();
    await page.locator(".planned tbody tr").first().waitFor();
  }
  const other = await visit.context.newPage();
  await other.goto(SHIFT);
  await other.getByRole("button", { name: "Remove" }).first().click();
  await other.getByText(/^Took .* out\.$/).waitFor();
  const n = await other.locator(".planned tbody tr").count();
  await page.getByRole("button", { name: "+60" }).first().click();
  await page.locator(".said.failed").waitFor();
  assert.equal(await page.locator(".planned tbody tr").count(), n, "the plan as the other one left it");
});

story(demo, "pressure sums by sidereal time, configuration and executive", async (page) => {
  await page.goto("/plan/pressure");
  const cells = await page.locator("table.hours tbody tr").evaluateAll((all) => all.map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.textContent) || 0)));
  assert.equal(cells.length, 24);
  for (const row of cells) {
    const wanted = row.at(-3);
    const sum = row.slice(0, -3).reduce((all, hours) => all + hours, 0);
    assert.ok(Math.abs(sum - wanted) < 0.06 * row.length, `${sum} is ${wanted}`);
  }
  await page.getByText("33.75").first().waitFor();
});

story(empty, "without blocks the plan says what to load", async (page, visit) => {
  await opened(page, visit, "/plan");
  await page.getByText("The log has no Scheduling Blocks yet.").waitFor();
  for (const path of ["pressure", "policies", "shift"]) {
    await page.goto(`/plan/${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
  }
});

for (const scheme of ["light", "dark"]) {
  story(demo, `the plan's pages are accessible, ${scheme}`, { only: "with", scheme }, async (page, visit) => {
    for (const address of [at(), at("&pwv=1"), "/plan/pressure", "/plan/policies?policy=dsa-cycle3", SHIFT, PADS]) {
      await page.goto(address);
      if (address.startsWith("/plan?")) {
        await page.locator("#plan[data-live]").waitFor();
        await page.locator(".sbs tr[data-sb] th.sb a").first().click();
        await page.locator("aside.why .chart svg").waitFor();
      }
      await page.evaluate(AXE);
      const found = await page.evaluate(async () => (await globalThis.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`));
      assert.deepEqual(found, [], address);
    }
  });
}

for (const size of [[390, 844], [1024, 768], [1440, 900]]) {
  story(demo, `nothing scrolls sideways but what says so, ${size[0]} px`, { size }, async (page, visit) => {
    const open = (await page.goto(at()), await page.locator(".sbs tr[data-sb] th.sb a").first().getAttribute("href"));
    for (const address of [at(), open, at("&pwv=wet"), "/plan/pressure", "/plan/policies?policy=dsa-cycle3", SHIFT, PADS]) {
      await (address.startsWith("/plan?") ? opened(page, visit, address) : page.goto(address));
      const [inside, wide] = await page.evaluate(() => [document.querySelector("main").scrollWidth, document.querySelector("main").clientWidth]);
      assert.ok(inside <= wide, `${address}: ${inside} px in ${wide} px`);
      // Nor is anything of the panel cut off: its close is the way back.
      const panel = page.locator("aside.why");
      if (await panel.count()) {
        const { x, width } = await panel.getByRole("link", { name: "Close" }).boundingBox();
        assert.ok(x + width <= size[0], `${address}: Close ends at ${x + width}`);
      }
      // A name is read, and not only its first letter.
      for (const name of await page.locator(".sbs th.sb a").all()) {
        const box = await name.boundingBox();
        assert.ok(box.width >= Math.min(60, await name.evaluate((link) => link.scrollWidth)), `${address}: a name of ${box.width} px`);
      }
    }
  });
}

story(demo, "what the address says wrongly is told, and the rest of it applies", async (page, visit) => {
  await opened(page, visit, "/plan?pwv=wet&policy=none&ha=3,-3&el=35&sb=nothing");
  const told = await page.locator(".notice li").allTextContents();
  assert.deepEqual(told, [
    "pwv=wet: not a number from 0 to 20.",
    "ha=3,-3: the first is after the last, so neither applies.",
    "policy=none: there is no such policy, so shiftdesk applies.",
  ]);
  assert.equal(await page.locator("input[name=el]").inputValue(), "35");
  await page.getByRole("heading", { level: 2, name: "No such block" }).waitFor();
});

story(demo, "what is typed before the page ranks by itself stays", { only: "with" }, async (page) => {
  let go;
  const waits = new Promise((done) => (go = done));
  await page.route("**/plan/blocks", async (route) => (await waits, route.continue()));
  await page.goto(at());
  await page.getByLabel("Where is").fill("IRC");
  go();
  await page.locator("#plan[data-live]").waitFor();
  assert.equal(await page.getByLabel("Where is").inputValue(), "IRC");
  assert.ok(await page.getByLabel("Where is").evaluate((field) => field === document.activeElement));
  assert.match(await page.locator("#why-not-head .n").textContent(), /with “IRC”/);
});

story(demo, "executions that come late, or not at all, are of no other block", { only: "with", expectStatus: [503] }, async (page, visit) => {
  await opened(page, visit, at());
  const [first, second] = await page.locator(".sbs tr[data-sb]").evaluateAll((rows) => rows.slice(0, 2).map((row) => row.dataset.sb));
  let go;
  const waits = new Promise((done) => (go = done));
  const answered = page.waitForResponse((response) => response.url().includes(encodeURIComponent(first)));
  await page.route(/executions-of/, async (route) => {
    if (route.request().url().includes(encodeURIComponent(second))) return route.fulfill({ status: 503, body: "no" });
    await waits;
    return route.continue();
  });
  await page.locator(`.sbs tr[data-sb="${first}"] th.sb a`).click();
  await page.getByText("Its executions are being read.").waitFor();
  await page.locator(`.sbs tr[data-sb="${second}"] th.sb a`).click();
  await page.getByText("Its executions could not be read.").waitFor();
  go();
  await answered;
  await page.waitForTimeout(300);
  assert.equal(await page.locator("aside.why section:last-child table").count(), 0, "the executions of the first are not the second's");
});

story(demo, "rows are walked by keys, and the keys are told", { only: "with" }, async (page, visit) => {
  await opened(page, visit, at());
  await page.locator(".keys-told").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const here = () => page.evaluate(() => document.activeElement.closest("tr")?.dataset.sb);
  const ids = await page.locator(".sbs tr[data-sb]").evaluateAll((rows) => rows.map((row) => row.dataset.sb));
  assert.equal(await here(), ids[1]);
  await page.keyboard.press("k");
  assert.equal(await here(), ids[0]);
  await page.keyboard.press("Enter");
  await page.locator("aside.why").waitFor();
  await page.keyboard.press("Escape");
  await eventually(async () => assert.equal(await here(), ids[0], "back on the row"));
  await page.keyboard.press("p");
  await page.locator(".beside").waitFor();
  await page.keyboard.press("/");
  assert.ok(await page.getByLabel("Where is").evaluate((field) => field === document.activeElement));
});

story(demo, "whoever does not plan makes no test of a policy and no plan", { only: "without" }, async (page) => {
  await page.goto("/plan/policies?test=month");
  await page.getByText("Planners test a policy on the last month's executions.").waitFor();
  assert.equal(await page.getByText("executions were ranked as of their start").count(), 0);
  await page.goto(SHIFT);
  assert.equal(await page.locator("main form[method=post]").count(), 0);
});
