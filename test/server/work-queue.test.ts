import { describe, expect, it } from "vitest";
import { WorkQueue } from "../../src/server/work-queue.ts";

describe("a work queue", () => {
  it("runs a few pieces at a time, the last one about each thing, and goes on after a failure", async () => {
    const done: string[] = [];
    const failures: string[] = [];
    let running = 0;
    let most = 0;
    const queue = new WorkQueue({ workers: 2, failed: (_error, key) => void failures.push(key) });
    const piece = (text: string) => async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      if (text === "bad") throw new Error("bad");
      done.push(text);
    };
    for (const [key, text] of [
      ["a", "a1"],
      ["b", "bad"],
      ["c", "c1"],
      ["a", "a2"],
      ["a", "a3"],
      ["c", "c2"],
    ] as const)
      queue.add(key, piece(text));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(done.toSorted()).toEqual(["a1", "a3", "c2"]);
    expect(failures).toEqual(["b"]);
    expect(most).toBe(2);
  });

  it("tries again what may succeed later, says so once, and lets newer work about the same thing take its place", async () => {
    const failures: string[] = [];
    const done: string[] = [];
    const failing = (text: string, times: number): (() => Promise<void>) => {
      let left = times;
      return async () => {
        if (left-- > 0) throw new Error(text);
        done.push(text);
      };
    };
    const queue = new WorkQueue({
      workers: 1,
      pauseMillis: 2,
      failed: (error, key) => void failures.push(`${key}: ${String(error)}`),
      again: (error) => error instanceof Error && error.message !== "refused",
    });
    queue.add("a", failing("passing", 3));
    queue.add("b", failing("refused", 3));
    queue.add("c", failing("older", 1_000));
    await new Promise((resolve) => setTimeout(resolve, 1));
    queue.add("c", failing("newer", 0));
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(done.toSorted()).toEqual(["newer", "passing"]);
    expect(failures).toEqual(["a: Error: passing", "b: Error: refused", "c: Error: older"]);
    queue.add("d", failing("stopped", 1));
    queue.stop();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toHaveLength(2);
  });
});
