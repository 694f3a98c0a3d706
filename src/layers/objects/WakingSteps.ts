/** The steps by which objects are woken. What they do is done by whoever runs a step that `wakes`. */
import { Result, Schema } from "effect"
import { AccountWaking } from "../../services/storage/Waking.ts"
import { type accountTables, Retention } from "./AccountTables.ts"
import { step } from "./Step.ts"

/** Of an object that has nothing to learn. */
export const woken = {
  request: Schema.Struct({ id: Schema.String }),
  reply: Schema.Void,
  refusal: Schema.Never,
  wakes: true,
  run: () => Result.void
} as const

export const wakeAccountsStep = step<typeof accountTables>()({
  request: AccountWaking,
  reply: Schema.Void,
  refusal: Schema.Never,
  wakes: true,
  quiet: "how long ended sessions are kept is a setting, and its change is an event",
  run: (tx, { sessionGrace }) => {
    if (tx.retention.get("sessions")?.grace !== sessionGrace) {
      tx.retention.put(new Retention({ of: "sessions", grace: sessionGrace }))
    }
    return Result.void
  }
})
