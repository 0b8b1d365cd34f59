import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

// What a page would do: parse, compile, prepare, evaluate; the answer is left in the page.
const PAGE_SCRIPT = `
import { compileModules, evaluateQuery, parseModule, prepareQuery, pureBuiltins, writeJson } from "./src/rego/index.ts";
const text = \`package shop

deny contains sprintf("%s costs %v", [item.name, item.price]) if {
	some item in input.items
	item.price > data.limit
	regex.match("^[a-z]+$", item.name)
}\`;
const { module } = parseModule({ name: "shop.rego", text }, { dialect: "v1" });
const { policy } = compileModules(new Map([["shop.rego", module]]), { builtins: pureBuiltins, data: { limit: 10 } });
const { query } = prepareQuery(policy, "x := data.shop.deny", {});
const input = { items: [{ name: "tea", price: 12 }, { name: "Cup", price: 20 }, { name: "pot", price: 9 }] };
const { results } = evaluateQuery(query, { input });
globalThis.answer = writeJson(results[0].bindings.x);
`;
const ANSWER = '["tea costs 12"]';

function chromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const places = (process.env["PATH"] ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env["CHROMIUM"], ...places].find((place) => place !== undefined && existsSync(place));
}

describe("the engine outside Node", () => {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-browser-"));
  let bundle = "";

  beforeAll(async () => {
    const built = await build({
      stdin: { contents: PAGE_SCRIPT, resolveDir: ROOT, loader: "ts" },
      bundle: true,
      write: false,
      platform: "browser",
      format: "iife",
      target: "es2023",
      logLevel: "silent",
    });
    bundle = built.outputFiles[0]?.text ?? "";
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("its bundle for browsers reaches no module of Node", () => {
    expect(bundle.length).toBeGreaterThan(100_000);
    expect(/\brequire\(|["']node:|\bnew Function\b/.exec(bundle)?.[0]).toBeUndefined();
  });

  test("it runs where code generation from strings is disallowed", () => {
    const file = join(folder, "strict.js");
    writeFileSync(file, `${bundle}\nprocess.stdout.write(globalThis.answer);`);
    const run = spawnSync(process.execPath, ["--disallow-code-generation-from-strings", file], { encoding: "utf8", timeout: 15_000 });
    expect([run.stdout, run.stderr]).toEqual([ANSWER, ""]);
  });

  test.skipIf(chromium() === undefined)(
    "it evaluates a policy in a headless Chromium (skipped where there is none)",
    { timeout: 30_000 },
    async () => {
      const page = join(folder, "page.html");
      const script = `${bundle}\ndocument.body.textContent = globalThis.answer;`.replaceAll("</script", "<\\/script");
      const policy = "default-src 'none'; script-src 'unsafe-inline'";
      writeFileSync(
        page,
        `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><body>no answer</body><script>${script}</script>`,
      );
      expect(await dumpPage(chromium() ?? "", pathToFileURL(page).href, join(folder, "profile"))).toContain(`<body>${ANSWER}</body>`);
    },
  );
});

/** Opens a page and returns its document after the scripts have run. */
function dumpPage(browser: string, url: string, profile: string): Promise<string> {
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const child = spawn(browser, [...flags, "--disable-component-update", "--disable-sync", `--user-data-dir=${profile}`, "--dump-dom", url]);
  let page = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    page += text;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), 25_000);
  return new Promise((resolve) => {
    child.on("close", () => {
      clearTimeout(timer);
      resolve(page);
    });
  });
}
