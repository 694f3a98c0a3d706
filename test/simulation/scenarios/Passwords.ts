/**
 * Races over a password: the link that resets it, the form that changes it, and logins with the one before. NIST SP
 * 800-63B §4.2.1, OWASP ASVS 5.0 §7.4.3: a link sets one password, and nobody goes on by the one that was replaced.
 */
import { Effect, Redacted } from "effect"
import { outdatedHash } from "../../../src/layers/test/PasswordHasherQuick.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { Users } from "../../../src/services/storage/Users.ts"
import { freshSetting } from "../../../src/services/storage/World.laws.ts"
import { password } from "../../workerd/Fixtures.ts"
import type { Entry } from "../Entry.ts"
import { change, knows, logIn, reset, withResetLink } from "../PasswordScene.ts"
import { type Provider, withUser } from "../Scene.ts"
import type { UserId } from "../../../src/domain/Ids.ts"
import {
  actionsOf,
  anyway,
  doing,
  isAcknowledged,
  operationsOf,
  overOperations,
  patient,
  race,
  type Rule,
  type Told
} from "./Race.ts"
import { finishes, isSignedIn, not } from "./Rules.ts"

const [first, second] = ["one quiet heron", "two quiet herons"] as const

/** One link and one form that were made of one password set one other, whichever is first. */
const setsOnce: Rule = once({ thing: "password", of: doing("reset", "change") })

/** Storage sets no second one either, of which nobody is told. */
const storedOnce: Rule = overOperations(once({ thing: "password", of: doing("User.setPassword") }))
export const linksSetOnce: ReadonlyArray<Rule> = [setsOnce]

const idOf = (run: { readonly scene: unknown }): UserId =>
  (run.scene as { readonly user: { readonly id: UserId } }).user.id

/** What was set, as those were told who set it. */
const toldOf = (run: Told): ReadonlyArray<string> =>
  actionsOf(run, "reset", "change")
    .filter(succeeded)
    .map((action) => valueOf(action) as string | { readonly typed: string })
    .map((value) => (typeof value === "string" ? value : value.typed))

/** The password of which somebody was told that it is set is the one; the one before it is not. */
const isSet: Rule = durability<unknown, Provider>({
  kept: (run) =>
    toldOf(run).flatMap((typed) => [
      { what: `the password "${typed}"`, question: knows(idOf(run), typed) },
      { what: "the end of the password before", question: not(knows(idOf(run), password)) }
    ])
})

/** However it was cut off, one of the passwords is hers: nobody is locked out. */
const isSomebodys: Rule = durability<unknown, Provider>({
  kept: (run) => [
    {
      what: "a password that she knows",
      question: Effect.gen(function* () {
        for (const typed of [password, first, second]) if (yield* knows(idOf(run), typed)) return true
        return false
      })
    }
  ]
})

/** No session of a password that was replaced is left: not the one before, nor one that was opened meanwhile. */
const sessionsEnd: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const { session } = run.scene as { readonly session: string }
    const opened = actionsOf(run, "log in")
      .filter(succeeded)
      .map((action) => (valueOf(action) as { readonly cookie: string }).cookie)
    return isAcknowledged(run, "reset")
      ? [session, ...opened].map((cookie) => ({ what: "the end of a session", question: not(isSignedIn(cookie)) }))
      : []
  }
})

/** Whoever changed it goes on in the session under its new secret. */
const ownGoesOn: Rule = durability<unknown, Provider>({
  kept: (run) =>
    actionsOf(run, "change")
      .filter(succeeded)
      .map((action) => (valueOf(action) as { readonly cookie: string }).cookie)
      .map((cookie) => ({ what: "the session of whoever changed it", question: isSignedIn(cookie) }))
})

const rules = [setsOnce, isSet, isSomebodys, sessionsEnd]

/** A user whose password was hashed in a weaker way. */
const withOldHash = Effect.gen(function* () {
  const { user } = yield* withUser
  const setting = yield* freshSetting(user, { passwordHash: outdatedHash(Redacted.make(password)), by: "operator" })
  yield* Users.setPassword(setting)
  return { user }
})

/** Each login with the right password signs in, whoever made the hash anew at the same time. */
const allSignIn: Rule = {
  name: "Liveness",
  judge: (run) => {
    const refused = operationsOf(run, "Session.open").find(
      ({ result }) => result?._tag === "Failure" && JSON.stringify(result).includes("UserGone")
    )
    return refused === undefined ? undefined : "a right password was refused because its hash was made anew"
  }
}

export const passwords: ReadonlyArray<Entry> = [
  race({
    name: "reset/reset by one link",
    setup: withResetLink,
    clients: (scene) => ({ first: act("reset", reset(scene, first)), second: act("reset", reset(scene, second)) }),
    oracles: [...rules, storedOnce]
  }),
  race({
    // After a 503 the person presses again: it is done, or the page says that the link was used, and it was by her.
    name: "reset, and again after 503, two faults",
    atMost: 2,
    setup: withResetLink,
    clients: (scene) => ({ only: anyway(patient(act("reset", reset(scene, first)))) }),
    oracles: [...rules, finishes]
  }),
  race({
    name: "reset/log in with the password before",
    setup: withResetLink,
    clients: (scene) => ({
      first: act("reset", reset(scene, first)),
      second: act("log in", logIn(scene.user.id))
    }),
    oracles: rules
  }),
  race({
    name: "reset/change password",
    setup: withResetLink,
    clients: (scene) => ({ first: act("reset", reset(scene, first)), second: act("change", change(scene, second)) }),
    oracles: [...rules, ownGoesOn]
  }),
  race({
    name: "change password/log in with the password before",
    setup: withResetLink,
    clients: (scene) => ({
      first: act("change", change(scene, first)),
      second: act("log in", logIn(scene.user.id))
    }),
    oracles: [setsOnce, isSet, isSomebodys, ownGoesOn]
  }),
  race({
    name: "log in/log in with a hash that is made anew",
    setup: withOldHash,
    clients: ({ user }) => ({
      first: act("log in", logIn(user.id)),
      second: act("log in", logIn(user.id))
    }),
    oracles: [allSignIn, isSomebodys]
  })
]
