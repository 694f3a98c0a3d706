/**
 * Steps that travel sealed with the browser: made here, and judged here when they come back. RFC 9700 §4.7;
 * docs/decisions/0004-sealed-interactions.md.
 */
import { Clock, Effect, Schema } from "effect"
import { equal } from "../../domain/ConstantTime.ts"
import { Interaction } from "../../domain/Interaction.ts"
import { Sealer } from "../ports/Sealer.ts"
import type { Browser, StepProblem } from "./authorize/Outcome.ts"
import { openerOf } from "./Sealed.ts"
import { hashSecret } from "./Secrets.ts"

/** The step cannot be taken; nothing was done. */
export class StepRefused extends Schema.TaggedError<StepRefused>()("StepRefused", {
  problem: Schema.Literals(["malformed", "foreign", "expired", "withdrawn"] satisfies ReadonlyArray<StepProblem>)
}) {}

const open = openerOf("interaction", Interaction)

export const sealStep = (step: Interaction) => Sealer.use((sealer) => sealer.seal("interaction", step))

/** A step of this kind, that this browser began. Whether it has expired is told with it. */
export const openStepOfAnyAge = Effect.fnUntraced(function* <Tag extends Interaction["_tag"]>(
  kind: Tag,
  sealed: string,
  browser: Browser
) {
  const step = yield* open(sealed)
  if (step?._tag !== kind) return yield* new StepRefused({ problem: "malformed" })
  const hash = yield* hashSecret(browser.secret ?? "")
  if (browser.secret === undefined || !equal(hash, step.browser)) {
    return yield* new StepRefused({ problem: "foreign" })
  }
  const expired = (yield* Clock.currentTimeMillis) >= step.expiresAt
  return { step: step as Extract<Interaction, { _tag: Tag }>, expired }
})

/** A step of this kind that this browser began and that is still in time. */
export const openStep = Effect.fnUntraced(function* <Tag extends Interaction["_tag"]>(
  kind: Tag,
  sealed: string,
  browser: Browser
) {
  const { expired, step } = yield* openStepOfAnyAge(kind, sealed, browser)
  return expired ? yield* new StepRefused({ problem: "expired" }) : step
})
