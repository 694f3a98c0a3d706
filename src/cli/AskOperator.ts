/** A command of the operator, asked of the store: its answer by a schema, or why it was not done. */
import { Effect, Schema } from "effect"
import type { CommandName } from "../operator/Commands.ts"
import { OperatorAnswer } from "../operator/RunCommand.ts"
import { CliFailure } from "./CliFailure.ts"
import type { Store } from "./Control.ts"

/** The operator said no; `tag` is the error's name. */
export class OperatorRefused extends Schema.TaggedError<OperatorRefused>()("OperatorRefused", {
  tag: Schema.String,
  message: Schema.String
}) {}

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(OperatorAnswer))

const unreadable = () => new CliFailure({ message: "the answer of the Worker is of another version of this tool" })

export const askOperator = Effect.fnUntraced(function* <A, I>(
  store: Store,
  command: CommandName,
  input: object,
  answer: Schema.Codec<A, I>
) {
  const reply = yield* decode(yield* store.operate(JSON.stringify({ command, input }))).pipe(
    Effect.mapError(unreadable)
  )
  if ("error" in reply) return yield* new OperatorRefused(reply.error)
  return yield* Schema.decodeUnknownEffect(answer)(reply.ok).pipe(Effect.mapError(unreadable))
})
