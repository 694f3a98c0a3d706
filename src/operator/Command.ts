/** What a command of the operator is: how its input is read, the one flow it calls, and how the answer is written. */
import { Effect, Redacted, Schema } from "effect"

export interface Command<E, R> {
  /** Reads the input and runs the flow. The answer is of JSON values. */
  readonly run: (input: unknown) => Effect.Effect<unknown, E | InvalidInput, R>
}

/** The input is not one of this command: the tool and the Worker are of different versions, or somebody mistyped. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", { message: Schema.String }) {}

export const command = <A, I, B, E, R>(
  input: Schema.Codec<A, I>,
  flow: (input: A) => Effect.Effect<B, E, R>
): Command<E, R> => {
  const decode = Schema.decodeUnknownEffect(input, { onExcessProperty: "error" })
  return {
    run: (given) =>
      decode(given).pipe(
        Effect.mapError((error) => new InvalidInput({ message: error.message })),
        Effect.flatMap(flow)
      )
  }
}

/** The secret of an answer, which is there to be shown this once. */
export const withSecretShown = <A extends { readonly secret: Redacted.Redacted | null }>(answer: A) => ({
  ...answer,
  secret: answer.secret === null ? null : Redacted.value(answer.secret)
})
