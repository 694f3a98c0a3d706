/** What stops a command: one line for whoever typed it, and exit code 1. */
import { Effect, Schema } from "effect"

export class CliFailure extends Schema.TaggedError<CliFailure>()("CliFailure", { message: Schema.String }) {}

/** What was thrown, in one line. */
export const lineOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).trim().split("\n")[0] ?? ""

/** A promise of a library that throws, as an effect that says what could not be done. */
export const attempt = <A>(problem: string, run: () => Promise<A>): Effect.Effect<A, CliFailure> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) =>
      cause instanceof CliFailure ? cause : new CliFailure({ message: `${problem}: ${lineOf(cause)}` })
  })
