/** An isolate's own copy of the scopes that an operator made. */
import { Effect, Layer } from "effect"
import type { ScopeMapping } from "../../domain/ScopeMapping.ts"
import { bind } from "../../services/storage/Bind.ts"
import { mappingCopyLifetime, ScopeMappings } from "../../services/storage/ScopeMappings.ts"
import { storage } from "../../services/storage/Storage.ts"
import { copied, ownMemory, type Remembered } from "./IsolateCopy.ts"

/** The memory of one isolate. Eventual: nobody tells it when a mapping changes. */
export const IsolateScopeMappings = storage.eventual("Isolate.ScopeMapping")<Remembered<ReadonlyArray<ScopeMapping>>>()

export const ScopeMappingsIsolate = bind(ScopeMappings, {
  copy: Effect.fnUntraced(function* () {
    return yield* copied(yield* IsolateScopeMappings, mappingCopyLifetime, ScopeMappings.all())
  })
})

export const scopeMappingMemory = Layer.sync(IsolateScopeMappings, () => ownMemory<ReadonlyArray<ScopeMapping>>())
