/** The audit's thread when it cannot live: here it is given flags that it refuses. */
import { expect, it } from "vitest";
import { makeLogger } from "../../src/server/effects/log.ts";
import { makeMetrics } from "../../src/server/effects/metrics.ts";
import { startAuditThread } from "../../src/server/threads/audit-thread.ts";
import { eventually } from "../support/cluster.ts";

it("an audit thread that dies is replaced again and again, more and more seldom, and takes nothing down with it", async () => {
  const logged: string[] = [];
  const log = makeLogger({ level: "INFO" }, { write: (line: string) => void logged.push(line) });
  const thread = startAuditThread(["--no-such-flag"], log, makeMetrics(), 10);
  const ends = (): number => logged.filter((line) => line.includes("the audit thread ended; starting another")).length;
  await eventually("two threads have died", () => ends() >= 2);
  expect(logged.filter((line) => line.includes("flag provided but not defined: -no-such-flag")).length).toBeGreaterThanOrEqual(2);
  expect(thread.metricsText()).toBe("");
  await thread.stop();
  const before = ends();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(ends()).toBe(before);
});
