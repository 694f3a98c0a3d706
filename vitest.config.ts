/** How the tests run: all of `test/`, in Node; what needs workerd starts it itself. */
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Generous, because no test depends on speed: it is only there to end what hangs.
    testTimeout: 30_000,
    hookTimeout: 60_000
  }
})
