// A night at the desk without a mouse: sixty findings are decided by keys alone, and each decision is taken back.

import assert from "node:assert/strict";

import { DEMO } from "./app.mjs";
import { eventually, stage, story } from "./story.mjs";

// Four weeks leave more than sixty findings that nobody has decided.
const demo = stage((app) => app.openDemo({ ...DEMO, weeks: 4 }));

// What people decide about a finding, without what every change counts up.
const DECIDED = ["type", "class", "priority", "tags", "state", "assignee", "snoozed_until", "dismissed_because"];
const decided = (finding) => Object.fromEntries(DECIDED.map((name) => [name, finding[name] ?? null]));

async function told(page, id) {
  return (await page.request.get(`/api/v1/findings/${id}`)).json();
}

async function list(page, query, limit) {
  const answer = await page.request.get(`/api/v1/findings?limit=${limit}&${query}`);
  return (await answer.json()).findings;
}

// Goes on by Tab until what has the focus is called so.
async function tabTo(page, name) {
  for (let tabs = 0; tabs < 80; tabs += 1) {
    const now = await page.evaluate(() => document.activeElement?.innerText?.trim() ?? "");
    if (now.startsWith(name)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`no Tab leads to ${name}`);
}

// Comes in by keys alone and is on the list of a query.
async function comeIn(page, visit, next) {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await tabTo(page, "Sign in as astronomer");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname + url.search === next);
  await visit.settled();
}

async function press(page, keys) {
  for (const key of keys) await page.keyboard.press(key);
}

// One key, and what the finding is afterwards. What asks for words gets them typed.
const AT_ONCE = [
  { keys: ["c"], is: ({ state }) => state === "Confirmed" },
  { keys: ["2"], is: ({ priority }) => priority === "High" },
  { keys: ["1", "c"], is: ({ state, priority }) => state === "Confirmed" && priority === "Blocker" },
  { keys: ["4"], is: ({ priority }) => priority === "Low" },
];
const WITH_WORDS = [
  { keys: ["d"], words: "a passing cloud", is: (finding) => finding.dismissed_because === "a passing cloud" },
  { keys: ["#"], words: "night", is: ({ tags }) => /(^|;)night$/.test(tags) },
  { keys: ["a"], words: "planner", is: ({ assignee }) => assignee === "planner" },
  { keys: ["s"], words: "2027-04-01 20:00", is: ({ state }) => state === "Snoozed" },
];

const shows = (page, id) => page.locator(`.detail[data-finding="${id}"] .verdict`).waitFor();

story(demo, "sixty findings are decided by keys alone, and all of it is taken back", { only: "with", maxMs: 480_000 }, async (page, visit) => {
  const N = 60;
  // By number, so that the list stays as it is whatever is decided.
  await comeIn(page, visit, "/triage?q=state:open");
  const before = (await list(page, "q=state:open", 200)).filter(({ state }) => state === "Open").slice(0, N);
  assert.equal(before.length, N);
  const ids = new Set(before.map(({ id }) => id));
  await press(page, ["/", "Control+a"]);
  await page.keyboard.type(`id:${[...ids].join(",")}`);
  await page.waitForFunction((n) => document.querySelector(".summary strong")?.textContent?.startsWith(`${n} `), N);
  const order = await list(page, `q=id:${[...ids].join(",")}`, N);
  assert.equal(order.length, N);
  const verdict = (nth, finding) => {
    const all = nth % 4 === 3 ? WITH_WORDS : AT_ONCE;
    return [...all.slice(nth % all.length), ...all].find(({ is }) => !is(finding));
  };
  await page.locator("table.findings tbody a:visible").first().focus();
  await press(page, ["Home", "o"]);
  for (const [nth, finding] of order.entries()) {
    const { keys, words } = verdict(nth, finding);
    // Whoever types words looks first; single keys are pressed as fast as they come.
    if (words) await shows(page, finding.id);
    await press(page, keys);
    if (words) {
      await page.keyboard.type(words);
      await press(page, ["Enter"]);
      await page.locator(".toast").waitFor();
    }
    await press(page, ["j"]);
  }
  for (const [nth, finding] of order.entries()) {
    const { keys, is } = verdict(nth, finding);
    await eventually(async () => {
      const now = await told(page, finding.id);
      assert.ok(is(now), `${nth}, ${finding.type} ${finding.id} after ${keys.join("")}: ${JSON.stringify(decided(now))}`);
    });
  }
  await press(page, ["Home"]);
  for (const [nth, finding] of order.entries()) {
    await shows(page, finding.id);
    for (const key of verdict(nth, finding).keys) {
      if (key) await press(page, ["u"]);
      await eventually(async () => assert.ok(await page.locator(".toast", { hasText: "Undone" }).count()));
    }
    await press(page, ["j"]);
  }
  for (const finding of order) {
    await eventually(async () => assert.deepEqual(decided(await told(page, finding.id)), decided(finding), finding.id));
  }
});
