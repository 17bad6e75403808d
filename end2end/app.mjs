// The built server, started the way a person starts it, on a free port of this machine, with a database folder of its own.
//
// SHIFTDESK_BIN       the program (default: target/debug/shiftdesk)
// LEPTOS_SITE_ROOT    the browser's half (default: target/site)

import { execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = process.env.SHIFTDESK_BIN ?? path.join(root, "target/debug/shiftdesk");
const site = process.env.LEPTOS_SITE_ROOT ?? path.join(root, "target/site");

// The simulated log is the same in every run: what the stories count on must not move under them.
export const DEMO = { weeks: 2, seed: 7, now: "2026-03-16T08:30:00Z" };

const READY_MAX_S = 120;

export class App {
  #server;
  #said = "";

  // Starts with an empty database of its own, or on the one that `databaseUrl` names; `demo()` fills it.
  static async start({ databaseUrl, settings = {} } = {}) {
    const app = new App();
    app.folder = await mkdtemp(path.join(tmpdir(), "shiftdesk-e2e-"));
    // PostgreSQL may run as another user, who has to get in here.
    await chmod(app.folder, 0o755);
    app.port = await freePort();
    app.url = `http://127.0.0.1:${app.port}`;
    const { DATABASE_URL: _, ...inherited } = process.env;
    app.env = {
      ...inherited,
      LEPTOS_SITE_ADDR: `127.0.0.1:${app.port}`,
      LEPTOS_SITE_ROOT: site,
      SHIFTDESK_DATA: path.join(app.folder, "data"),
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      ...settings,
    };
    app.#server = spawn(program, ["serve"], { env: app.env, cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    app.#server.on("error", (error) => (app.#said += `${program}: ${error.message}\n`));
    for (const out of [app.#server.stdout, app.#server.stderr]) out.on("data", (bytes) => (app.#said += bytes));
    try {
      await app.#ready();
    } catch (error) {
      await app.stop();
      throw error;
    }
    return app;
  }

  async #ready() {
    for (let waited = 0; waited < READY_MAX_S; waited += 0.2) {
      if (this.#server.exitCode !== null || this.#server.pid === undefined) break;
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.status === 200) return;
      await sleep(200);
    }
    throw new Error(`the server is not ready; it said:\n${this.#said}`);
  }

  // Two weeks of simulated log, loaded through the same door as everybody's log.
  async demo({ weeks, seed, now } = DEMO) {
    const facts = path.join(this.folder, "demo");
    await this.verb("demo", "--weeks", weeks, "--seed", seed, "--now", now, "--out", facts);
    await this.verb("ingest", facts, "--now", now);
  }

  // The same log in a database that is a demo: one open account per role. On an empty database only.
  async openDemo({ weeks, seed, now } = DEMO) {
    await this.verb("demo", "--weeks", weeks, "--seed", seed, "--now", now);
  }

  // Runs a verb of the program on this app's database. Throws what it said when it ends with another code than `codes`.
  async verb(...args) {
    const { code } = await this.verbCode(...args);
    if (code !== 0) throw new Error(`shiftdesk ${args.join(" ")} ended with ${code}`);
  }

  async verbCode(...args) {
    try {
      const { stdout, stderr } = await promisify(execFile)(program, args.map(String), { env: this.env, cwd: root });
      return { code: 0, stdout, stderr };
    } catch (error) {
      if (typeof error.code !== "number") throw error;
      return { code: error.code, stdout: error.stdout, stderr: error.stderr };
    }
  }

  // The process and the socket of the app's own PostgreSQL.
  async database() {
    const lines = (await readFile(path.join(this.env.SHIFTDESK_DATA, "pg/postmaster.pid"), "utf8")).split("\n");
    return { pid: Number(lines[0]), url: `postgres:///shiftdesk?host=${lines[4].trim()}&user=shiftdesk` };
  }

  get pid() {
    return this.#server.pid;
  }

  get said() {
    return this.#said;
  }

  async stop() {
    await this.stopServer();
    await rm(this.folder, { recursive: true, force: true });
  }

  // Stops the server and keeps its data.
  async stopServer() {
    if (this.#server.exitCode === null && this.#server.signalCode === null && this.#server.pid !== undefined) {
      const ended = new Promise((resolve) => this.#server.once("exit", resolve));
      this.#server.kill("SIGTERM");
      // A server that does not stop when asked is a failure of its own, told below.
      const late = await Promise.race([ended.then(() => false), sleep(30_000, true, { ref: false })]);
      if (late) {
        this.#server.kill("SIGKILL");
        throw new Error(`the server did not stop within 30 s; it said:\n${this.#said}`);
      }
    }
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
