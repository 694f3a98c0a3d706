/** `npm start`: the provider on this machine, and a demo beside it, until it is told to stop. */
import { Effect } from "effect"
import { Command } from "effect/cli"

export const start = Command.make("start", {}, () =>
  // Loaded only here: workerd's simulator and the demo are nothing that another command should wait for.
  Effect.promise(() => import("../RunProvider.ts")).pipe(
    Effect.flatMap(({ runProvider }) => Effect.scoped(runProvider))
  )
).pipe(Command.withDescription("Run the provider and a demo on this machine (npm start)"))
