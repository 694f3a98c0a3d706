/** What every kind of object answers when it is woken. */
import { Effect } from "effect"
import { law } from "./Law.ts"
import { AccountWaking, Waking } from "./Waking.ts"

const somewhere = { id: "1-0.wake" }

export const wakingLaws = [
  law(
    "each kind of object can be woken, as often as one likes",
    ["Waking.accounts", "Waking.tickets", "Waking.limits", "Waking.keys"],
    Effect.gen(function* () {
      for (let turn = 0; turn < 2; turn++) {
        yield* Waking.accounts(new AccountWaking({ ...somewhere, sessionGrace: turn * 1_000 }))
        yield* Waking.tickets(somewhere)
        yield* Waking.limits(somewhere)
        yield* Waking.keys()
      }
    })
  )
]
