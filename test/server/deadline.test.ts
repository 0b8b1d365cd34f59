import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Deadline } from "../../src/server/http/deadline.ts";

describe("a deadline", () => {
  it("passes even while the thread is held", () => {
    const deadline = new Deadline(5);
    expect(deadline.aborted).toBe(false);
    const start = performance.now();
    while (performance.now() < start + 10);
    expect(deadline.aborted).toBe(true);
  });

  it("ends what is awaited", async () => {
    const { signal } = new Deadline(5);
    expect(signal.aborted).toBe(false);
    await new Promise((done) => signal.addEventListener("abort", done));
    expect(signal.aborted).toBe(true);
  });

  it("ends nothing once the answer was given", async () => {
    const deadline = new Deadline(5);
    const { signal } = deadline;
    deadline.clear();
    await pause(20);
    expect(signal.aborted).toBe(false);
  });

  it("has no getter of its own, for which V8 would keep the request", () => {
    expect(Object.keys(Object.getOwnPropertyDescriptors(new Deadline(5)))).toEqual(["until"]);
  });
});
