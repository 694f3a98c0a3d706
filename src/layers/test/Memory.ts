/**
 * The storage of a whole provider in memory, for tests: every operation, bound as in production, over models.
 *
 * `Memory` is a layer of operations; `MemoryWorld` lets a test look inside (rows, outboxes). A fault, or another order,
 * is put around the operations (`Around`), another backend under one of them by merging a layer after this one.
 */
import { Context, Effect, Layer, Option } from "effect"
import { ProviderConfig } from "../../services/ports/ProviderConfig.ts"
import { account } from "../objects/Accounted.ts"
import { AccountHome, AccountOperations, type accountSteps } from "../objects/AccountSteps.ts"
import { HealthIsolate } from "../objects/HealthSteps.ts"
import { SigningKeysIsolate } from "../objects/KeyRingCopy.ts"
import { KeyRingHome, keyRingSteps, keyRingTables, KeyRingWaking, SigningKeysDurable } from "../objects/KeyRingSteps.ts"
import {
  LimiterHealth,
  LimiterHome,
  LimiterSizes,
  limiterSteps,
  limiterTables,
  LimiterWaking,
  LimitsDurable
} from "../objects/LimiterSteps.ts"
import { TicketHome, TicketOperations, ticketSteps } from "../objects/TicketSteps.ts"
import { ticketTables } from "../objects/TicketTables.ts"
import { AccountModel } from "./AccountModel.ts"
import { aWorld, TestWorld } from "./kernel/World.ts"
import { MemoryD1 } from "./MemoryD1.ts"
import { MemoryLetters } from "./MemoryLetters.ts"
import { MemoryHealth, MemoryKeyRing } from "./MemoryIsolate.ts"
import { AllowedPermits } from "./MemoryPermits.ts"
import { type MemoryObjects, memoryObjects } from "./MemoryObjects.ts"
import { QuietObjects } from "./QuietObjects.ts"
import { OtherVersions } from "./models/ObjectVersion.ts"

/** The objects of one test's provider. */
export class MemoryWorld extends Context.Service<
  MemoryWorld,
  {
    readonly accounts: MemoryObjects<typeof accountSteps>
    readonly tickets: MemoryObjects<typeof ticketSteps>
    readonly limiters: MemoryObjects<typeof limiterSteps>
    readonly keyRing: MemoryObjects<typeof keyRingSteps>
  }
>()("hapax/test/MemoryWorld") {}

const world = Layer.effect(
  MemoryWorld,
  Effect.gen(function* () {
    const { accountGenerations, limiterGenerations, ticketGenerations } = yield* ProviderConfig
    const shared = yield* TestWorld
    const model = yield* AccountModel
    const others = yield* OtherVersions
    const quiet = yield* QuietObjects
    const write = yield* account
    const knowing = (of: "accountGenerations" | "ticketGenerations" | "limiterGenerations") => ({
      knows: (worker: Context.Context<never>) => Option.getOrUndefined(Context.getOption(worker, ProviderConfig))?.[of]
    })
    return {
      accounts: memoryObjects(shared, "AccountObject", model.tables, model.steps, accountGenerations, {
        ...knowing("accountGenerations"),
        remembered: model.remembered,
        other: others["AccountObject"],
        write
      }),
      tickets: memoryObjects(shared, "TicketObject", ticketTables, ticketSteps, ticketGenerations, {
        ...knowing("ticketGenerations"),
        other: others["TicketObject"],
        write
      }),
      limiters: memoryObjects(shared, "LimiterObject", limiterTables, limiterSteps, limiterGenerations, {
        ...knowing("limiterGenerations"),
        other: others["LimiterObject"],
        write,
        isQuiet: quiet.includes("LimiterObject")
      }),
      keyRing: memoryObjects(shared, "KeyRingObject", keyRingTables, keyRingSteps, [1], {
        other: others["KeyRingObject"],
        write
      })
    }
  })
)

const homes = Layer.mergeAll(
  Layer.effect(
    AccountHome,
    MemoryWorld.use(({ accounts }) => Effect.succeed(accounts))
  ),
  Layer.effect(
    TicketHome,
    MemoryWorld.use(({ tickets }) => Effect.succeed(tickets))
  ),
  Layer.effect(
    LimiterHome,
    MemoryWorld.use(({ limiters }) => Effect.succeed(limiters))
  ),
  Layer.effect(
    KeyRingHome,
    MemoryWorld.use(({ keyRing }) => Effect.succeed(keyRing))
  )
)

/** The operations of the objects, in memory, and the isolate's copy of the key ring. */
export const MemoryObjectOperations = Layer.mergeAll(
  AccountOperations,
  TicketOperations,
  LimitsDurable,
  LimiterHealth,
  LimiterSizes,
  LimiterWaking,
  KeyRingWaking,
  HealthIsolate.pipe(Layer.provide(MemoryHealth)),
  SigningKeysIsolate.pipe(Layer.provideMerge(SigningKeysDurable), Layer.provide(MemoryKeyRing))
).pipe(Layer.provide(homes), Layer.provideMerge(world), Layer.provide(MemoryD1), Layer.provideMerge(aWorld))

/** Every operation of a provider, in memory, in a world of its own. Needs only the provider's configuration. */
export const Memory = Layer.mergeAll(MemoryObjectOperations, MemoryD1, MemoryLetters, AllowedPermits)
