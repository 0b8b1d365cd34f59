import { describe, expect, it } from "vitest";
import { goDuration } from "../../src/cli/output/go-duration.ts";
import { alignTabs } from "../../src/cli/output/tabs.ts";
import { run } from "../support/command.ts";
import { BAD, CONSTRAINT, GOOD, TEMPLATE } from "../support/policies.ts";

const heap = [TEMPLATE, CONSTRAINT, BAD, GOOD].join("---\n");
const bench = (flags: readonly string[], files: Readonly<Record<string, string>> = {}) =>
  run(["bench", "-f", "h.yaml", "-n", "2", ...flags], { files: { "/w/h.yaml": heap, ...files } });

describe("bench", () => {
  it("counts reviews and violations of the engine", async () => {
    const { code, out, err } = await bench(["-e", "rego"]);
    expect(code).toBe(0);
    expect(err).toContain("Warning: 2 iterations may not provide statistically meaningful P99 metrics.");
    expect(out).toContain(
      "=== Benchmark Results: REGO Engine ===\n\nConfiguration:\n  Templates:      1\n  Constraints:    1\n  Objects:        2\n  Iterations:     2\n  Total Reviews:  4\n",
    );
    expect(out).toContain("Results:\n  Violations Found:  2\n");
  });

  it("gives figures as JSON, saves them and compares with them", async () => {
    const { out, written } = await bench(["-e", "rego", "-o", "json", "--save", "base.json", "--memory"]);
    expect(JSON.parse(out)).toMatchObject([
      {
        engine: "rego",
        totalReviews: 4,
        violationCount: 2,
        latencies: { min: expect.stringMatching(/ms$/) },
        referentialDataSupported: true,
      },
    ]);
    const saved = written["base.json"] ?? "";
    expect(JSON.parse(saved)).toMatchObject([{ engine: "rego", latencies: { p50: expect.any(Number) } }]);
    expect(await bench(["-e", "rego", "--compare", "base.json"], { "/w/base.json": saved })).toMatchObject({
      code: 0,
      out: expect.stringContaining("✓ No significant regressions (threshold: 10.0%)"),
    });
    const faster = saved.replace(/"(p50|p95|p99|mean)": \d+/g, '"$1": 1');
    expect(await bench(["-e", "rego", "--compare", "base.json"], { "/w/base.json": faster })).toMatchObject({
      code: 1,
      out: expect.stringContaining("✗ Regressions detected in: P50 Latency, P95 Latency"),
    });
    expect((await bench(["-e", "rego", "--compare", "base.json", "--min-threshold", "1s"], { "/w/base.json": faster })).code).toBe(0);
  });

  it.each([
    [["-e", "wasm"], 'invalid engine: invalid engine "wasm" (valid: rego, cel, all)\n'],
    [["-o", "xml"], 'invalid output format: invalid output format: "xml" (valid: table, json, yaml)\n'],
    [["-n", "0"], "iterations must be positive\n"],
    [["--warmup=-1"], "warmup must be non-negative\n"],
    [["--compare", "none.json"], "baseline file does not exist: none.json\n"],
    [["-e", "cel"], "benchmark failed: benchmarking cel: no templates compatible with cel engine (all 1 templates skipped)\n"],
  ])("%j fails", async (flags, text) => {
    const ran = await bench(flags);
    expect(ran.code).toBe(1);
    expect(ran.err.endsWith(text)).toBe(true);
  });
});

describe("Go's layouts", () => {
  it("columns are as wide as their neighbours, and a line without a cell ends them", () => {
    expect(alignTabs("a\tb\nccc\td\n\ne\tf")).toBe("a    b\nccc  d\n\ne  f");
  });
  it.each([
    [0, "0s"],
    [999, "999ns"],
    [1500, "1.5µs"],
    [2_000_000, "2ms"],
    [61_500_000_000, "1m1.5s"],
    [3_600_000_000_000, "1h0m0s"],
  ])("%d nanoseconds are %s", (nanos, text) => expect(goDuration(nanos)).toBe(text));
});
