import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    environment: "node",
    testTimeout: 20_000,
    // Processes: threads that come and go share one V8, whose records of compiled code are not always up to that.
    pool: "forks",
    // Tests over sockets wait more than they compute.
    maxWorkers: Math.max(3, availableParallelism()),
    // Modules hold no state that a test could leave behind, and loading them anew for each file takes longer than the tests.
    isolate: false,
  },
});
