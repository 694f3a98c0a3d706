/**
 * From a session's end to a client that hears of it: outbox, alarm, queue, consumer, the client's own server. Every
 * acknowledged end is told to each client that asked for it, under one `jti` however often it is told, whatever went
 * wrong on the way. OIDC Back-Channel Logout 1.0 §2.4, §2.5.
 */
import { Context, Effect, Exit, Layer } from "effect"
import type { Session } from "../../../src/domain/Session.ts"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { TestWorld } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { MemoryBackground, memoryBackground } from "../../../src/layers/test/models/Background.ts"
import { isUnknown, succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { audit } from "../../../src/layers/test/oracles/Audit.ts"
import type { Finished, Scenario } from "../../../src/layers/test/Scenario.ts"
import { currentRing } from "../../../src/services/flows/keys/Keys.ts"
import { RemoteFailed, RemoteFetch } from "../../../src/services/ports/RemoteFetch.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { anotherSession, consentTo, freshIssuance, signedIn } from "../../../src/services/storage/World.laws.ts"
import { type Entry, entry } from "../Entry.ts"
import { registered } from "../Scene.ts"
import { ends, nothingIsLeft, type WithBackground, workerConsumers } from "./AuditPipeline.ts"

interface Heard {
  readonly uri: string
  readonly sid: string
}

/** What clients heard, by the `jti` of the token: heard twice, it is the same. */
class Listeners extends Context.Service<Listeners, { readonly heard: Cells<Heard> }>()("hapax/test/Listeners") {}

const listeners = Layer.effect(
  Listeners,
  TestWorld.use((world) => Effect.succeed({ heard: new Cells<Heard>(world, "listeners") }))
)

const failed = Exit.fail(new RemoteFailed({ reason: "network", detail: "the client did not answer" }))

/** Clients' servers, which may hear a thing and not be heard, or not hear it. */
const remote = Layer.effect(
  RemoteFetch,
  Effect.gen(function* () {
    const world = yield* TestWorld
    const { heard } = yield* Listeners
    return {
      read: () => Effect.die("nobody reads here"),
      post: (uri, { logout_token = "" }) =>
        world.call<void, RemoteFailed>({
          place: uri,
          operation: "POST",
          execute: () => {
            const claims = JSON.parse(Buffer.from(logout_token.split(".")[1] ?? "", "base64url").toString())
            heard.set(String(claims.jti), { uri, sid: String(claims.sid) })
            return Exit.void
          },
          befalls: [
            { fault: "lost reply", executes: "now", hears: failed },
            { fault: "lost request", executes: "never", hears: failed }
          ]
        })
    }
  })
)

/** A provider with all that goes on behind its requests, and clients who listen. */
export const withListeners = (outbox: typeof workerConsumers.outbox = workerConsumers.outbox) =>
  memoryBackground({ ...workerConsumers, outbox }).pipe(
    Layer.provideMerge(remote),
    Layer.provideMerge(listeners),
    Layer.provideMerge(MemoryProvider)
  )

type WithListeners = WithBackground | Listeners

const uri = "https://rp.example/logout"

/** A client is given something in a session, and asks for a request when it ends. */
const joins = Effect.fnUntraced(function* (session: Session) {
  const logoutChannels = { front: false, back: true }
  const issuance = yield* freshIssuance(session, { clientId: "rp" as never, logoutChannels })
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
})

const setup = Effect.gen(function* () {
  yield* registered("rp", { backchannel_logout_uri: uri })
  yield* currentRing()
  const { session, user } = yield* signedIn
  const second = yield* anotherSession(user.id)
  yield* joins(session)
  yield* joins(second)
  yield* Effect.flatMap(MemoryBackground, ({ drain }) => drain)
  return { session, second }
})

type Scene = Effect.Success<typeof setup>

const sidOf = ({ action }: { readonly action: string }) => ({ what: uri, key: action.split(" ")[1] ?? "" })

/** Asked of the client itself: what waits somewhere was not told. */
const isHeard = audit<unknown, WithListeners>({
  effects: (run: Finished<unknown, WithListeners>) => run.history.actions.filter(succeeded).map(sidOf),
  unknown: (run) => run.history.actions.filter(isUnknown).map(sidOf),
  events: Listeners.use(({ heard }) =>
    Effect.sync(() => heard.values().map((one) => ({ what: one.uri, key: one.sid })))
  )
})

const onTheWay: ReadonlyArray<Fault> = [
  "lost request",
  "lost reply",
  "duplicate alarm",
  "duplicate delivery",
  "reordered delivery",
  "consumer failure",
  "restart"
]

const told = (
  scenario: Pick<Scenario<Scene, WithListeners>, "name" | "clients" | "background">
): Scenario<Scene, WithListeners> => ({
  layer: withListeners(),
  setup,
  oracles: [isHeard, nothingIsLeft],
  faults: onTheWay,
  background: "between",
  ...scenario
})

export const oneEnd = told({
  name: "logout: one end, told to its client",
  clients: ({ session }) => ({ browser: ends(session) })
})

const scenarios = [
  oneEnd,
  told({
    name: "logout: one end, asked for by two",
    clients: ({ session }) => ({ first: ends(session), second: ends(session) })
  }),
  told({
    name: "logout: two ends, told to one client",
    background: "after",
    clients: ({ second, session }) => ({ first: ends(session), second: ends(second) })
  })
]

export const logoutPipeline: ReadonlyArray<Entry> = scenarios.map((scenario) => entry(scenario, "exhaustive"))
