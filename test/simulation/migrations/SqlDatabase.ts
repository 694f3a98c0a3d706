/**
 * D1 as migrations see it, in the simulator: real SQLite, whose state is the list of the batches that it committed.
 *
 * A state is never changed, so a schedule that is taken back leaves nothing behind; what a batch does to a state is
 * found out once. The time is the world's.
 */
import { DatabaseSync } from "node:sqlite"
import { Effect, Exit } from "effect"
import type { D1Client, Row, Statement } from "../../../src/layers/cloudflare/d1/D1Client.ts"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import type { World } from "../../../src/layers/test/kernel/World.ts"
import { befallsRead, befallsWrite } from "../../../src/layers/test/MemoryDatabase.ts"
import { OutcomeUnknown, type StorageError } from "../../../src/services/storage/StorageError.ts"

interface State {
  readonly before: State | undefined
  readonly batch: ReadonlyArray<Statement>
  readonly now: number
  /** What is known of batches that come after it. */
  readonly known: Map<string, Outcome>
}

interface Outcome {
  readonly rows: ReadonlyArray<ReadonlyArray<Row>>
  /** The state after it; undefined if it failed, and so did nothing. */
  readonly after: State | undefined
  readonly problem: string
}

const stateAfter = (before: State | undefined, batch: ReadonlyArray<Statement>, now: number): State => ({
  before,
  batch,
  now,
  known: new Map()
})

/** The client of a database in this world. */
export const sqlDatabase = (world: World): D1Client => {
  const states = new Cells<State>(world, "D1 state")
  const empty = stateAfter(undefined, [], 0)
  const run = (batch: ReadonlyArray<Statement>, now: number, isRead: boolean): Outcome => {
    const state = states.get("") ?? empty
    const key = JSON.stringify([batch, now])
    const outcome = state.known.get(key) ?? executed(state, batch, now)
    state.known.set(key, outcome)
    if (!isRead && outcome.after !== undefined) states.set("", outcome.after)
    return outcome
  }
  return {
    query: (operation, one) =>
      world.call<ReadonlyArray<Row>, StorageError>({
        place: "D1",
        operation,
        execute: (now) => Exit.succeed(run([one], now, true).rows[0] ?? []),
        befalls: befallsRead(operation)
      }),
    batch: (operation, statements) =>
      Effect.flatMap(
        world.call<Outcome, StorageError>({
          place: "D1",
          operation,
          execute: (now) => Exit.succeed(run(statements, now, false)),
          befalls: befallsWrite(operation)
        }),
        ({ after, problem, rows }) =>
          after === undefined ? Effect.fail(new OutcomeUnknown({ operation, detail: problem })) : Effect.succeed(rows)
      )
  }
}

const executed = (state: State, batch: ReadonlyArray<Statement>, now: number): Outcome => {
  const database = new DatabaseSync(":memory:")
  let clock = now
  database.function("unixepoch", { varargs: true, deterministic: false }, () => clock / 1_000)
  const all = ({ parameters, sql }: Statement) => database.prepare(sql).all(...parameters) as unknown as Array<Row>
  const chain: Array<State> = []
  for (let one: State | undefined = state; one !== undefined; one = one.before) chain.unshift(one)
  try {
    for (const past of chain) {
      clock = past.now
      past.batch.forEach(all)
    }
    clock = now
    database.exec("BEGIN")
    const rows = batch.map(all)
    return { rows, after: stateAfter(state, batch, now), problem: "" }
  } catch (problem) {
    return { rows: [], after: undefined, problem: String(problem) }
  } finally {
    database.close()
  }
}
