/** Asking a Durable Object for a step, and saying what is known when it does not answer. */
import { Effect, Option, Result, Schema } from "effect"
import { type Generations, ofId } from "../../../domain/Locator.ts"
import { Actor } from "../../../services/ports/Actor.ts"
import { count } from "../../../services/ports/Cost.ts"
import { objectTime, timed } from "../../../services/storage/Measured.ts"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../../services/storage/StorageError.ts"
import { type Account, accounted } from "../../objects/Accounted.ts"
import type { Steps } from "../../objects/Step.ts"
import type { StepCaller } from "../../objects/StepCaller.ts"
import { type Objects, stubOf } from "../Bindings.ts"
import { StepAnswer } from "./StepAnswer.ts"

/** A caller for the objects of one class; the id's locator names the shard. */
export const objectCaller = <S extends Steps>(
  namespace: Objects,
  steps: S,
  generations: Generations,
  write: Account
): StepCaller<S> => {
  const call = (step: string, id: string, request: unknown) =>
    Option.match(ofId(generations, id), {
      onNone: () =>
        Effect.fail(new NotExecuted({ operation: step, reason: "unavailable", detail: "the id names no shard" })),
      onSome: (locator) =>
        Effect.flatMap(Actor, (acting) =>
          Effect.tryPromise({
            try: () => stubOf(namespace, locator).run(step, JSON.stringify(request), acting?.by),
            catch: (cause) => whatIsKnown(step, cause)
          })
        ).pipe(
          (asked) => timed(asked, objectTime),
          (asked) => Effect.andThen(inShard(locator), asked),
          Effect.flatMap((answer) => read(steps, step, answer, write))
        )
    })
  return { call: call as StepCaller<S>["call"] }
}

/** Says in the operation's span where it was asked. */
const inShard = (locator: string) =>
  Effect.annotateCurrentSpan({ "hapax.backend": "DurableObject", "hapax.shard": locator })

const decodeAnswer = Schema.decodeUnknownResult(Schema.fromJsonString(StepAnswer))

const read = Effect.fnUntraced(function* (steps: Steps, step: string, text: string, write: Account) {
  const answer = decodeAnswer(text)
  const declared = steps[step]
  const unreadable = () =>
    new OutcomeUnknown({ operation: step, detail: "the answer is of another version of this code" })
  if (Result.isFailure(answer) || declared === undefined) return yield* unreadable()
  const { _tag, read: objectRowsRead, security = [], value, written: objectRowsWritten } = answer.success
  yield* count({ objectCalls: 1, objectRowsRead, objectRowsWritten })
  if (_tag === "failed") return yield* new NotExecuted({ operation: step, reason: "schema", detail: String(value) })
  const schema: Schema.Codec<unknown, unknown> = _tag === "reply" ? declared.reply : declared.refusal
  const decoded = Schema.decodeUnknownResult(schema)(value)
  if (Result.isFailure(decoded)) return yield* unreadable()
  const given = _tag === "reply" ? Effect.succeed(decoded.success) : Effect.fail(decoded.success)
  return yield* accounted(step, write, security, given)
})

/** Overloaded: it was turned away. Anything else, a disconnect above all, may have happened or not. */
const whatIsKnown = (operation: string, cause: unknown): StorageError => {
  const detail = cause instanceof Error ? cause.message : String(cause)
  const overloaded = typeof cause === "object" && cause !== null && "overloaded" in cause && cause.overloaded === true
  return overloaded
    ? new NotExecuted({ operation, reason: "overloaded", detail })
    : new OutcomeUnknown({ operation, detail })
}
