/**
 * Races over users and their sign-in names, which live in two storages: names in D1, homes in objects. A name is
 * somebody's or nobody's, never two people's; and whatever was cut off heals when it is asked for again.
 */
import { Effect, Exit } from "effect"
import { ofLogin } from "../../../src/domain/Identifier.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { createUser, type NewUser } from "../../../src/services/flows/operator/CreateUser.ts"
import { deleteUser } from "../../../src/services/flows/operator/DeleteUser.ts"
import { setPassword } from "../../../src/services/flows/operator/SetPassword.ts"
import { showUser, type ShownUser } from "../../../src/services/flows/operator/ShowUser.ts"
import { disableUser, enableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { Identifiers } from "../../../src/services/storage/Identifiers.ts"
import { newEvent } from "../../../src/services/flows/operator/NewEvent.ts"
import { UserId } from "../../../src/domain/Ids.ts"
import type { Entry } from "../Entry.ts"
import { type Provider, withUser } from "../Scene.ts"
import { newPassword } from "./Codes.ts"
import { actionsOf, anyway, doing, isAcknowledged, patient, race, type Rule, type Told } from "./Race.ts"
import { finishes } from "./Rules.ts"

const bob: NewUser = { username: "bob", email: "bob@example.com" }
const bobToo: NewUser = { username: "bobby", email: "bob@example.com" }

const made = (run: Told): ReadonlyArray<ShownUser> =>
  actionsOf(run, "create")
    .filter(succeeded)
    .map((action) => valueOf(action) as ShownUser)

/** Whoever was made is found by the names that were asked for, and is the one who was made. */
const namesLead: Rule = durability<unknown, Provider>({
  kept: (run) =>
    isAcknowledged(run, "delete")
      ? []
      : made(run).flatMap(({ id, profile: { email = "", preferred_username = "" } }) =>
          [email, preferred_username].map((name) => ({
            what: `the name ${name}`,
            question: Effect.map(showUser(name), (found) => found.id === id)
          }))
        )
})

/** Of those who want one name, one gets it. */
const oneEach: Rule = once({ thing: "name", of: doing("create") })

/** A name that nobody heard is theirs is nobody's for ever: after the reservation's time anybody may have it. */
const healsByItself: Rule = {
  name: "Liveness",
  judge: (run) => {
    if (made(run).length > 0) return undefined
    const there = run.ask(showUser("bob@example.com"))
    if (Exit.isSuccess(there)) return undefined
    run.advance(61_000)
    const answer = run.ask(createUser(bob))
    return Exit.isSuccess(answer) ? undefined : "the names of a user who was never made cannot be had"
  }
}

const creations = [
  race({
    name: "create user/create user",
    setup: withUser,
    clients: () => ({ first: act("create", createUser(bob)), second: act("create", createUser(bob)) }),
    oracles: [oneEach, namesLead, healsByItself]
  }),
  race({
    name: "create user/create user with one name in common",
    setup: withUser,
    clients: () => ({ first: act("create", createUser(bob)), second: act("create", createUser(bobToo)) }),
    oracles: [oneEach, namesLead, healsByItself]
  }),
  race({
    // A creation that was cut off in between left its names; another takes them over after the reservation's time, and
    // the first one, should it go on as late as that, finds its home void.
    name: "create user/create user after the reservation",
    setup: withUser,
    clients: () => ({
      first: act("create", createUser(bob)),
      second: Effect.andThen(Effect.sleep(61_000), act("create", patient(createUser(bob))))
    }),
    oracles: [oneEach, namesLead, healsByItself]
  }),
  race({
    // Two faults cut both off, or one of them twice. Only those that leave something half done.
    faults: ["disconnect", "lost reply", "late execution", "overload"],
    name: "create user/create user after the reservation, two faults",
    atMost: 2,
    setup: withUser,
    clients: () => ({
      first: act("create", createUser(bob)),
      second: Effect.andThen(Effect.sleep(61_000), act("create", patient(createUser(bob))))
    }),
    oracles: [oneEach, namesLead, healsByItself]
  }),
  race({
    name: "create user/create user after a reservation that nobody used",
    setup: Effect.gen(function* () {
      yield* withUser
      const userId = UserId.make(`1-0.${"x".repeat(22)}`)
      const identifiers = ["bob", "bob@example.com"].flatMap((name) => ofLogin(name) ?? [])
      const event = yield* newEvent({ type: "identifier.reserved", userId })
      yield* Identifiers.reserve({ userId, identifiers, now: 0 }, event)
      return { userId }
    }),
    clients: () => ({ first: act("create", createUser(bob)), second: act("create", createUser(bobToo)) }),
    oracles: [oneEach, namesLead, healsByItself]
  }),
  race({
    // Asked for again after a 503, the names are the first attempt's for as long as a reservation lasts. Nobody can say
    // whether that attempt is still under way, so the operator hears that they are taken, and tries again in a minute.
    name: "create user, and again after 503",
    setup: withUser,
    clients: () => ({ operator: act("create", patient(createUser(bob))) }),
    oracles: [oneEach, namesLead, healsByItself]
  })
]

/**
 * A user of whom somebody was told that they are deleted is gone, and their names can be had. If a deletion was cut off
 * between home and names, the names are held by a tombstone until the time of a reservation has passed.
 */
const deletedIsGone: Rule = {
  name: "Durability",
  judge: (run) => {
    if (!isAcknowledged(run, "delete")) return undefined
    const { user } = run.scene as { readonly user: { readonly id: string } }
    if (Exit.isSuccess(run.ask(showUser(user.id)))) return "a deleted user is still there"
    if (actionsOf(run, "create").length > 0) return undefined
    run.advance(61_000)
    return Exit.isSuccess(run.ask(createUser(alice))) ? undefined : "the name of a deleted user cannot be had"
  }
}

const alice: NewUser = { username: "alice", email: "alice@example.com" }

/** Whoever was made in the place of somebody is there under the name. */
const aliceIsThere: Rule = durability<unknown, Provider>({
  kept: (run) =>
    made(run).map(({ id }) => ({
      what: "the new Alice",
      question: Effect.map(showUser("alice"), (found) => found.id === id)
    }))
})

/** A password that is set at the same time does not enable anybody. */
const disabledStays: Rule = durability<unknown, Provider>({
  kept: (run) =>
    isAcknowledged(run, "disable")
      ? [{ what: "a disabled user", question: Effect.map(showUser("alice"), ({ status }) => status === "disabled") }]
      : []
})

const deletions = [
  race({
    name: "delete user/delete user",
    setup: withUser,
    clients: ({ user }) => ({
      first: act("delete", patient(deleteUser("alice"))),
      second: act("delete", patient(deleteUser(user.id)))
    }),
    oracles: [deletedIsGone, finishes]
  }),
  race({
    name: "delete user/create user with the same names",
    setup: withUser,
    clients: () => ({
      first: act("delete", patient(deleteUser("alice"))),
      second: act("create", createUser(alice))
    }),
    oracles: [oneEach, deletedIsGone, aliceIsThere]
  }),
  race({
    name: "delete user, and again after 503, two faults",
    atMost: 2,
    setup: withUser,
    clients: ({ user }) => ({ operator: act("delete", patient(deleteUser(user.id))) }),
    oracles: [deletedIsGone, finishes]
  })
]

const changes = [
  race({
    name: "disable user/set password",
    setup: withUser,
    clients: ({ user }) => ({
      first: act("disable", patient(disableUser(user.id))),
      second: act("set password", patient(setPassword(user.id, newPassword)))
    }),
    oracles: [disabledStays, finishes]
  }),
  race({
    name: "disable user/enable user",
    setup: withUser,
    clients: ({ user }) => ({
      first: anyway(act("disable", patient(disableUser(user.id)))),
      second: anyway(act("enable", patient(enableUser(user.id))))
    }),
    oracles: [finishes]
  }),
  race({
    name: "disable user/delete user",
    setup: withUser,
    clients: ({ user }) => ({
      first: anyway(act("disable", patient(disableUser(user.id)))),
      second: act("delete", patient(deleteUser(user.id)))
    }),
    oracles: [deletedIsGone, finishes]
  })
]

export const users: ReadonlyArray<Entry> = [...creations, ...deletions, ...changes]
