/**
 * The smallest schedule that breaks the property that was found broken: choices nearer to 0, then fewer clients, then
 * fewer faults, as far as single changes lead.
 */
import { Effect } from "effect"
import type { Scenario } from "./Scenario.ts"
import type { Chooser } from "./kernel/Chooser.ts"
import { judge } from "./kernel/Judge.ts"
import { random } from "./kernel/Random.ts"
import { replay } from "./kernel/Replay.ts"
import { shrink, type Tried } from "./kernel/Shrink.ts"
import { Stage } from "./kernel/Stage.ts"

export interface Smallest {
  readonly choices: ReadonlyArray<number>
  /** The clients that it does not take. */
  readonly without: ReadonlyArray<string>
}

/** So many schedules by chance show whether a client can be left out. */
const tries = 200

/** Somebody was to be left out who is not there. */
export class NoSuchClient extends Error {
  override readonly name = "NoSuchClient"
}

/** The scenario without some of its clients; a name that none of them has is a mistake. */
export const leaving = <S, R>(scenario: Scenario<S, R>, without: ReadonlyArray<string>): Scenario<S, R> => ({
  ...scenario,
  clients: (scene) => {
    const clients = Object.entries(scenario.clients(scene))
    const unknown = without.find((name) => !clients.some(([client]) => client === name))
    if (unknown !== undefined) throw new NoSuchClient(`${scenario.name} has no client ${unknown}`)
    return Object.fromEntries(clients.filter(([client]) => !without.includes(client)))
  }
})

export const smallest = Effect.fnUntraced(function* <S, R>(scenario: Scenario<S, R>, oracle: string, found: Tried) {
  // A layer that has to be built anew each time is built too slowly for thousands of tries.
  if (scenario.rebuilds === true) return { choices: found.choices, without: [] } satisfies Smallest
  const whole = yield* trying(scenario, oracle)
  let best = shrink(found, (choices) => whole.run(replay(choices)))
  let without: ReadonlyArray<string> = []
  for (const client of whole.clients.toReversed()) {
    const fewer = [...without, client]
    if (fewer.length === whole.clients.length) break
    const { run } = yield* trying(leaving(scenario, fewer), oracle)
    // What breaks without it even in the quietest run is a property of all of them together, and says nothing here.
    const broken = run(replay([])) === undefined ? (run(replay(best.choices)) ?? firstOf(run)) : undefined
    if (broken === undefined) continue
    without = fewer
    best = shrink(broken, (choices) => run(replay(choices)))
  }
  return { choices: best.choices, without } satisfies Smallest
})

/** Runs of a scenario that count if they break the property. */
const trying = Effect.fnUntraced(function* <S, R>(scenario: Scenario<S, R>, oracle: string) {
  const stage = yield* Stage.make(scenario, { traced: false, remembers: false })
  const run = (chooser: Chooser): Tried | undefined =>
    stage.perform(chooser, (ended) =>
      judge(scenario.oracles, ended, stage)?.oracle === oracle
        ? { choices: ended.choices, faults: ended.faults.length }
        : undefined
    )
  return { run, clients: Object.keys(scenario.clients(stage.scene)) }
})

const firstOf = (run: (chooser: Chooser) => Tried | undefined): Tried | undefined => {
  const chooser = random({ runs: tries, seed: "fewer clients" })
  do {
    const tried = run(chooser)
    if (tried !== undefined) return tried
  } while (chooser.next())
  return undefined
}
