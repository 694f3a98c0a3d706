/** `hapax cost`: what a provider of some size costs a month, reckoned from what tests counted. */
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { attempt, CliFailure } from "../CliFailure.ts"
import { billText } from "../cost/Bill.ts"
import { readCounted } from "../cost/Counted.ts"
import { billOf } from "../cost/Model.ts"
import { type Usage, usual } from "../cost/Usage.ts"
import { json, print } from "../Output.ts"

const assumed = (name: string, value: number, what: string) =>
  Flag.Finite(name).pipe(Flag.withDescription(`${what}; ${value} unless said otherwise`), Flag.withDefault(value))

const flags = {
  users: Flag.Int("users").pipe(Flag.withDescription("People who sign in at least once a month")),
  logins: assumed("logins", usual.logins, "Logins of each a month, at a page of this provider"),
  passkeyPercent: assumed("passkey-percent", usual.passkeyPercent, "Of a hundred logins, those by a passkey"),
  letterPercent: assumed("letter-percent", usual.letterPercent, "Of a hundred logins, those by a letter"),
  consents: assumed("consents", usual.consents, "New consents of each a month"),
  silent: assumed("silent", usual.silent, "Silent authorizations of each a month"),
  refreshes: assumed("refreshes", usual.refreshes, "Refreshed tokens of each a month"),
  introspections: assumed("introspections", usual.introspections, "Introspections for each a month"),
  logouts: assumed("logouts", usual.logouts, "Logouts of each a month"),
  peak: assumed("peak", usual.peak, "How many times the average the busiest minutes are"),
  auditDays: assumed("audit-days", usual.auditDays, "Days that audit events stay in D1")
}

export const cost = Command.make(
  "cost",
  { ...flags, json },
  Effect.fnUntraced(function* ({ json: asJson, ...usage }) {
    const problem = problemOf(usage)
    if (problem !== undefined) return yield* new CliFailure({ message: problem })
    const counted = yield* attempt("the counted flows cannot be read", readCounted)
    const bill = billOf(counted, usage)
    print(asJson, { ...bill, counted }, billText(counted, bill))
  })
).pipe(
  Command.withDescription("Operations, shards, storage and dollars a month for a number of users"),
  Command.withExamples([{ command: "hapax cost --users 10000000", description: "Ten million people a month" }])
)

const problemOf = (usage: Usage): string | undefined => {
  const wrong = Object.entries(usage).find(([, value]) => !Number.isFinite(value) || value < 0)
  if (wrong !== undefined) return `${wrong[0]} must be a number that is not below zero`
  if (usage.passkeyPercent + usage.letterPercent > 100) return "there are more than a hundred logins in a hundred"
  return usage.consents > usage.logins + usage.silent ? "there are more consents than authorizations" : undefined
}
