/**
 * A command of the operator as a text, and its answer as one.
 *
 * It is reached through a binding only, by whoever administers the Worker: no address on the network leads here.
 */
import { Effect, Schema } from "effect"
import { acting, operator } from "../services/flows/Acting.ts"
import { commands } from "./Commands.ts"

/** What is asked: one of the commands, and its input. */
export const OperatorRequest = Schema.Struct({
  command: Schema.Literals(Object.keys(commands) as ReadonlyArray<keyof typeof commands>),
  input: Schema.Unknown
})
export type OperatorRequest = typeof OperatorRequest.Type

/** Why it was not done; `tag` is the error's name, for programs. */
export const OperatorProblem = Schema.Struct({ tag: Schema.String, message: Schema.String })
export type OperatorProblem = typeof OperatorProblem.Type

export const OperatorAnswer = Schema.Union([
  Schema.Struct({ ok: Schema.Unknown }),
  Schema.Struct({ error: OperatorProblem })
])
export type OperatorAnswer = typeof OperatorAnswer.Type

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(OperatorRequest))

/** Decodes, calls one flow, encodes. It always answers. */
export const runCommand = Effect.fn("Operator.run")(
  function* (request: string) {
    const asked = yield* decode(request).pipe(
      Effect.mapError(() => ({ _tag: "UnknownCommand", message: "This version of the Worker knows no such command." }))
    )
    yield* Effect.annotateCurrentSpan("command", asked.command)
    return { ok: yield* commands[asked.command].run(asked.input) } satisfies OperatorAnswer as OperatorAnswer
  },
  Effect.catch((failure) => Effect.succeed<OperatorAnswer>({ error: problemOf(failure) })),
  Effect.map((answer) => JSON.stringify(answer)),
  acting(operator)
)

interface Failure {
  readonly _tag: string
  readonly message: string
  readonly detail?: string
}

/** Storage says what is known about the effect, and so does the answer. */
const problemOf = ({ _tag, detail, message }: Failure): OperatorProblem => {
  if (_tag === "NotExecuted") return { tag: _tag, message: `Nothing was changed, because storage failed: ${detail}` }
  if (_tag === "OutcomeUnknown") {
    return { tag: _tag, message: `Storage failed, so it may have been done or not (${detail}): look, and ask again.` }
  }
  return { tag: _tag, message: _tag === "HalfDone" ? `${message} (${detail})` : message }
}
