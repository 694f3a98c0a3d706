/** `hapax audit`: what happened, from the log and its archive as one. docs/operating.md. */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { type AuditAnswer, AuditAnswer as Answer } from "../Answers.ts"
import { askOperator } from "../AskOperator.ts"
import { CliFailure } from "../CliFailure.ts"
import type { Store } from "../Control.ts"
import { json, moment, print, table } from "../Output.ts"
import { where, withStore } from "./WithStore.ts"

/** So many pages are asked for before what was found is printed: a search of years ends, and says how to go on. */
const mostPages = 50

const text = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.optional)

const day = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.filterMap(
      (typed) => (Number.isNaN(Date.parse(typed)) ? Option.none<number>() : Option.some(Date.parse(typed))),
      (typed) => `a moment is written 2026-11-20 or 2026-11-20T14:30Z, not ${JSON.stringify(typed)}`
    ),
    Flag.withDescription(description),
    Flag.optional
  )

const described = {
  type: text("type", "What happened, such as login.failed"),
  user: text("user", "Whose account it is about: a user name, an e-mail address or an id"),
  client: text("client", "The id of the client that it is about"),
  grant: text("grant", "The id of a grant"),
  sid: text("sid", "The id of a session, as clients know it"),
  name: text("name", "A name that somebody typed to sign in"),
  from: day("from", "From this day or moment on"),
  to: day("to", "Up to this day or moment"),
  limit: Flag.Int("limit").pipe(Flag.withDescription("How many events, the latest first"), Flag.withDefault(100)),
  after: text("after", "Where the last search ended")
}

export const audit = Command.make(
  "audit",
  { ...described, ...where, json },
  Effect.fnUntraced(function* ({ json: asJson, limit, remote, ...flags }) {
    if (limit < 1 || limit > 100_000) return yield* new CliFailure({ message: "--limit is a number from 1 to 100000" })
    const { client: clientId, grant: grantId, ...others } = flags
    const asked = Object.fromEntries(
      Object.entries({ ...others, clientId, grantId }).flatMap(([name, value]) =>
        Option.isSome<string | number>(value) ? [[name, value.value]] : []
      )
    )
    const found = yield* withStore({ remote }, (store) => search(store, asked, limit))
    print(asJson, found, texts(found))
  })
).pipe(
  Command.withDescription("Find what happened, in the log and in the archive"),
  Command.withExamples([
    { command: "hapax audit --user alice --from 2026-11-01", description: "What happened to an account this month" },
    { command: "hapax audit --type refresh.reused --json", description: "Stolen refresh tokens, for a program" }
  ])
)

/** Page by page, until there are enough or nothing is left. */
const search = Effect.fnUntraced(function* (store: Store, asked: Readonly<Record<string, unknown>>, limit: number) {
  let found: AuditAnswer = { events: [], damaged: [], next: null }
  let after = asked["after"]
  for (let page = 0; page < mostPages; page += 1) {
    const left = Math.min(1_000, limit - found.events.length)
    const given = { ...asked, limit: left, ...(after === undefined ? {} : { after }) }
    const { damaged, events, next } = yield* askOperator(store, "audit.find", given, Answer)
    found = { events: [...found.events, ...events], damaged: [...found.damaged, ...damaged], next }
    if (next === null || found.events.length >= limit) break
    after = next
  }
  return found
})

const texts = ({ damaged, events, next }: AuditAnswer): string => {
  const rows = events.map(({ at, clientId, detail, sid, type, userId }) => [
    moment(at),
    type,
    userId ?? "",
    clientId ?? "",
    [...(sid === undefined ? [] : [`sid=${sid}`]), ...Object.entries(detail ?? {}).map((pair) => pair.join("="))].join(
      " "
    )
  ])
  const list = rows.length === 0 ? "Nothing was found." : table(["WHEN", "WHAT", "USER", "CLIENT", "MORE"], rows)
  const broken = damaged.map(
    ({ fault, key, lines }) => `The archive's ${key} is damaged (${fault}): its ${lines} events are not among these.`
  )
  const more = next === null ? [] : [`There may be more: --after ${next}`]
  return [list, ...broken, ...more].join("\n\n")
}
