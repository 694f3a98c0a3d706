/** The steps by which the objects say that they answer, and an isolate's memory of what all stores said. */
import { Effect, Layer, Result, Schema } from "effect"
import type { HealthReport } from "../../domain/Health.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Health } from "../../services/storage/Health.ts"
import { storage } from "../../services/storage/Storage.ts"
import { ownMemory, type Remembered } from "./IsolateCopy.ts"

const Shard = Schema.Struct({ id: Schema.String })

/** Reads a row that is not there: an object that answers from memory alone may have been replaced by another one. */
export const answering = <Specs>(read: (tx: Specs) => unknown) => ({
  request: Shard,
  reply: Schema.Void,
  refusal: Schema.Never,
  run: (tx: Specs) => {
    read(tx)
    return Result.void
  }
})

/** The memory of one isolate. Eventual: nobody tells it how the stores are meanwhile. */
export const IsolateHealth = storage.eventual("Isolate.Health")<Remembered<HealthReport>>()

export const HealthIsolate = bind(Health, {
  last: () => IsolateHealth.use((memory) => Effect.map(memory.read, (found) => found?.value ?? null)),
  keep: (report) => IsolateHealth.use((memory) => memory.write(report, report.at))
})

export const healthMemory = Layer.sync(IsolateHealth, () => ownMemory<HealthReport>())
