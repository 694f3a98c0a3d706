/** What this provider sealed, brought back by somebody: opened, and only if it is what was sealed for this. */
import { Effect, Option, Schema } from "effect"
import { type SealPurpose, Sealer } from "../ports/Sealer.ts"

/** Opens values of one kind; undefined for whatever else somebody brings. */
export const openerOf = <S extends Schema.ConstraintDecoder<unknown>>(purpose: SealPurpose, schema: S) => {
  const decode = Schema.decodeUnknownOption(schema)
  return Effect.fnUntraced(function* (sealed: string) {
    const opened = yield* Sealer.use((sealer) => sealer.open(purpose, sealed))
    return Option.getOrUndefined(Option.flatMap(opened, decode))
  })
}
