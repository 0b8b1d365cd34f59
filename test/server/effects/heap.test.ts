import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

/** The most megabytes of heap that a process took which keeps some 40 and makes garbage that lives for a moment. */
function peakOf(before: string): number {
  const program = `
    ${before}
    const kept = Array.from({ length: 60_000 }, (_, i) => ({ i, text: String(i).repeat(60) }));
    let [recent, peak] = [[], 0];
    for (let i = 0; i < 1_500_000; i++) {
      recent.push({ i, text: String(i).repeat(20) });
      if (recent.length > 100_000) recent = recent.slice(50_000);
      if (i % 1_000 === 0) peak = Math.max(peak, process.memoryUsage().heapTotal);
    }
    console.log(kept.length > 0 ? peak / 2 ** 20 : 0);
  `;
  const file = new URL("../../../src/server/effects/heap.ts", import.meta.url).href;
  const run = spawnSync(process.execPath, ["--max-semi-space-size=4", "--input-type=module", "--eval", program.replace("HEAP", file)], {
    encoding: "utf8",
  });
  return Number(run.stdout);
}

it("a heap that is kept small stays near what lives in it", () => {
  const usual = peakOf("");
  const small = peakOf('(await import("HEAP")).keepHeapSmall();');
  expect(small).toBeGreaterThan(10);
  expect(small).toBeLessThan(usual * 0.8);
});
