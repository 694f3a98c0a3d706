/** An isolate's own copy of the look. */
import { Effect, Layer } from "effect"
import type { Branding } from "../../domain/Branding.ts"
import { bind } from "../../services/storage/Bind.ts"
import { brandingCopyLifetime, Brandings } from "../../services/storage/Brandings.ts"
import { storage } from "../../services/storage/Storage.ts"
import { copied, ownMemory, type Remembered } from "./IsolateCopy.ts"

/** The memory of one isolate. Eventual: nobody tells it when the look changes. */
export const IsolateBranding = storage.eventual("Isolate.Branding")<Remembered<Branding>>()

export const BrandingsIsolate = bind(Brandings, {
  copy: Effect.fnUntraced(function* () {
    return yield* copied(yield* IsolateBranding, brandingCopyLifetime, Brandings.find())
  })
})

export const brandingMemory = Layer.sync(IsolateBranding, () => ownMemory<Branding>())
