/** Where a secret comes from: a flag, standard input or the environment. It need not stand in a shell's history. */
import process from "node:process"
import { Effect, Option, Redacted } from "effect"
import { Flag } from "effect/cli"
import { attempt, CliFailure } from "./CliFailure.ts"

/** The two flags of a secret: `--password <text>` and `--password-stdin`. */
export const secretFlags = (name: string, what: string) => ({
  given: Flag.Redacted(name).pipe(Flag.withDescription(what), Flag.optional),
  fromInput: Flag.Boolean(`${name}-stdin`).pipe(
    Flag.withDescription(`Read it from standard input, without its last line end`),
    Flag.withDefault(false)
  )
})

export interface SecretChoice {
  readonly given: Option.Option<Redacted.Redacted>
  readonly fromInput: boolean
}

/** The secret that was chosen; undefined if there is none. The variable of the environment counts if no flag does. */
export const chosenSecret = Effect.fnUntraced(function* (choice: SecretChoice, variable?: string) {
  if (choice.fromInput) {
    if (Option.isSome(choice.given)) return yield* new CliFailure({ message: "give the secret once, not twice" })
    const text = yield* attempt("standard input cannot be read", readInput)
    if (text === "") return yield* new CliFailure({ message: "standard input is empty: pipe the secret into it" })
    return text
  }
  if (Option.isSome(choice.given)) return Redacted.value(choice.given.value)
  return variable === undefined ? undefined : process.env[variable]
})

const readInput = async (): Promise<string> => {
  const parts: Array<Buffer> = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  return Buffer.concat(parts)
    .toString()
    .replace(/\r?\n$/, "")
}
