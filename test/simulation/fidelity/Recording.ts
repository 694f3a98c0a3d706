/** What happened in a round: who did what, in which order, and what came of it. A text that is kept. */
import { Effect, Schema } from "effect"
import { type Action, actions, type Answer, type Holds, type Side, step } from "./Action.ts"
import type { Round } from "./Rounds.ts"

export class Request extends Schema.Class<Request>("Request")({
  client: Schema.String,
  action: Schema.Literals(actions),
  /** Ticks of a counter, and no time: what ended before another began has the smaller number. */
  began: Schema.Int,
  ended: Schema.Int,
  outcome: Schema.String,
  /** Which refresh token it gave: the same name is the same token. */
  gave: Schema.optionalKey(Schema.String)
}) {}

export class Recording extends Schema.Class<Recording>("Recording")({
  round: Schema.String,
  /** In the order in which they began. */
  requests: Schema.Array(Request)
}) {}

export const RecordingText = Schema.fromJsonString(Recording)

/** Names for refresh tokens in the order in which they were given; the scene's own is the first. */
export const namesOf = (scene: Holds): ((answer: Answer) => { readonly gave?: string }) => {
  const names = new Map<string, string>()
  const nameOf = (token: string): string => {
    const name = names.get(token) ?? `refresh token ${names.size + 1}`
    names.set(token, name)
    return name
  }
  if (scene.refreshToken !== "") nameOf(scene.refreshToken)
  return ({ gives }) =>
    gives?.refreshToken === undefined || gives.refreshToken === "" ? {} : { gave: nameOf(gives.refreshToken) }
}

/** Does what the clients of a round do, all at the same time; each pauses before each of its requests. */
export const record = <R>(
  round: Round,
  side: Side<R>,
  pause: Effect.Effect<void> = Effect.void
): Effect.Effect<Recording, unknown, R> =>
  Effect.gen(function* () {
    const first = yield* side.scene(round.scene)
    const name = namesOf(first)
    const requests: Array<Request> = []
    let ticks = 0
    const client = Effect.fnUntraced(function* (who: string, does: ReadonlyArray<Action>) {
      let holds = first
      for (const action of does) {
        yield* pause
        const began = ticks++
        const answer = yield* step(side, action, holds)
        const { outcome } = answer
        requests.push(new Request({ client: who, action, began, ended: ticks++, outcome, ...name(answer) }))
        holds = { ...holds, ...answer.gives }
      }
    })
    yield* Effect.all(
      Object.entries(round.clients).map(([who, does]) => client(who, does)),
      { concurrency: "unbounded", discard: true }
    )
    return new Recording({ round: round.name, requests: requests.sort((a, b) => a.began - b.began) })
  })

/** As a table for people: a line for each request. */
export const textOf = ({ requests, round }: Recording): string =>
  [
    round,
    ...requests.map(({ action, began, client, ended, gave, outcome }) => {
      const who = `${`${began}-${ended}`.padEnd(7)}${client.padEnd(10)}${action.padEnd(26)}`
      return `  ${who}${outcome}${gave === undefined ? "" : `, ${gave}`}`
    })
  ].join("\n")

/** As it is kept: a line for each request. */
export const formatted = ({ requests, round }: Recording): string => {
  const lines = requests.map((request) => `    ${JSON.stringify(request, null, 1).replaceAll(/\n */g, " ")}`)
  return `{\n  "round": ${JSON.stringify(round)},\n  "requests": [\n${lines.join(",\n")}\n  ]\n}\n`
}

/** How many pairs of requests were under way at the same time. */
export const overlaps = ({ requests }: Recording): number =>
  requests.reduce(
    (sum, one) => sum + requests.filter((other) => one.began < other.began && other.began < one.ended).length,
    0
  )
