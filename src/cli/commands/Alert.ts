/** `hapax alert`: what somebody has to look at. docs/operating.md has a section for each alert. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { AlertKeyAnswer, AlertsAnswer, AlertTestAnswer } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { fields, json, moment, print, table } from "../Output.ts"
import { where, withStore } from "./WithStore.ts"

const root = Command.make("alert").pipe(Command.withSharedFlags(where))

const list = Command.make(
  "list",
  { json },
  Effect.fnUntraced(function* (input) {
    const found = yield* withStore(yield* root, (store) => askOperator(store, "alert.list", {}, AlertsAnswer))
    const rows = found.map(({ detail, name, since, state, told }) => [
      name,
      state,
      moment(since),
      told.join(" "),
      Object.entries(detail)
        .map(([key, value]) => `${key}: ${value}`)
        .join(", ")
    ])
    const titles = ["ALERT", "STATE", "SINCE", "TOLD", "DETAIL"]
    print(input.json, found, found.length === 0 ? "Nothing is wrong." : table(titles, rows))
  })
).pipe(Command.withDescription("List what is wrong, since when, and over which channels it was told"))

const test = Command.make(
  "test",
  { json },
  Effect.fnUntraced(function* (input) {
    const sent = yield* withStore(yield* root, (store) => askOperator(store, "alert.test", {}, AlertTestAnswer))
    const said = Object.fromEntries(sent.map(({ arrived, channel }) => [channel, arrived ? "arrived" : "failed"]))
    const nobody = "Nobody is named: npx hapax settings set alerts.webhook=https://… alerts.email=…"
    print(input.json, sent, sent.length === 0 ? nobody : fields(said))
  })
).pipe(Command.withDescription("Send a message over every channel, and say whether it arrived"))

const key = Command.make(
  "key",
  { json },
  Effect.fnUntraced(function* (input) {
    const found = yield* withStore(yield* root, (store) => askOperator(store, "alert.key", {}, AlertKeyAnswer))
    print(input.json, found, found.key)
  })
).pipe(Command.withDescription("Show the key by which the webhook's server verifies what it is sent"))

export const alert = root.pipe(
  Command.withDescription("What somebody has to look at: list, test, key"),
  Command.withSubcommands([list, test, key])
)
