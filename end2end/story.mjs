// A story is what a person does and sees. Each is told twice, with JavaScript and without, and fails when anything goes wrong
// behind the scenes as well: an error in the console or on the page, a failed request, a broken security policy, a request
// that leaves this machine.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { App } from "./app.mjs";

const STORY_MAX_MS = 120_000;

// Starts an app and a browser for the stories of one file, and stops both after them. `fill` loads what they need; `settings`
// opens what stands beside the app and gives the environment that names it, and `close` closes it.
export function stage(fill = (app) => app.demo(), settings = async () => ({}), close = async () => {}) {
  const stage = { app: undefined, browser: undefined };
  before(async () => {
    stage.app = await App.start({ settings: await settings() });
    await fill(stage.app, stage);
    stage.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    });
  }, { timeout: 300_000 });
  after(async () => {
    await stage.browser?.close();
    await stage.app?.stop();
    await close();
  }, { timeout: 60_000 });
  return stage;
}

// Tells the story with and without JavaScript; `only: "with"` for what JavaScript alone can do, "without"
// for what is done otherwise with it. A story of a whole night may take longer than others: `maxMs`.
export function story(stage, name, options, tell) {
  if (tell === undefined) [options, tell] = [{}, options];
  for (const javaScript of [true, false]) {
    if (options.only === (javaScript ? "without" : "with")) continue;
    test(`${name} (${javaScript ? "with" : "without"} JavaScript)`, { timeout: options.maxMs ?? STORY_MAX_MS }, async () => {
      const visit = await Visit.begin(stage, { ...options, javaScript });
      try {
        await tell(visit.page, visit);
        visit.nothingWentWrong();
      } finally {
        await visit.end();
      }
    });
  }
}

// One browser window on the app, and all that went wrong in it.
class Visit {
  #wrong = [];
  #expected;

  static async begin({ app, browser }, { javaScript, size = [1440, 900], scheme = "light", expectStatus = [] }) {
    const visit = new Visit();
    visit.app = app;
    visit.javaScript = javaScript;
    visit.#expected = new Set(expectStatus);
    visit.context = await browser.newContext({
      baseURL: app.url,
      javaScriptEnabled: javaScript,
      viewport: { width: size[0], height: size[1] },
      colorScheme: scheme,
      reducedMotion: "reduce",
    });
    visit.page = await visit.context.newPage();
    visit.page.setDefaultTimeout(15_000);
    visit.#watch(visit.page, app.url);
    return visit;
  }

  #watch(page, home) {
    const wrong = (what) => this.#wrong.push(what);
    page.on("pageerror", (error) => wrong(`error on the page: ${error.message}`));
    page.on("crash", () => wrong("the page crashed"));
    page.on("console", (message) => {
      // A broken content security policy is told here too. An expected status is told as a failed resource.
      const isExpected = [...this.#expected].some((status) => message.text().includes(`status of ${status}`));
      // Where scripts are switched off, what was fetched early for them stays unused, and the browser says so after a while.
      const isUnusedScript = !this.javaScript && /was preloaded using link preload but not used/.test(message.text());
      if (["error", "warning"].includes(message.type()) && !isExpected && !isUnusedScript) {
        wrong(`console: ${message.text()}`);
      }
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(home) && !request.url().startsWith("data:")) wrong(`leaves home: ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400 && !this.#expected.has(response.status())) {
        wrong(`${response.status()} ${response.url()}`);
      }
    });
    page.on("requestfailed", (request) => {
      // What the browser itself drops when somebody goes on to the next page is no failure.
      const why = request.failure()?.errorText;
      // Where scripts are switched off the browser drops the page's wish to have one early, and calls the reason a policy.
      if (why === "csp" && !this.javaScript && request.resourceType() === "script") return;
      if (why !== "net::ERR_ABORTED") wrong(`${why} ${request.url()}`);
    });
  }

  // Opens a page and waits until it does all it will do by itself.
  async open(address) {
    const response = await this.page.goto(address);
    await this.settled();
    return response;
  }

  // With JavaScript: hydrated, which the ticking clock in the header shows. Without there is nothing to wait for.
  async settled() {
    // The stream of news is open for as long as the page is seen, so a hydrated page is never idle.
    await this.page.waitForLoadState(this.javaScript ? "load" : "networkidle");
    if (!this.javaScript) return;
    const clock = this.page.locator("header .utc time");
    const first = await clock.textContent();
    await eventually(async () => assert.notEqual(await clock.textContent(), first, "the clock ticks once hydrated"));
    // The triage page has come to rest when the browser has all findings, or says that it cannot have them.
    await eventually(async () => {
      const waiting = this.page.locator(".triage:not(:has(.columns-button)):not(:has(.list .failure))");
      assert.equal(await waiting.count(), 0, "all findings have come");
    });
  }

  nothingWentWrong() {
    assert.deepEqual(this.#wrong, [], "nothing goes wrong behind the scenes");
  }

  async end() {
    await this.context.close();
  }
}

// Signs in with one of a demo's open accounts (`app.openDemo()`), and goes on to `next`.
export async function signInAs(visit, name, next = "/triage") {
  await visit.page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await visit.page.getByRole("button", { name: `Sign in as ${name}` }).click();
  await visit.page.waitForURL((url) => url.pathname + url.search === next);
  await visit.settled();
}

// Polls until `check` no longer throws: for what follows a click some milliseconds later.
export async function eventually(check, { within = 10_000 } = {}) {
  const end = Date.now() + within;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
