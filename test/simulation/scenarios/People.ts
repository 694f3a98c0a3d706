/**
 * Races over administrators and over sessions of many: somebody is left who may do everything, and all sessions of
 * those who were meant end, whatever becomes of the answers.
 */
import { Effect, Exit } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { createUser } from "../../../src/services/flows/operator/CreateUser.ts"
import { endMany } from "../../../src/services/flows/operator/EndMany.ts"
import { setRoles } from "../../../src/services/flows/operator/SetRoles.ts"
import { showUser } from "../../../src/services/flows/operator/ShowUser.ts"
import { disableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import type { Entry } from "../Entry.ts"
import { asks, browserOf, type Provider, signIn, stepOf } from "../Scene.ts"
import { actionsOf, isAcknowledged, patient, race, type Rule } from "./Race.ts"
import { finishes, isSignedIn, not } from "./Rules.ts"
import { withThreeBrowsers, type WithThreeBrowsers } from "./OwnSessions.ts"

// ---------------------------------------------------------------------------------------------------------------
// Administrators

const withTwoAdministrators = Effect.gen(function* () {
  for (const username of ["first", "second"]) {
    yield* createUser({ username })
    yield* setRoles(username, ["admin"])
  }
  return {}
})

const mayDoEverything = (who: string) =>
  Effect.map(showUser(who), ({ roles = [], status }) => status === "active" && roles.some((role) => role === "admin"))

/** Whatever was asked and whatever became of it, one of the two may do everything. */
const oneIsLeft: Rule = {
  name: "Durability",
  judge: (run) => {
    const answers = ["first", "second"].map((who) => run.ask(mayDoEverything(who)))
    const isLeft = answers.some((answer) => Exit.isSuccess(answer) && answer.value)
    return isLeft ? undefined : "nobody is left who may do everything"
  }
}

/** One takes the other's role, who disables the one: neither knows of the other. */
export const eachOther = {
  setup: withTwoAdministrators,
  clients: () => ({
    first: act("take", setRoles("second", [])),
    second: act("disable", disableUser("first"))
  }),
  oracles: [oneIsLeft]
}

// ---------------------------------------------------------------------------------------------------------------
// Sessions of many

const ends = act("end", endMany({ users: ["alice"] }))

/** Somebody was told that the sessions have ended: they have. */
export const theyEnd: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const { others, session } = run.scene as WithThreeBrowsers
    if (!isAcknowledged(run, "end")) return []
    return [...others, session].map((cookie) => ({ what: "the end of a session", question: not(isSignedIn(cookie)) }))
  }
})

/** A login that began after the end was told lives. */
const afterwards: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const [end] = actionsOf(run, "end").filter(succeeded)
    const [login] = actionsOf(run, "login").filter(succeeded)
    const { cookie } = (login && (valueOf(login) as { readonly cookie?: string })) ?? {}
    if (end?.ended === undefined || cookie === undefined || (login?.executed ?? 0) <= end.ended) return []
    return [{ what: "a login that began afterwards", question: isSignedIn(cookie) }]
  }
})

const withLoginElsewhere = Effect.gen(function* () {
  const scene = yield* withThreeBrowsers
  return { ...scene, step: stepOf(yield* authorize(asks(), browserOf("x"))) }
})

export const endingBesideALogin = {
  setup: withLoginElsewhere,
  clients: (scene: Effect.Success<typeof withLoginElsewhere>) => ({
    operator: ends,
    other: act("login", signIn(scene.step, browserOf("x")))
  }),
  oracles: [theyEnd, afterwards]
}

export const people: ReadonlyArray<Entry> = [
  race({ name: "take the role of one administrator/disable the other", ...eachOther }),
  race({ name: "end the sessions of many/login in another browser", ...endingBesideALogin }),
  race({
    name: "end the sessions of many, and again after 503, two faults",
    atMost: 2,
    setup: withThreeBrowsers,
    clients: () => ({ operator: act("end", patient(endMany({ users: ["alice"] }))) }),
    oracles: [theyEnd, finishes]
  })
]
