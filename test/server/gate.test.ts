import { describe, expect, it } from "vitest";
import { Deadline } from "../../src/server/http/deadline.ts";
import { Gate } from "../../src/server/http/gate.ts";

const forever = new Deadline(3_600_000);

describe("the gate", () => {
  it("lets in as many as it has slots, queues a few and turns the rest away", async () => {
    const gate = new Gate(1, 1);
    const first = await gate.enter(forever);
    const second = gate.enter(forever);
    expect(await gate.enter(forever)).toEqual({ kind: "full" });
    if (first.kind === "entered") first.leave();
    expect((await second).kind).toBe("entered");
  });

  it("forgets who stopped waiting", async () => {
    const gate = new Gate(1, 10);
    const first = await gate.enter(forever);
    const abort = new AbortController();
    const second = gate.enter({ aborted: false, signal: abort.signal });
    abort.abort();
    expect((await second).kind).toBe("cancelled");
    expect(gate.waiting).toBe(0);
    if (first.kind === "entered") first.leave();
    expect((await gate.enter(forever)).kind).toBe("entered");
  });

  it("counts a slot once, however often it is left", async () => {
    const gate = new Gate(1, 0);
    const first = await gate.enter(forever);
    if (first.kind === "entered") {
      first.leave();
      first.leave();
    }
    expect((await gate.enter(forever)).kind).toBe("entered");
    expect((await gate.enter(forever)).kind).toBe("full");
  });
});
