/** Defect 20: a reset token is selected, and then updated to used; that the storage is strong does not help. */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { NoSuchUser, UserChanged, Users } from "../../../src/services/storage/Users.ts"
import { reset, type WithResetLink, withResetLink } from "../PasswordScene.ts"
import { linksSetOnce } from "../scenarios/Passwords.ts"
import { instead } from "./Instead.ts"
import { isMarked, mark } from "./Marks.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Users, {
  setPassword: Effect.fnUntraced(function* (setting) {
    const token = `${setting.userId} ${setting.version}`
    if (yield* isMarked(token)) return yield* new UserChanged()
    const user = yield* Users.find(setting.userId)
    if (user === null) return yield* new NoSuchUser()
    const count = yield* Users.setPassword({ ...setting, version: user.version })
    yield* mark(token)
    return count
  })
})

const pressedTwice = {
  setup: withResetLink,
  clients: (scene: WithResetLink) => ({
    first: act("reset", reset(scene, "one quiet heron")),
    second: act("reset", reset(scene, "two quiet herons"))
  }),
  oracles: linksSetOnce
}

export const resetInTwoSteps = mutant(import.meta.url, {
  of: "20",
  name: "a reset token is selected, then updated",
  killedBy: "Once",
  within: 1_000,
  broken: { ...pressedTwice, layer },
  sound: { ...pressedTwice, layer: MemoryProvider }
})
