/** Defect 1: the mirror in D1 is written fire-and-forget, and not out of the object's outbox. */
import { Effect } from "effect"
import { MemoryWorld } from "../../../src/layers/test/Memory.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { deliverOutbox } from "../../../src/services/flows/DeliverOutbox.ts"
import { disableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { Directory } from "../../../src/services/storage/Directory.ts"
import { Users } from "../../../src/services/storage/Users.ts"
import { type Provider, withUser } from "../Scene.ts"
import { instead, withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(
  Users,
  {
    change: (request) =>
      Effect.tap(Users.change(request), ({ createdAt, id, profile, status, updatedAt, version }) => {
        const [username, email, name] = [profile.preferred_username, profile.email, profile.name]
        const names = { username: username ?? null, email: email ?? null, name: name ?? null }
        return Effect.forkDetach(
          Effect.ignore(Directory.mirror([{ userId: id, status, ...names, createdAt, updatedAt, version }]))
        )
      })
  },
  withSteps((sound) => ({
    "User.change": {
      ...sound["User.change"],
      run: (tx, request) => sound["User.change"].run({ ...tx, mirror: () => {} }, request)
    }
  }))
)

/** Whether the operator's list says it, once all that is on its way has arrived. */
const isListedAsDisabled = Effect.gen(function* () {
  const { accounts } = yield* MemoryWorld
  yield* deliverOutbox(accounts.takeOutboxes().map((body, index) => ({ id: `${index}`, attempts: 1, body })))
  const [entry] = yield* Directory.list({ after: "", limit: 1 })
  return entry?.status === "disabled"
})

const scenario = {
  setup: withUser,
  clients: () => ({ operator: act("disable", disableUser("alice")) }),
  oracles: [
    durability<unknown, Provider>({
      kept: ({ history }) =>
        history.actions.some(succeeded)
          ? [{ what: "that the directory lists the user as disabled", question: isListedAsDisabled }]
          : []
    })
  ],
  faults: ["lost request", "disconnect", "overload"]
} as const

export const mirrorInTheBackground = mutant(import.meta.url, {
  of: "1",
  name: "the mirror in D1 is written fire-and-forget",
  killedBy: "Durability",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
