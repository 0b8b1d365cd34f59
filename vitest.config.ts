import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    environment: "node",
    testTimeout: 20_000,
    pool: "threads",
    // Modules hold no state that a test could leave behind, and loading them anew for each file takes longer than the tests.
    isolate: false,
  },
});
