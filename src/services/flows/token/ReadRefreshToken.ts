/** Telling a refresh token of ours from anything else, before any storage is asked. RFC 9700 §4.14.2. */
import { Effect, Option } from "effect"
import { equal } from "../../../domain/ConstantTime.ts"
import { parse, untagged } from "../../../domain/RefreshToken.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { isPlaced } from "../Placed.ts"
import { hashSecret } from "../Secrets.ts"

/** The parts of a token whose tag is ours; undefined for anything else. */
export const readRefreshToken = Effect.fnUntraced(function* (text: string) {
  const parts = Option.getOrUndefined(parse(text))
  if (parts === undefined || !(yield* isPlaced(parts.grantId))) return undefined
  const tag = yield* Sealer.use((sealer) => sealer.tag("refresh-token", untagged(parts)))
  if (!equal(tag, parts.tag)) return undefined
  return { ...parts, familyHash: yield* hashSecret(parts.familySecret) }
})
