/** Defect 18: nothing is ever deleted: ten thousand logins later, all of their rows are still there. */
import { Clock, Context, Effect, Layer } from "effect"
import { MemoryWorld } from "../../../src/layers/test/Memory.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { MemoryBackground } from "../../../src/layers/test/models/Background.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { liveness } from "../../../src/layers/test/oracles/Liveness.ts"
import { drawAttempt, drawTicketId } from "../../../src/services/flows/Secrets.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { ProviderConfig } from "../../../src/services/ports/ProviderConfig.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import {
  anotherSession,
  consentTo,
  freshIssuance,
  freshRedemption,
  freshUser,
  keyOf
} from "../../../src/services/storage/World.laws.ts"
import { type Provider } from "../Scene.ts"
import { ProviderWithBackground } from "../scenarios/AuditPipeline.ts"
import { mutantOver } from "./Mutant.ts"

/** What is done when nobody asks for anything. */
class AtNight extends Context.Service<AtNight, { readonly work: Effect.Effect<unknown> }>()("hapax/test/AtNight") {}

type Tidied = Provider | AtNight

const logins = 10_000
const between = 5 * 60_000
const perHour = 3_600_000 / between

/** A session lives three days without use and is kept for a day of grace; other rows live shorter. */
const most = 4 * 24 * perHour + 5 * perHour

/** Everything that a login writes, and that its code is redeemed. */
const login = Effect.fnUntraced(function* (userId: Parameters<typeof anotherSession>[0], clientId: string) {
  const { lifetimes, ticketGenerations } = yield* ProviderConfig
  const now = yield* Clock.currentTimeMillis
  const spending = { attempt: yield* drawAttempt, kind: "login" as const, id: yield* drawTicketId(ticketGenerations) }
  yield* Tickets.spend({ ...spending, expiresAt: now + lifetimes.interaction })
  const session = yield* anotherSession(userId)
  const issuance = yield* freshIssuance(session, { clientId: clientId as never })
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  yield* AuthorizationCodes.redeem(yield* freshRedemption(issuance))
  return session
})

const setup = Effect.gen(function* () {
  const user = yield* freshUser
  const { work } = yield* AtNight
  for (let count = 1; count < logins; count++) {
    yield* login(user.id, "rp")
    yield* Effect.sleep(between)
    if (count % perHour === 0) yield* work
  }
  return { session: yield* login(user.id, "rp") }
})

const countRows = Effect.gen(function* () {
  yield* Effect.flatMap(AtNight, ({ work }) => work)
  const { accounts, tickets } = yield* MemoryWorld
  return [accounts, tickets]
    .flatMap(({ rowCounts }) => Object.values(rowCounts()))
    .reduce((sum, count) => sum + count, 0)
})

const scenario = {
  setup,
  clients: ({ session }: Effect.Success<typeof setup>) => ({
    browser: act("come back", Sessions.find(keyOf(session)))
  }),
  oracles: [liveness<Tidied>({ rows: { count: countRows, most } })]
}

const swept = Layer.effect(
  AtNight,
  MemoryBackground.use(({ drain }) => Effect.succeed({ work: drain }))
).pipe(Layer.provideMerge(ProviderWithBackground))

/** The outbox is emptied, and that is all. */
const notSwept = Layer.effect(
  AtNight,
  MemoryWorld.use(({ accounts, tickets }) =>
    Effect.succeed({ work: Effect.sync(() => [accounts.takeOutboxes(), tickets.takeOutboxes()]) })
  )
).pipe(Layer.provideMerge(MemoryProvider))

export const nothingIsSwept = mutantOver<Effect.Success<typeof setup>, Tidied>(import.meta.url, {
  of: "18",
  name: "nothing is ever deleted",
  killedBy: "Liveness",
  within: 1,
  broken: { ...scenario, layer: notSwept },
  sound: { ...scenario, layer: swept }
})
