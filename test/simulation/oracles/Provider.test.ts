/** The provider's operations over its models, against its own steps one after the other; and defects put into it. */
import { expect, it } from "@effect/vitest"
import { Effect, Exit, Layer, Result } from "effect"
import { TicketRefused } from "../../../src/domain/Ticket.ts"
import { accountSteps } from "../../../src/layers/objects/AccountSteps.ts"
import { AccountModel } from "../../../src/layers/test/AccountModel.ts"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { random } from "../../../src/layers/test/kernel/Random.ts"
import { act, aWorld, TestWorld, type World } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { askedOfProvider, providerLinearizable } from "../../../src/layers/test/oracles/specs/ProviderSpecification.ts"
import type { Oracle } from "../../../src/layers/test/Scenario.ts"
import { search } from "../../../src/layers/test/Simulate.ts"
import { AccessTokens } from "../../../src/services/storage/AccessTokens.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { bind } from "../../../src/services/storage/Bind.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"
import type { AnyOperation } from "../../../src/services/storage/Consistency.ts"
import { Consents } from "../../../src/services/storage/Consents.ts"
import { Identifiers } from "../../../src/services/storage/Identifiers.ts"
import { RefreshTokens } from "../../../src/services/storage/RefreshTokens.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { SigningKeys } from "../../../src/services/storage/SigningKeys.ts"
import { storage } from "../../../src/services/storage/Storage.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { Users } from "../../../src/services/storage/Users.ts"
import { keyOf } from "../../../src/services/storage/World.laws.ts"
import { anything, everything } from "./Everything.ts"

const accountGroups = [AuthorizationCodes, RefreshTokens, AccessTokens, Sessions, Consents, Users]

const strong = [...accountGroups, Tickets, SigningKeys, Clients, Identifiers]
  .flatMap((group): ReadonlyArray<AnyOperation> => Object.values(group))
  .filter(({ declaration }) => declaration.level === "Strong")
  .map(({ operation }) => String(operation))

const faults: ReadonlyArray<Fault> = [
  "lost reply",
  "lost request",
  "late execution",
  "commit failure",
  "overload",
  "disconnect",
  "restart",
  "fail before"
]

/** Notes which operations were judged, and how each ended. */
const noting = (seen: Set<string>): Oracle<unknown, never> => ({
  name: "Noting",
  judge: ({ history }) => {
    for (const { call, result } of history.operations) {
      if (call.level === "Strong" && askedOfProvider(call) !== undefined) {
        seen.add(`${call.operation} ${result === undefined ? "unheard" : Exit.isSuccess(result) ? "ok" : "refused"}`)
      }
    }
    return undefined
  }
})

const swarm = (nth: number, runs: number, layer: typeof MemoryProvider, seen: Set<string> = new Set()) =>
  search(
    {
      name: `everything ${nth}`,
      layer,
      setup: everything,
      faults,
      atMost: 2,
      clients: (scene) => ({
        [`a${nth}`]: anything(scene, 4),
        [`b${nth}`]: anything(scene, 4),
        [`c${nth}`]: anything(scene, 4)
      }),
      oracles: [providerLinearizable(), noting(seen)]
    },
    () => random({ seed: `everything ${nth}`, runs })
  )

it.effect(
  "whatever is asked of the provider at once, under whatever faults, it answers as its steps in some order",
  () =>
    Effect.gen(function* () {
      const seen = new Set<string>()
      for (let nth = 0; nth < 40; nth++) {
        const { failure } = yield* swarm(nth, 50, MemoryProvider, seen)
        expect(failure?.violation).toBe(undefined)
      }
      // Every Strong operation was asked for and succeeded, or the property would say less than its name.
      expect(strong.filter((operation) => !seen.has(`${operation} ok`))).toEqual([])
      expect([...seen].filter((what) => what.endsWith("refused")).length).toBeGreaterThan(strong.length / 2)
    })
)

const { "Session.end": end, "RefreshToken.rotate": rotate, "AuthorizationCode.redeem": redeem } = accountSteps

const broken: ReadonlyArray<readonly [what: string, steps: Partial<typeof accountSteps>]> = [
  ["a session that is said to be ended and is not", { "Session.end": { ...end, run: () => Result.succeed(null) } }],
  [
    "a rotation that takes every token for the head",
    {
      "RefreshToken.rotate": {
        ...rotate,
        run: (tx, request) =>
          rotate.run(tx, { ...request, generation: tx.grants.get(request.grantId)?.generation ?? request.generation })
      }
    }
  ],
  [
    "a redemption that forgets that it was",
    {
      "AuthorizationCode.redeem": {
        ...redeem,
        run: (tx, request) => {
          const before = tx.grants.get(request.grantId)
          const answer = redeem.run(tx, request)
          if (before !== undefined && before.redeemedAt === null) tx.grants.put(before)
          return answer
        }
      }
    }
  ]
]

it.effect.each(broken)("%s is found", ([, steps]) =>
  Effect.gen(function* () {
    const model = Layer.effect(
      AccountModel,
      Effect.map(AccountModel, (sound) => ({ ...sound, steps: { ...sound.steps, ...steps } }))
    )
    const layer = MemoryProvider.pipe(Layer.provide(model))
    let found: string | undefined
    for (let nth = 0; nth < 40 && found === undefined; nth++) {
      const { failure } = yield* swarm(nth, 50, layer)
      found = failure?.violation.oracle
    }
    expect(found).toBe("Linearizable")
  })
)

// ---------------------------------------------------------------------------------------------------------------
// An operation of two calls, each of them atomic

const Marks = storage.strong("Test.Marks")<{ readonly world: World; readonly cells: Cells<string> }>()

const call = <A>(operation: string, run: (cells: Cells<string>) => A) =>
  Marks.use(({ cells, world }) =>
    world.call<A, never>({ place: "marks", operation, execute: () => Exit.succeed(run(cells)), befalls: [] })
  )

const inTwoTurns = bind(Tickets, {
  spend: Effect.fnUntraced(function* ({ attempt, id }) {
    const by = yield* call("get", (cells) => cells.get(id))
    if (by === undefined) return yield* call("put", (cells) => void cells.set(id, attempt))
    if (by !== attempt) return yield* new TicketRefused({ reason: "spent" })
  })
}).pipe(
  Layer.provide(
    Layer.effect(
      Marks,
      TestWorld.use((world) => Effect.succeed({ world, cells: new Cells<string>(world, "marks") }))
    )
  ),
  Layer.provide(aWorld)
)

const spending = (layer: typeof MemoryProvider, clients: ReadonlyArray<string>) =>
  search(
    {
      name: "spend/spend",
      layer,
      setup: everything,
      clients: ({ ticket }) =>
        Object.fromEntries(
          clients.map((name) => [name, act("spend", Tickets.spend({ ...ticket, attempt: name as never }))])
        ),
      oracles: [providerLinearizable()]
    },
    () => exhaustive()
  )

it.effect("a ticket that is looked at in one turn and marked in the next is spent twice, and that is found", () =>
  Effect.gen(function* () {
    const layer = Layer.merge(MemoryProvider, inTwoTurns) as typeof MemoryProvider
    const { failure } = yield* spending(layer, ["first", "second"])
    expect(failure?.violation.oracle).toBe("Linearizable")
    const sentence = failure?.violation.sentence ?? ""
    expect(sentence.startsWith("no order of what was asked of login ticket")).toBe(true)
    expect(sentence).toMatch(/: first Ticket\.spend = ok .* and second Ticket\.spend = ok \(moment \d+\)$/)
    const alone = yield* spending(layer, ["first"])
    expect(alone.failure).toBe(undefined)
    const sound = yield* spending(MemoryProvider, ["first", "second"])
    expect(sound.failure).toBe(undefined)
  })
)

it.effect("what the set-up did is where the specification begins", () =>
  Effect.gen(function* () {
    const scenario = {
      name: "find",
      layer: MemoryProvider,
      clients: ({ session }: Effect.Success<typeof everything>) => ({ a: Sessions.find(keyOf(session)) }),
      oracles: [providerLinearizable()]
    }
    const remembered = yield* search({ ...scenario, setup: everything }, () => exhaustive())
    expect(remembered.failure).toBe(undefined)
    const forgotten = Effect.map(everything, (scene) => ({ ...scene, past: [] }))
    const { failure } = yield* search({ ...scenario, setup: forgotten }, () => exhaustive())
    expect(failure?.violation.sentence).toContain("Session.find = ok SessionAndUser")
  })
)

it.effect("clocks that are wrong by what the oracle knows of are no violation; by more they are", () =>
  Effect.gen(function* () {
    const scenario = (known: ReadonlyArray<number>) => ({
      name: "spend",
      layer: MemoryProvider,
      setup: everything,
      // A ticket lives for 60 seconds.
      skews: [0, 61_000],
      clients: ({ spending: request }: Effect.Success<typeof everything>) => ({
        a: Tickets.spend(request),
        b: Tickets.spend(request)
      }),
      oracles: [providerLinearizable(known)]
    })
    const known = yield* search(scenario([0, 61_000]), () => exhaustive())
    expect(known.failure).toBe(undefined)
    const unknown = yield* search(scenario([0]), () => exhaustive())
    expect(unknown.failure?.violation.sentence).toContain("TicketRefused: expired")
  })
)
