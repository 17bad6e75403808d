// The timeline of a shift is looked at closely, led through, and cut: by keys, by pointer, by finger, and as plain links.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { eventually, signInAs, stage, story } from "./story.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const demo = stage((app) => app.openDemo());

const told = async (page, id) => (await page.request.get(`/api/v1/findings/${id}`)).json();

// An untouched gap of twenty minutes or more, in a shift that has other gaps of the same family. Gaps never overlap each other,
// so each has its bracket.
async function someGap(page, fits = () => true) {
  const { findings } = await (await page.request.get("/api/v1/findings?state=open&limit=1000")).json();
  const neighbours = (gap) => findings.filter((other) => other.class === "GAP" && other.shift_id === gap.shift_id && other.family === gap.family && other.id !== gap.id);
  const gap = findings.find((it) => it.class === "GAP" && it.row_version === 1 && it.duration_s > 1_200 && neighbours(it).length > 2 && fits(it));
  assert.ok(gap, "a gap among others");
  return { gap, neighbours: neighbours(gap) };
}

const plotOf = (page) => page.locator(".plot");
const openId = (page) => Number(new URL(page.url()).searchParams.get("finding"));
const ms = (text) => Date.parse(`${text.replace(" ", "T")}Z`);

// The two ends that the axis of the drawing names [ms], and what lies between.
async function shown(page) {
  const texts = await plotOf(page).locator("svg text").allTextContents();
  const [start, end] = texts.map((text) => text.trim().replace(" UTC", "")).filter((text) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)).map(ms);
  return { start, end, length: end - start };
}

// The place of the plot area in the page: the drawing without the names at its sides.
async function plotArea(page) {
  await plotOf(page).scrollIntoViewIfNeeded();
  return plotOf(page).evaluate((plot) => {
    const box = plot.getBoundingClientRect();
    const [left, right] = box.width < 560 ? [6, 6] : [94, 96];
    return { x: box.x + left, width: box.width - left - right, y: box.y, height: box.height };
  });
}

story(demo, "each finding of the shift is a link in its drawing, and the open one is not", async (page, visit) => {
  const { gap, neighbours } = await someGap(page);
  await visit.open(`/triage?finding=${gap.id}`);
  const links = plotOf(page).locator("svg a");
  const ids = await links.evaluateAll((links) => links.map((link) => Number(new URL(link.getAttribute("href"), "http://x").searchParams.get("finding"))));
  for (const { id } of neighbours) assert.ok(ids.includes(id), `finding ${id} among ${ids}`);
  assert.ok(!ids.includes(gap.id));
  const there = neighbours.at(-1);
  const link = plotOf(page).locator(`svg a[href*="finding=${there.id}"]`);
  assert.match(await link.locator("title").textContent(), new RegExp(`^${there.type} `));
  await link.click();
  await page.waitForURL((url) => url.searchParams.get("finding") === String(there.id));
  await page.getByRole("article", { name: "Finding" }).getByRole("heading", { name: there.type, exact: true }).waitFor();
});

story(demo, "there is a lane for every family of the shift, under sidereal time and over UTC", async (page, visit) => {
  const { gap } = await someGap(page);
  await visit.open(`/triage?finding=${gap.id}`);
  const lanes = await page.locator("ul.sums > li b").allTextContents();
  const texts = (await plotOf(page).locator("svg text").allTextContents()).map((text) => text.trim());
  for (const lane of lanes) assert.ok(texts.includes(lane), lane);
  assert.ok(texts.includes("LST") && texts.some((text) => /UTC/.test(text)));
});

story(demo, "without scripts nothing is shown that only scripts can do", { only: "without" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await signInAs(visit, "astronomer", `/triage?finding=${gap.id}`);
  await plotOf(page).locator("svg").waitFor();
  for (const it of [".timeline .zoom", ".cut-handle", ".cutting"]) assert.ok(!(await page.locator(it).isVisible()), it);
});

story(demo, "keys zoom, move and show the whole again, and so do the buttons", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await visit.open(`/triage?finding=${gap.id}`);
  const whole = await shown(page);
  const sums = await page.locator("ul.sums").textContent();
  await plotOf(page).focus();
  await page.keyboard.press("+");
  await eventually(async () => assert.ok((await shown(page)).length < whole.length * 0.7));
  for (let i = 0; i < 4; i += 1) await page.keyboard.press("+");
  let closer;
  await eventually(async () => {
    closer = await shown(page);
    assert.ok(closer.length < whole.length * 0.1, `${closer.length} of ${whole.length}`);
  });
  // Keys zoom around the open finding.
  assert.ok(closer.start < ms(gap.end.slice(0, 19).replace("T", " ")) && ms(gap.start.slice(0, 19).replace("T", " ")) < closer.end);
  assert.equal(await page.locator("ul.sums").textContent(), sums, "sums are of the whole shift");
  await page.keyboard.press("Shift+ArrowRight");
  await eventually(async () => {
    const moved = await shown(page);
    assert.ok(moved.start > closer.start && moved.length === closer.length);
  });
  await page.keyboard.press("Shift+ArrowLeft");
  await eventually(async () => assert.deepEqual(await shown(page), closer));
  await page.keyboard.press("-");
  await eventually(async () => assert.ok((await shown(page)).length > closer.length));
  await page.keyboard.press("0");
  await eventually(async () => assert.deepEqual(await shown(page), whole));
  // From anywhere on the page a key presses the button.
  await page.locator(".detail-body").focus();
  await page.keyboard.press("+");
  await eventually(async () => assert.ok((await shown(page)).length < whole.length));
  await page.getByRole("button", { name: "Whole shift" }).click();
  await eventually(async () => assert.deepEqual(await shown(page), whole));
  // Down to seconds: the axis has a label with them.
  for (let i = 0; i < 30; i += 1) await page.getByRole("button", { name: "Zoom in" }).click();
  await eventually(async () => assert.equal((await shown(page)).length, 5_000));
});

story(demo, "the wheel with Ctrl zooms where the pointer is, a drag moves, a double click shows the whole", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await visit.open(`/triage?finding=${gap.id}`);
  const whole = await shown(page);
  const area = await plotArea(page);
  const at = { x: area.x + area.width * 0.25, y: area.y + area.height - 30 };
  await page.mouse.move(at.x, at.y);
  await page.keyboard.down("Control");
  for (let i = 0; i < 6; i += 1) await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  let closer;
  await eventually(async () => {
    closer = await shown(page);
    // Six notches, each e^-0.5.
    assert.ok(closer.length < whole.length * 0.06, `${closer.length} of ${whole.length}`);
  });
  const under = (seen) => seen.start + seen.length * 0.25;
  assert.ok(Math.abs(under(closer) - under(whole)) < whole.length / area.width + 6_000, "the instant under the pointer stays there");
  const before = page.url();
  await page.mouse.down();
  await page.mouse.move(at.x + 50, at.y, { steps: 5 });
  await page.mouse.move(at.x + 100, at.y, { steps: 5 });
  await page.mouse.up();
  await eventually(async () => {
    const moved = await shown(page);
    assert.equal(moved.length, closer.length);
    // 100 px to the right show what was before.
    assert.ok(Math.abs(closer.start - moved.start - (100 / area.width) * closer.length) < 3_000, `${closer.start - moved.start}`);
  });
  assert.equal(page.url(), before, "a drag is no click");
  await page.mouse.dblclick(at.x, at.y);
  await eventually(async () => assert.deepEqual(await shown(page), whole));
});

story(demo, "the zoom outlives a verdict and another finding of the shift, and ends with the shift", { only: "with" }, async (page, visit) => {
  const { gap, neighbours } = await someGap(page);
  await signInAs(visit, "astronomer", `/triage?finding=${gap.id}`);
  const whole = await shown(page);
  await page.locator(".detail-body").focus();
  await page.keyboard.press("+");
  await eventually(async () => assert.ok((await shown(page)).length < whole.length));
  const closer = await shown(page);
  await page.keyboard.press("c");
  await eventually(async () => assert.equal((await told(page, gap.id)).state, "Confirmed"));
  await page.locator(".toast", { hasText: "Confirmed" }).waitFor();
  assert.deepEqual(await shown(page), closer);
  await page.keyboard.press("u");
  await eventually(async () => assert.equal((await told(page, gap.id)).state, "Open"));
  const links = await plotOf(page).locator("svg a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const there = neighbours.find(({ id }) => links.some((href) => href.endsWith(`finding=${id}`)));
  assert.ok(there, "a neighbour is in the window");
  await plotOf(page).locator(`svg a[href$="finding=${there.id}"]`).click();
  await page.waitForURL((url) => url.searchParams.get("finding") === String(there.id));
  await page.locator(`.meta a[href="/f/${there.id}"]`).waitFor();
  assert.deepEqual(await shown(page), closer);
  // Another shift is shown whole: on through the list until there is one.
  const shift = page.locator(".detail h3 code");
  const before = await shift.textContent();
  await page.locator(".detail-body").focus();
  for (let i = 0; i < 20 && (await shift.textContent()) === before; i += 1) {
    const from = openId(page);
    await page.keyboard.press("j");
    await page.waitForURL((url) => url.searchParams.get("finding") !== String(from));
    await page.locator(`.meta a[href="/f/${openId(page)}"]`).waitFor();
  }
  assert.notEqual(await shift.textContent(), before);
  await eventually(async () => assert.equal(await page.locator(".plot.closer").count(), 0));
});

story(demo, "Enter on a stretch opens the finding there, and the keys go on from it", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await visit.open(`/triage?finding=${gap.id}`);
  await plotOf(page).focus();
  // The first finding along the lane that is not the open one.
  await page.keyboard.press("ArrowRight");
  const lanes = await page.locator("ul.sums > li b").allTextContents();
  for (let i = 0; i < lanes.indexOf(gap.family); i += 1) await page.keyboard.press("ArrowDown");
  for (let i = 0; i < 60; i += 1) {
    const finding = page.locator(".tip .finding");
    if ((await finding.count()) > 0 && !/, open$/.test(await finding.textContent())) break;
    await page.keyboard.press("ArrowRight");
  }
  const name = await page.locator(".tip .finding b").textContent();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("finding") !== String(gap.id));
  await page.getByRole("article", { name: "Finding" }).getByRole("heading", { name, exact: true }).waitFor();
  await eventually(async () => {
    assert.ok(await plotOf(page).evaluate((plot) => plot === document.activeElement), "the timeline has the focus still");
    assert.match(await page.locator(".tip .finding").textContent(), /, open$/);
  });
  // A link in the drawing is a link for the keyboard too.
  await plotOf(page).locator("svg a").first().focus();
  const href = await plotOf(page).locator("svg a").first().getAttribute("href");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => href.endsWith(url.search));
  await eventually(async () => assert.ok(await plotOf(page).evaluate((plot) => plot === document.activeElement)));
});

story(demo, "the handle and the form say the same instant, and the split is made there", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await signInAs(visit, "astronomer", `/triage?finding=${gap.id}`);
  const handle = page.getByRole("slider", { name: "Split here" });
  const field = page.locator('input[name="cut"]');
  const both = async () => {
    const value = await field.inputValue();
    assert.equal(await handle.getAttribute("aria-valuetext"), value);
    return value;
  };
  const start = ms(gap.start.slice(0, 19).replace("T", " "));
  assert.equal(await page.locator(".cutting").count(), 0, "nobody is at it yet");
  // By the keys of the form.
  await page.locator(".detail-body").focus();
  await page.keyboard.press("p");
  const first = await eventually(both);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Shift+ArrowRight");
  await eventually(async () => assert.equal(ms(await both()) - ms(first), -59_000));
  // By typing.
  const typed = new Date(start + 300_000).toISOString().slice(0, 19).replace("T", " ");
  await field.fill(typed);
  await field.press("Tab");
  await eventually(async () => assert.equal(await both(), typed));
  await page.keyboard.press("Escape");
  // By the handle's own keys, and by dragging it: no stop at whole minutes.
  await handle.focus();
  await page.keyboard.press("Shift+ArrowRight");
  await eventually(async () => assert.equal(ms(await both()) - ms(typed), 1_000));
  await plotOf(page).focus();
  for (let i = 0; i < 5; i += 1) await page.keyboard.press("+");
  await plotOf(page).scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  const from = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 21, from.y, { steps: 7 });
  await page.mouse.up();
  const seen = await shown(page);
  const area = await plotArea(page);
  const cut = await eventually(async () => {
    const value = await both();
    const expected = ms(typed) + 1_000 + (21 / area.width) * seen.length;
    assert.ok(Math.abs(ms(value) - expected) <= (1.5 / area.width) * seen.length + 1_000, `${value}, not ${new Date(expected).toISOString()}`);
    return value;
  });
  // The line is drawn there, and its time stands on the axis.
  const texts = (await plotOf(page).locator("svg text").allTextContents()).map((text) => text.trim());
  assert.ok(texts.includes(cut.slice(11)), cut);
  await page.locator(".cutting", { hasText: `Cut at ${cut.slice(11)} UTC` }).waitFor();
  await page.locator(".cutting").getByRole("button", { name: "Split" }).click();
  await eventually(async () => assert.equal((await told(page, gap.id)).state, "Split"));
  const parts = page.locator(".relatives a");
  await eventually(async () => assert.equal(await parts.count(), 2));
  const [before] = await parts.evaluateAll((links) => links.map((link) => Number(new URL(link.href).searchParams.get("finding"))));
  assert.equal((await told(page, before)).end, `${cut.replace(" ", "T")}Z`);
  // The parts are in the drawing, and nothing is left to cut.
  await plotOf(page).locator(`svg a[href$="finding=${before}"]`).waitFor();
  assert.equal(await handle.count() + (await page.locator(".cutting").count()), 0);
  await page.locator(".detail-body").focus();
  await page.keyboard.press("u");
  await eventually(async () => assert.equal((await told(page, gap.id)).state, "Open"));
  await handle.waitFor();
  assert.equal(await page.locator(".cutting").count(), 0);
});

story(demo, "a cut that is thought better of is taken away", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await signInAs(visit, "astronomer", `/triage?finding=${gap.id}`);
  const handle = page.getByRole("slider", { name: "Split here" });
  await handle.focus();
  await page.keyboard.press("ArrowRight");
  await page.locator(".cutting").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".cutting").waitFor({ state: "detached" });
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "Leave it whole" }).click();
  await page.locator(".cutting").waitFor({ state: "detached" });
  assert.equal(openId(page), gap.id);
  assert.equal((await told(page, gap.id)).row_version, gap.row_version);
});

story(demo, "who may only read has nothing to cut", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await signInAs(visit, "viewer", `/triage?finding=${gap.id}`);
  await plotOf(page).locator("svg a").first().waitFor();
  assert.equal(await page.locator(".cut-handle").count(), 0);
});

story(demo, "at 390 px two fingers pinch, one moves, and a tap opens a finding", { only: "with", size: [390, 844] }, async (page, visit) => {
  const { gap, neighbours } = await someGap(page);
  const touch = await page.context().newCDPSession(page);
  await touch.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
  await signInAs(visit, "astronomer", `/triage?finding=${gap.id}`);
  const whole = await shown(page);
  const area = await plotArea(page);
  const y = area.y + area.height - 28;
  const send = (type, ...xs) => touch.send("Input.dispatchTouchEvent", { type, touchPoints: xs.map((x, id) => ({ x: area.x + x, y, id })) });
  await send("touchStart", 140);
  await send("touchStart", 140, 180);
  for (let i = 1; i <= 10; i += 1) await send("touchMove", 140 - 6 * i, 180 + 6 * i);
  await send("touchEnd");
  let closer;
  await eventually(async () => {
    closer = await shown(page);
    // From 40 px apart to 160: four times as close.
    assert.ok(Math.abs(closer.length / whole.length - 0.25) < 0.02, `${closer.length / whole.length}`);
  });
  await send("touchStart", 200);
  for (let i = 1; i <= 10; i += 1) await send("touchMove", 200 - 8 * i);
  await send("touchEnd");
  await eventually(async () => {
    const moved = await shown(page);
    assert.equal(moved.length, closer.length);
    assert.ok(moved.start > closer.start);
  });
  await page.getByRole("button", { name: "Whole shift" }).click();
  await eventually(async () => assert.deepEqual(await shown(page), whole));
  await plotOf(page).scrollIntoViewIfNeeded();
  const widest = neighbours.toSorted((a, b) => b.duration_s - a.duration_s)[0];
  // A finger comes down on what stands still: the drawing is made anew, and what is above it may still grow.
  let link;
  await eventually(async () => {
    const before = link;
    link = await plotOf(page).locator(`svg a[href$="finding=${widest.id}"] rect`).boundingBox();
    await page.waitForTimeout(200);
    assert.deepEqual(link, before);
  });
  assert.ok(link.width >= 24, "a place for a finger");
  const at = { x: link.x + link.width / 2, y: link.y + 6, id: 0 };
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await page.waitForURL((url) => url.searchParams.get("finding") === String(widest.id));
});

for (const [scheme, size] of [["light", [1440, 900]], ["dark", [390, 844]]]) {
  story(demo, `axe finds nothing serious on a finding that is looked at closely and about to be cut, ${scheme}, ${size[0]} px`, { only: "with", scheme, size }, async (page, visit) => {
    const { gap } = await someGap(page);
    await signInAs(visit, "astronomer", `/triage?finding=${gap.id}`);
    await plotOf(page).focus();
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("slider", { name: "Split here" }).press("ArrowRight");
    await page.locator(".cutting").waitFor();
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run());
    const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" "))}`), []);
    const [content, window] = await page.locator("html").evaluate((html) => [html.scrollWidth, html.ownerDocument.defaultView.innerWidth]);
    assert.ok(content <= window, "nothing scrolls sideways");
  });
}

story(demo, "the link of a finding is copied by its button and by a key", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit.open(`/triage?q=class:gap&finding=${gap.id}`);
  const address = `${visit.app.url}/f/${gap.id}`;
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.locator('.toast[role="status"]', { hasText: `Copied ${address}` }).waitFor();
  assert.equal(await clipboard(), address);
  await page.evaluate(() => navigator.clipboard.writeText("something else"));
  await page.locator(".detail-body").focus();
  await page.keyboard.press("l");
  await eventually(async () => assert.equal(await clipboard(), address));
  await page.keyboard.press("?");
  await page.locator("#keys", { hasText: "Copy its link" }).waitFor();
});

story(demo, "where the browser keeps its clipboard to itself, the address is selected", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined }));
  await visit.open(`/triage?finding=${gap.id}`);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.locator(".toast", { hasText: "Ctrl+C copies it" }).waitFor();
  assert.equal(await page.evaluate(() => getSelection().toString()), `${visit.app.url}/f/${gap.id}`);
});

story(demo, "without scripts the whole address stands there to be selected", { only: "without" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await visit.open(`/triage?finding=${gap.id}`);
  const address = page.locator(".permalink .address");
  assert.ok(await address.isVisible());
  assert.equal(await address.textContent(), `${visit.app.url}/f/${gap.id}`);
  assert.ok(!(await page.getByRole("button", { name: "Copy link" }).isVisible()), "a button that can do nothing");
});

story(demo, "the id of a fact is copied whole, however it is shortened", { only: "with" }, async (page, visit) => {
  const { gap } = await someGap(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit.open(`/triage?finding=${gap.id}`);
  const id = page.locator(".facts code.id:has(.middle)").first();
  await id.scrollIntoViewIfNeeded();
  const whole = await id.getAttribute("title");
  assert.match(whole, /^uid:\/\/.{12,}/);
  // One click selects it.
  await id.click();
  await page.keyboard.press("Control+c");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), whole);
});
