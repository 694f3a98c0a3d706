/** Races over a person's picture: a home never names one that is not there, and none is left that no home names. */
import { Effect, Exit } from "effect"
import { uploadLife } from "../../../src/domain/Avatar.ts"
import { User } from "../../../src/domain/User.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { giveAvatar, takeAvatar } from "../../../src/services/flows/ChangeAvatar.ts"
import { deleteUser } from "../../../src/services/flows/operator/DeleteUser.ts"
import { settleAvatars } from "../../../src/services/flows/upkeep/SettleAvatars.ts"
import { Avatars } from "../../../src/services/storage/Avatars.ts"
import { Users } from "../../../src/services/storage/Users.ts"
import { pictures } from "../../domain/Images.ts"
import { makeUser } from "../../workerd/Fixtures.ts"
import type { Entry } from "../Entry.ts"
import { race, type Rule } from "./Race.ts"

const withUser = Effect.map(makeUser("alice"), (user) => ({ user }))

const withPicture = Effect.gen(function* () {
  const { user } = yield* withUser
  return { user: yield* giveAvatar(user, pictures.gif) }
})

/** An upload ended before the home was changed, and its doubt is due. */
const cutOff = Effect.gen(function* () {
  const { user } = yield* withPicture
  yield* Effect.exit(giveAvatar(new User({ ...user, version: user.version - 1 }), pictures.jpeg))
  yield* Effect.sleep(2 * uploadLife)
  return { user }
})

type Scene = Effect.Success<typeof withUser>

const allPictures = MemoryDatabase.use(({ avatars }) => Effect.sync(() => avatars.values().map(({ id }) => id)))

/** Before the clean-up and after it; and then there is nothing but what the home names. */
const oneOfEach: Rule = {
  name: "Durability",
  judge: (run) => {
    const { id } = (run.scene as Scene).user
    const answerOf = <A>(exit: Exit.Exit<A, unknown>, otherwise: A): A =>
      Exit.isSuccess(exit) ? exit.value : otherwise
    const named = answerOf(run.ask(Users.find(id)), null)?.avatar
    const isThere = () => named === undefined || answerOf(run.ask(Avatars.find(named)), null) !== null
    if (!isThere()) return "the home names a picture that is not there"
    run.advance(2 * uploadLife)
    if (Exit.isFailure(run.ask(settleAvatars()))) return "the clean-up failed"
    if (!isThere()) return "the clean-up deleted a picture that the home names"
    const left = answerOf(run.ask(allPictures), []).filter((one) => one !== named)
    return left.length === 0 ? undefined : `${left.length} pictures are left that no home names`
  }
}

/** Of all faults those that say nothing, or too late, of what was done; one in a run. */
const faults: ReadonlyArray<Fault> = ["lost reply", "late execution", "disconnect"]

export const avatars: ReadonlyArray<Entry> = [
  race({
    name: "upload a picture, with every fault",
    setup: withPicture,
    clients: ({ user }) => ({ person: act("upload", giveAvatar(user, pictures.png)) }),
    oracles: [oneOfEach]
  }),
  race({
    name: "upload a picture/upload another",
    setup: withPicture,
    faults,
    clients: ({ user }) => ({
      first: act("upload", giveAvatar(user, pictures.png)),
      second: act("upload", giveAvatar(user, pictures.jpeg))
    }),
    oracles: [oneOfEach]
  }),
  race({
    name: "upload a picture/remove the one before",
    setup: withPicture,
    faults: ["late execution"],
    clients: ({ user }) => ({
      first: act("upload", giveAvatar(user, pictures.png)),
      second: act("remove", takeAvatar(user))
    }),
    oracles: [oneOfEach]
  }),
  race({
    name: "upload a picture/delete the person",
    setup: withPicture,
    faults: ["late execution"],
    clients: ({ user }) => ({
      person: act("upload", giveAvatar(user, pictures.png)),
      operator: act("delete", deleteUser("alice"))
    }),
    oracles: [oneOfEach]
  }),
  race({
    name: "upload a picture/clean up after one that was cut off",
    setup: cutOff,
    faults: ["disconnect"],
    clients: ({ user }) => ({
      person: act("upload", giveAvatar(user, pictures.png)),
      cron: act("clean up", settleAvatars())
    }),
    oracles: [oneOfEach]
  })
]
