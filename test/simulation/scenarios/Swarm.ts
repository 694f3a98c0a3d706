/**
 * Swarms: two users, two relying parties, several browsers and an operator, each by a plan of its own, while several
 * things go wrong. Whoever is told 503 asks again; when nothing goes wrong any more, everybody comes to an end.
 *
 * A swarm is too large for all of its schedules: each has a seed, which says who does what and which faults there are
 * (faults hide each other, so that each swarm has some of them only). Groce et al., Swarm Testing (ISSTA 2012).
 */
import { Effect } from "effect"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import type { Finished } from "../../../src/layers/test/Scenario.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { family } from "../../../src/layers/test/oracles/Family.ts"
import { isolation } from "../../../src/layers/test/oracles/Isolation.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { withPast, type WithPast } from "../../../src/layers/test/oracles/specs/Past.ts"
import { providerLinearizable } from "../../../src/layers/test/oracles/specs/ProviderSpecification.ts"
import { RandomStream } from "../../../src/layers/test/RandomStream.ts"
import { signOutUser } from "../../../src/services/flows/operator/SignOutUser.ts"
import { disableUser, enableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { withdrawConsent } from "../../../src/services/flows/operator/WithdrawConsent.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import type { User } from "../../../src/domain/User.ts"
import { makeUser } from "../../workerd/Fixtures.ts"
import { type Entry, entry } from "../Entry.ts"
import { credentialsOf, type Provider, withUser } from "../Scene.ts"
import { allEvents, effectsAreAudited } from "./Audited.ts"
import { anyway, patient, platformFaults, type Rule } from "./Race.ts"
import { finishes } from "./Rules.ts"
import { visiting } from "./Visits.ts"

const skews = [0, 2_000, -2_000]

/** Two users, who can sign in with the password of all test users, and who are each other's business in nothing. */
const withUsers = Effect.gen(function* () {
  const { user } = yield* withUser
  return { alice: user, bob: yield* makeUser("bob") }
})

interface Users {
  readonly alice: User
  readonly bob: User
}

/** The grant that an access token belongs to, as its `jti` says. */
const grantOf = ({ access_token }: TokenResponse): string => {
  const { jti } = JSON.parse(Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString()) as { jti: string }
  return jti.slice(0, jti.lastIndexOf("."))
}

/** Each code gave tokens once. */
const codesOnce: Rule = once({
  thing: "code",
  of: (action) =>
    action.action === "redeem" && succeeded(action) ? grantOf(valueOf(action) as TokenResponse) : undefined
})

/** All that clients were given, with the client. */
const givenIn = (run: Finished<unknown, Provider>) =>
  run.history.actions
    .filter((action) => ["redeem", "refresh"].includes(action.action) && succeeded(action))
    .map((action) => {
      const response = valueOf(action) as TokenResponse
      return { client: clientOf(action.client), family: grantOf(response), response }
    })

/** "alice at rp": who it is, and where. */
const clientOf = (name: string): string => name.split(" ")[2] ?? ""

const isActiveFor = (clientId: string, text: string) =>
  Effect.map(introspect(credentialsOf(clientId), text), ({ active }) => active)

/** The grants of which a code or a token was used again. */
const reusedIn = (run: Finished<unknown, Provider>): ReadonlySet<string> => {
  const events = run.ask(allEvents)
  return new Set(
    events._tag === "Failure"
      ? []
      : events.value.flatMap(({ grantId = "", type }) =>
          type === "code.reused" || type === "refresh.reused" || type === "grant.revoked" ? [grantId] : []
        )
  )
}

const oneHeadEach: Rule = {
  name: "Family",
  judge: (run) => {
    const clients = new Map(givenIn(run).map(({ client, response }) => [response.refresh_token ?? "", client]))
    return family<unknown, Provider>({
      tokens: (ended) =>
        givenIn(ended).flatMap(({ family: name, response: { refresh_token } }) =>
          refresh_token === undefined ? [] : [{ family: name, token: refresh_token }]
        ),
      isLive: (text) => isActiveFor(clients.get(text) ?? "", text),
      reused: reusedIn
    }).judge(run)
  }
}

/** What was revoked or used again is dead in all its parts; what rests on a session or a consent, the model knows. */
const revokedIsDead: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const reused = reusedIn(run)
    return givenIn(run)
      .filter((given) => reused.has(given.family))
      .map(({ client, response }) => ({
        what: "the end of a grant",
        question: Effect.map(isActiveFor(client, response.access_token), (active) => !active)
      }))
  }
})

const namesOf = ({ id, profile }: User) => [id, profile.email ?? ""]

/** Nobody hears of the other user. */
const ownBusiness = isolation<Users>({
  secrets: ({ alice, bob }) => ({
    "alice at rp": namesOf(alice),
    "alice at other": namesOf(alice),
    "bob at rp": namesOf(bob),
    operator: [...namesOf(alice), ...namesOf(bob)]
  })
})

/** What an operator does to a user, and what makes it good again. */
const operating = (who: string, seed: string, length: number) => {
  const stream = new RandomStream(seed)
  const flows: ReadonlyArray<{ name: string; flow: Effect.Effect<unknown, unknown, Provider> }> = [
    { name: "disable user", flow: Effect.andThen(disableUser(who), enableUser(who)) },
    { name: "sign out", flow: signOutUser(who) },
    { name: "withdraw consent", flow: withdrawConsent(who, "rp") },
    { name: "wait", flow: Effect.sleep(10_000) }
  ]
  const plan = Array.from({ length }, () => flows[stream.below(flows.length)])
  return Effect.forEach(
    plan,
    (deed) => (deed === undefined ? Effect.void : anyway(act(deed.name, patient(deed.flow)))),
    { discard: true }
  )
}

/** About half of all faults. */
const someFaults = (seed: string): ReadonlyArray<Fault> => {
  const stream = new RandomStream(`${seed}, faults`)
  return platformFaults.filter(() => stream.below(2) === 0)
}

const offlineScope = "openid email offline_access"

/** All in one isolate, whose memory they share. */
const together = {
  "alice at rp": "isolate",
  "alice at other": "isolate",
  "bob at rp": "isolate",
  operator: "isolate"
}

/** A swarm by its seed. */
export const swarm = (seed: string, length: number, isSkewed = false, isShared = false): Entry => {
  const used = isSkewed ? skews : [0]
  return entry<Users & WithPast, Provider>(
    {
      name: `swarm ${seed}`,
      layer: MemoryProvider,
      setup: withPast(withUsers),
      clients: ({ alice }) => ({
        "alice at rp": visiting(
          { user: "alice", clientId: "rp", letter: "a", scope: offlineScope },
          `${seed}/1`,
          length
        ),
        "alice at other": visiting(
          { user: "alice", clientId: "other", letter: "c", scope: "openid email" },
          `${seed}/2`,
          length
        ),
        "bob at rp": visiting({ user: "bob", clientId: "rp", letter: "d", scope: offlineScope }, `${seed}/3`, length),
        operator: operating(alice.id, `${seed}/4`, Math.ceil(length / 2))
      }),
      faults: someFaults(seed),
      atMost: 4,
      skews: used,
      ...(isShared ? { isolates: together } : {}),
      oracles: [
        codesOnce,
        oneHeadEach,
        revokedIsDead,
        ownBusiness,
        finishes,
        effectsAreAudited,
        providerLinearizable(used)
      ]
    },
    "sampled"
  )
}

export const swarms: ReadonlyArray<Entry> = [
  swarm("ant", 4),
  swarm("bee", 4),
  swarm("midge", 6),
  swarm("starling", 6),
  swarm("herring", 8),
  swarm("locust", 4, true),
  swarm("wasp", 6, false, true)
]
