import { describe, expect, it } from "vitest";
import { WorkQueue } from "../../src/server/work-queue.ts";

describe("a work queue", () => {
  it("runs a few pieces at a time, the last one about each thing, and goes on after a failure", async () => {
    const done: string[] = [];
    const failures: string[] = [];
    let running = 0;
    let most = 0;
    const queue = new WorkQueue(2, (_error, key) => void failures.push(key));
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
});
