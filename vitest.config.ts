/** How the tests run: all of `test/`, in Node; what needs workerd starts it itself. */
import { defineConfig } from "vitest/config"

export default defineConfig({
  // The package's own name means its source here, not what `npm pack` builds of it; then Vite's own conditions.
  ssr: { resolve: { conditions: ["hapax-source", "module", "node", "development|production"] } },
  test: {
    include: ["test/**/*.test.ts"],
    // As many at a time as there are processors, each in a process that goes on to the next file: nothing of this house
    // is kept in a module, and what starts workerd is much to load anew for each file.
    maxWorkers: "100%",
    isolate: false,
    // Generous, because no test depends on speed: it is only there to end what hangs.
    testTimeout: 30_000,
    hookTimeout: 60_000
  }
})
