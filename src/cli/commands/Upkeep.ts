/** `hapax upkeep`: what the cron does every few minutes, now. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { UpkeepAnswer } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { fields, json, print } from "../Output.ts"
import { where, withStore } from "./WithStore.ts"

export const upkeep = Command.make(
  "upkeep",
  { ...where, json },
  Effect.fnUntraced(function* (input) {
    const jobs = yield* withStore(input, (store) => askOperator(store, "upkeep.run", {}, UpkeepAnswer))
    const lines = Object.fromEntries(
      jobs.map(({ did, name }) => [name, did === null ? "failed, see the log" : said(did)])
    )
    print(input.json, jobs, fields(lines))
  })
).pipe(Command.withDescription("Do what is due of rotation, clean-up, archive and alerts, as the cron does by itself"))

const said = (did: Readonly<Record<string, number>>): string => {
  const done = Object.entries(did).filter(([, amount]) => amount !== 0)
  return done.length === 0 ? "nothing to do" : done.map(([what, amount]) => `${what} ${amount}`).join(", ")
}
