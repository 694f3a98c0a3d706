/** `hapax report`: which endpoint needs which operation at which level, read from the types. */
import process from "node:process"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { attempt } from "../CliFailure.ts"

export const report = Command.make(
  "report",
  {
    check: Flag.Boolean("check").pipe(
      Flag.withDescription("Write nothing; fail if the report is not up to date or finds something wrong"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ check }) {
    // Loaded only here: it brings a compiler along.
    const code = yield* attempt("the report cannot be made", async () => {
      const { runReport } = await import("../Report.ts")
      return runReport({ check })
    })
    if (code !== 0) process.exit(code)
  })
).pipe(Command.withDescription("Report the consistency of every endpoint (docs/consistency.md)"))
