/** `hapax settings`: what an operator decides while the provider runs. */
import { Effect, Schema } from "effect"
import { Argument, Command } from "effect/cli"
import { SettingsAnswer } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { CliFailure } from "../CliFailure.ts"
import { fields, json, print } from "../Output.ts"
import { where, withStore } from "./WithStore.ts"

const root = Command.make("settings").pipe(Command.withSharedFlags(where))

const show = Command.make(
  "show",
  { json },
  Effect.fnUntraced(function* (input) {
    const found = yield* withStore(yield* root, (store) => askOperator(store, "settings.show", {}, SettingsAnswer))
    print(input.json, found, texts(found))
  })
).pipe(Command.withDescription("Show every setting as it is in force"))

const set = Command.make(
  "set",
  {
    json,
    settings: Argument.String("settings").pipe(
      Argument.withDescription("retention.auditDays=30, or retention.auditDays= for what it is as it comes"),
      Argument.atLeast(1)
    )
  },
  Effect.fnUntraced(function* (input) {
    const change = yield* changeOf(input.settings)
    const made = yield* withStore(yield* root, (store) =>
      askOperator(store, "settings.set", { change }, SettingsAnswer)
    )
    print(input.json, made, `Set, and in force within a minute.\n\n${texts(made)}`)
  })
).pipe(Command.withDescription("Change settings: every other one stays as it is"))

export const settings = root.pipe(
  Command.withDescription("What is decided while the provider runs: show, set"),
  Command.withSubcommands([show, set])
)

/** By section and name: a whole number, a list as JSON, a text, or null where nothing is given. */
const changeOf = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const change: Record<string, Record<string, unknown>> = {}
  for (const one of given) {
    const [, section, name, text] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(one) ?? []
    if (section === undefined || name === undefined || text === undefined) {
      return yield* new CliFailure({ message: `${one}: write it as retention.auditDays=30` })
    }
    const value = yield* valueOf(text).pipe(
      Effect.mapError(() => new CliFailure({ message: `${section}.${name}: ${text} is no JSON` }))
    )
    change[section] = { ...change[section], [name]: value }
  }
  return change
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))

const valueOf = (text: string) => {
  if (text === "") return Effect.succeed(null)
  if (text.startsWith("[")) return decode(text)
  return Effect.succeed(/^-?\d{1,15}$/.test(text) ? Number(text) : text)
}

const texts = ({ inForce, set: given }: SettingsAnswer): string =>
  fields(
    Object.fromEntries(
      Object.entries(inForce).flatMap(([section, values]) =>
        Object.entries(values).map(([name, value]) => [
          `${section}.${name}`,
          given[section]?.[name] === undefined ? `${shown(value)} (as it comes)` : shown(value)
        ])
      )
    )
  )

const shown = (value: unknown): string => {
  if (Array.isArray(value) && value.length === 0) return "none"
  return value === "" ? "nobody" : typeof value === "object" ? JSON.stringify(value) : String(value)
}
