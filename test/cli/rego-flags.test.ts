import { describe, expect, it } from "vitest";
import { run } from "../support/command.ts";

const files = {
  "/w/p.rego": "package p\n\nallow if {\n\tx := input.n\n\tprint(`n is`, x)\n\tx > 1\n}\n",
  "/w/t.rego": "package t\n\ntest_sum if {\n\ta := 1\n\tb := [2]\n\ta == b[0]\n}\n\ntest_twice if true\n\ntest_twice if false\n",
};

describe("the flags of the rego commands", () => {
  it("refuse what is not part of the program before anything is read", async () => {
    const refusal = async (...args: readonly string[]) => (await run(["rego", ...args])).err;
    expect(await refusal("eval", "-p", "data")).toBe("partial evaluation (--partial) is not part of portcullis\n");
    expect(await refusal("eval", "-t", "wasm", "data")).toContain("target wasm is not part of portcullis");
    expect(await refusal("test", "-t", "wasm", "x")).toContain("target wasm is not part of portcullis");
    expect(await refusal("bench", "--e2e", "data")).toContain("--e2e is not part of portcullis");
  });

  it("are listed with their defaults", async () => {
    const { code, out } = await run(["rego", "test", "--help"]);
    expect(code).toBe(0);
    expect(out).toContain("  -f, --format {pretty,json,gobench}       set output format (default pretty)\n");
    expect(out).not.toContain("v1-compatible");
    expect((await run(["help", "rego", "test"])).out).toBe(out);
  });

  it("explain with the values of variables", async () => {
    const { out } = await run(["rego", "eval", "-f", "pretty", "--explain", "full", "--var-values", "-d", "p.rego", "-I", "data.p.allow"], {
      files,
      stdin: '{"n": 2}',
    });
    expect(out).toMatch(/Eval x = input\.n +\{\}\n/);
    expect(out).toMatch(/Eval gt\(x, 1\) +\{x: 2\}\n/);
    expect(out).toMatch(/Exit data\.p\.allow = _ +\{_: true, data\.p\.allow: true\}\n/);
  });

  it("show the expression that failed above the values of its parts", async () => {
    const { out } = await run(["rego", "test", "--var-values", "-r", "sum", "t.rego"], { files });
    expect(out).toContain("\n  t.rego:6:\n    \ta == b[0]\n    \t|    |\n    \t|    b[0]: 2\n    \t|    b: [2]\n    \t1\n");
  });

  it("run tests of one name apart", async () => {
    const { code, out } = await run(["rego", "test", "-r", "twice", "t.rego"], { files });
    expect(code).toBe(2);
    expect(out).toContain("data.t.test_twice#01: FAIL");
    expect(out).toContain("PASS: 1/2\nFAIL: 1/2\n");
  });

  it("measure tests", async () => {
    const benched = async (...args: readonly string[]) =>
      (await run(["rego", "test", "--bench", "-r", "twice", ...args, "t.rego"], { files })).out;
    expect(await benched("-f", "gobench")).toMatch(
      /^BenchmarkDataTTestTwice\t +\d+\t +\d+(\.\d+)? ns\/op\t +\d+(\.\d+)? timer_rego_query_eval_ns\/op\t +\d+ B\/op\t +\d+ allocs\/op$/m,
    );
    expect(await benched("--benchmem=false")).toMatch(/^data\.t\.test_twice\t.*timer_rego_query_eval_ns\/op$/m);
    expect(JSON.parse(await benched("-f", "json"))[0].benchmark_result.N).toBeGreaterThan(0);
  });

  it("print while the query runs", async () => {
    const { out, err } = await run(["rego", "eval", "-f", "raw", "-d", "p.rego", "-I", "data.p.allow"], { files, stdin: '{"n": 2}' });
    expect([out, err]).toEqual(["true\n", "n is 2\n"]);
  });

  it("sum up several evaluations", async () => {
    const { out } = await run(["rego", "eval", "--count", "3", "--profile", "-d", "p.rego", "data.p"], { files });
    const { aggregated_metrics: metrics, aggregated_profile: profile } = JSON.parse(out);
    expect(metrics.timer_rego_query_eval_ns.count).toBe(3);
    expect(profile[0].total_time_ns_stats).toHaveProperty("99.9%");
  });

  it("know what each version of OPA could do", async () => {
    const errors = async (version: string) =>
      (
        await run(["rego", "check", "--v0-compatible", "--capabilities", version, "q.rego"], {
          files: { "/w/q.rego": "package q\np = numbers.range_step(1, 9, 2)\n" },
        })
      ).err;
    expect(await errors("v0.55.0")).toContain("undefined function numbers.range_step");
    expect(await errors("v0.56.0")).toBe("");
    expect(await errors("v0.55.9")).toContain("no such file or capabilities version found: v0.55.9");
  });

  it("read bundles in the dialect that their manifests name", async () => {
    const bundle = {
      "/w/b/.manifest": '{"rego_version": 1, "file_rego_versions": {"old/*.rego": 0}}',
      "/w/b/old/o.rego": "package o\np { true }\n",
      "/w/b/n.rego": "package n\np if true\n",
    };
    expect((await run(["rego", "eval", "-f", "raw", "-b", "b", "data"], { files: bundle })).out).toBe('{"n":{"p":true},"o":{"p":true}}\n');
  });
});
