// Reports: made when somebody asks or when they are due, kept as they were, mailed, and what is corrected later told above them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { SMTPServer } from "smtp-server";

import { DEMO } from "./app.mjs";
import { eventually, signInAs, stage, story } from "./story.mjs";

// A mail server on this machine. It refuses whom it is told to refuse.
class Postbox {
  mails = [];
  refuses = new Set();

  async open() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo: ({ address }, _, done) => done(this.refuses.has(address) ? refusal(address) : undefined),
      onData: (stream, session, done) => {
        const parts = [];
        stream.on("data", (part) => parts.push(part));
        stream.on("end", () => {
          this.mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(parts).toString() });
          done();
        });
      },
    });
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this.server.server.address().port;
  }

  close() {
    return new Promise((resolve) => this.server.close(resolve));
  }
}

function refusal(address) {
  return Object.assign(new Error(`no box of ${address}`), { responseCode: address.startsWith("never") ? 550 : 451 });
}

const postbox = new Postbox();
const demo = stage((app) => app.openDemo(), async () => ({
  SHIFTDESK_SMTP_URL: `smtp://127.0.0.1:${await postbox.open()}`,
  SHIFTDESK_MAIL_FROM: "Shiftdesk <shiftdesk@observatory.example>",
  SHIFTDESK_URL: "https://shiftdesk.observatory.example/",
}), () => postbox.close());

async function textOfPdf(bytes) {
  const folder = await mkdtemp(path.join(tmpdir(), "shiftdesk-pdf-"));
  try {
    await writeFile(path.join(folder, "report.pdf"), bytes);
    const { stdout } = await promisify(execFile)("pdftotext", ["-layout", path.join(folder, "report.pdf"), "-"]);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// Makes a report of a window and is on its page.
async function made(page, visit, window, { mail = false } = {}) {
  await signInAs(visit, "manager", "/efficiency/reports");
  await page.getByLabel("Window").fill(window);
  if (mail) await page.getByLabel("Mail it to the list").check();
  await page.getByRole("button", { name: "Make the report" }).click();
  await page.getByText("The report is made, and stays as it is.").waitFor();
  return page.url().split("/").at(-1);
}

story(demo, "a report says on its page, in its PDF and in the API the same figures", async (page, visit) => {
  const id = await made(page, visit, "2026-W10");
  await page.getByRole("heading", { name: "Efficiency, Week 2026-W10" }).waitFor();
  const values = await page.locator(".report tbody td.value").allInnerTexts();
  assert.equal(values.length, 19 * 4);
  const api = await (await page.request.get("/api/v1/efficiency?window=2026-W10")).json();
  const pdf = await page.request.get(`/efficiency/reports/${id}/report.pdf`);
  assert.equal(pdf.headers()["content-type"], "application/pdf");
  const bytes = await pdf.body();
  const text = await textOfPdf(bytes);
  api.families.forEach((family, column) => {
    family.metrics.forEach((metric, row) => {
      assert.equal(values[4 * row + column].replaceAll(",", ""), metric.text, `${family.family} ${metric.label}`);
    });
  });
  // Each line of the PDF's table has its label and then value, before and change of each column.
  const cells = await page.locator(".report tbody tr").evaluateAll((rows) =>
    rows.slice(0, 19).map((row) => [row.cells[0].textContent, [...row.cells].slice(1).map((cell) => cell.textContent)]),
  );
  const words = text.replace(/\s+/g, " ");
  for (const [label, figures] of cells) assert.ok(words.includes(`${label} ${figures.join(" ")}`), `${label} ${figures.join(" ")}`);
  for (const heading of ["Where the time went", "By hour of the day", "Week by week", "Lost time by type of finding", "Definitions"]) {
    assert.ok(text.includes(heading), heading);
  }
  assert.deepEqual(await (await page.request.get(`/efficiency/reports/${id}/report.pdf`)).body(), bytes, "byte for byte");
});

story(demo, "what is not a window of time is refused with a sentence, and nothing is made", { only: "without" }, async (page, visit) => {
  await signInAs(visit, "manager", "/efficiency/reports");
  for (const [window, sentence] of [["last-shift", "a stretch of time"], ["2026-W60", "Window:"]]) {
    await page.getByLabel("Window").fill(window);
    await page.getByRole("button", { name: "Make the report" }).click();
    await page.getByText(sentence).first().waitFor();
  }
});

story(demo, "a report is made each week by itself, of the week before", { only: "without" }, async (page, visit) => {
  await signInAs(visit, "manager", "/efficiency/reports");
  await page.getByLabel("Make a report of the week before").check();
  await page.getByLabel("Day").selectOption("Wednesday");
  await page.getByLabel("Hour [UTC]").selectOption("09:00");
  await page.getByRole("button", { name: "Save the time" }).click();
  await page.getByText("One is made each Wednesday at 09:00 UTC").waitFor();
  await page.getByLabel("Make a report of the week before").uncheck();
  await page.getByRole("button", { name: "Save the time" }).click();
  await page.getByText("None is made by itself.").waitFor();
});

story(demo, "a report is mailed to the list; what fails is tried again, and what never works is told", { only: "without" }, async (page, visit) => {
  await signInAs(visit, "manager", "/efficiency/reports");
  for (const address of ["head@observatory.example", "never@observatory.example", "later@observatory.example"]) {
    await page.getByLabel("Address").fill(address);
    await page.getByRole("button", { name: "Add to the list" }).click();
    await page.getByText("Reports are mailed there from now on.").waitFor();
  }
  postbox.refuses = new Set(["never@observatory.example", "later@observatory.example"]);
  const id = await made(page, visit, "2026-W10", { mail: true });
  const mails = page.locator(".mails");
  await eventually(async () => {
    await page.reload();
    const text = await mails.textContent();
    assert.match(text, /head@observatory\.example · sent/);
    assert.match(text, /never@observatory\.example · given up after 1 tries.*550/);
    assert.match(text, /later@observatory\.example · failed 1 times, tried again.*451/);
  }, { within: 20_000 });
  const [mail] = postbox.mails;
  assert.deepEqual(mail.to, ["head@observatory.example"]);
  assert.match(mail.text, /Subject: Shiftdesk: Efficiency, Week 2026-W10/);
  assert.match(mail.text, new RegExp(`https://shiftdesk\\.observatory\\.example/efficiency/reports/${id}`));
  assert.match(mail.text, /filename="?shiftdesk-report-2026-W10\.pdf/);
  postbox.refuses.clear();
  await page.getByRole("button", { name: "Try again what was not sent" }).click();
  await eventually(async () => assert.ok(postbox.mails.some(({ to }) => to[0] === "never@observatory.example")), { within: 20_000 });
  await page.goto("/efficiency/reports");
  await page.getByRole("button", { name: "Take never@observatory.example off the list" }).click();
  await page.getByText("No more reports are mailed to that address.").waitFor();
  await visit.settled();
});

story(demo, "who does not look after reports reads them and is offered no form", async (page, visit) => {
  await signInAs(visit, "viewer", "/efficiency/reports");
  assert.equal(await page.getByRole("button", { name: "Make the report" }).count(), 0);
  assert.equal(await page.getByText("observatory.example").count(), 0, "addresses are not for everybody");
});

story(demo, "the log is corrected, and the report shows as reported beside as known now", { only: "without" }, async (page, visit) => {
  const id = await made(page, visit, "2026-W11");
  await page.getByText("Every figure still is what was reported.").waitFor();
  const reported = await page.locator(".report").innerHTML();
  // A downtime of five hours is entered late.
  const folder = await mkdtemp(path.join(tmpdir(), "shiftdesk-late-"));
  await writeFile(
    path.join(folder, "downtimes.csv"),
    "downtime_id,kind,array_families,start,end,comment,ticket\nLATE-1,TECHNICAL,12 [m],2026-03-12T23:00:00Z,2026-03-13T04:00:00Z,entered late,\n",
  );
  await visit.app.verb("ingest", folder, "--now", DEMO.now);
  await rm(folder, { recursive: true, force: true });
  await page.goto(`/efficiency/reports/${id}`);
  await page.getByText("since this was reported").waitFor();
  const summary = page.getByText("As reported, and as known now");
  if (!(await page.locator(".corrections details").getAttribute("open") !== null)) await summary.click();
  const row = page.locator(".corrections tr", { hasText: "TECHNICAL DOWNTIME" }).first();
  const [column, before, after] = await row.locator("td").allInnerTexts();
  assert.equal(column, "12M ARRAY");
  assert.ok(Number(after) > Number(before), `${before} ${after}`);
  assert.equal(await page.locator(".report").innerHTML(), reported, "the report itself is as it was");
});

story(demo, "the wall shows one picture after the other, dark and large, and can be held", async (page, visit) => {
  await page.goto("/wall?every=5");
  await page.getByRole("heading", { name: "Last shift" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  assert.ok(!(await page.locator("header.header").isVisible()), "nothing but the picture");
  await page.waitForURL(/show=1/, { timeout: 15_000 });
  // Nothing came in for longer than a week: the last week of the log.
  await page.getByRole("heading", { name: "Week 2026-W11" }).waitFor();
  await page.getByRole("link", { name: "Hold" }).click();
  await page.waitForURL(/hold=1/);
  await page.getByRole("link", { name: "Picture 3" }).click();
  await page.getByText("Lost time by type of finding").first().waitFor();
  // Nobody scrolls a wall.
  for (const [width, height] of [[1440, 900], [1920, 1080]]) {
    await page.setViewportSize({ width, height });
    for (let show = 0; show < 3; show += 1) {
      await page.goto(`/wall?hold=1&show=${show}`);
      const tall = await page.evaluate(() => document.querySelector("main").scrollHeight);
      assert.ok(tall <= height, `picture ${show} is ${tall} px tall on ${height}`);
    }
  }
  await page.getByRole("link", { name: "Go on" }).waitFor();
});
