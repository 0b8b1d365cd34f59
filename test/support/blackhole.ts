/** A TCP proxy whose connections can be made to go silent without being closed: what is left of them when a machine or a NAT between dies. */
import { connect, createServer, type Socket } from "node:net";
import { freePort } from "./api-server.ts";

/** A running proxy. */
export interface Blackhole {
  readonly port: number;
  /** Every connection of now stays open and carries nothing more; new ones work. */
  swallow(): void;
  stop(): Promise<void>;
}

/** Starts a proxy to a loopback port. */
export async function startBlackhole(target: number): Promise<Blackhole> {
  const port = await freePort();
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port,
    swallow: () => {
      for (const pair of pairs) for (const socket of pair) socket.unpipe().pause();
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await closed;
    },
  };
}
