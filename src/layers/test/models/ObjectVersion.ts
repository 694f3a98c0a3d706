/**
 * An object that runs another version of the code than the Worker that calls it, as in a deploy, or than the code that
 * wrote its rows.
 *
 * Requests, answers and rows cross as JSON, and whoever reads decodes with the schemas of its own version; what it
 * cannot read it refuses exactly as `StepObject`, `SqlRows`, `ObjectSchema` and `ObjectCaller` do in production. Costs
 * time, so it is done only for classes of objects of which there is another version (`OtherVersions`).
 */
import { Context, Exit, Result, Schema } from "effect"
import { NotExecuted, OutcomeUnknown } from "../../../services/storage/StorageError.ts"
import type { Step, Steps } from "../../objects/Step.ts"
import type { Rows, TableSpec, TableSpecs } from "../../objects/Table.ts"
import type { Cells } from "../kernel/Cells.ts"
import { inOrder, separator } from "./KeyOrder.ts"
import type { World } from "../kernel/World.ts"

/** A version of the code of a class of objects. */
export interface ObjectVersion {
  readonly tables: TableSpecs
  readonly steps: Steps
  /** The number of its newest migration. */
  readonly schema: number
  /** Brings what is stored to a version, as one transaction for each of them; version 1 is that there are tables. */
  readonly migrate?: (cellsOf: Kept["cellsOf"], to: number) => void
}

/**
 * The other version of the code that objects may run, by the name of their class; which of the two an object runs is a
 * choice of each call, where the fault "version skew" is enabled. The layer's own version is of schema 1.
 */
export const OtherVersions = Context.Reference<Readonly<Record<string, ObjectVersion>>>("hapax/test/OtherVersions", {
  defaultValue: () => ({})
})

/** What an object keeps, whatever the version of the code that reads it. */
export interface Kept {
  readonly place: string
  readonly cellsOf: (table: string) => Cells<unknown>
  /** The version of its schema, once some code has been there. */
  readonly schema: Cells<number>
  /** Names the tables that the step at hand wrote to. */
  readonly written: Array<string>
}

/** How the versions of a call differ: what the Worker understands, and what the object runs. */
export interface Skewed {
  readonly worker: Steps
  readonly object: ObjectVersion
}

/** Runs a step over rows. */
export type Transact = (
  step: Step<unknown, unknown, unknown, unknown>,
  tables: Readonly<Record<string, Rows<unknown>>>,
  request: unknown
) => Exit.Exit<unknown, unknown>

/** The version that an object runs in this call. */
export const versionAt = (world: World, place: string, own: ObjectVersion, other: ObjectVersion): ObjectVersion =>
  world.happens("version skew", `${place} runs the other version`) ? other : own

/** A stored row that this version of the code cannot read. */
class UnreadableRow extends Schema.TaggedError<UnreadableRow>()("UnreadableRow", { table: Schema.String }) {}

/** Asks an object for a step, with everything that crosses encoded. */
export const askEncoded = (
  world: World,
  kept: Kept,
  { object, worker }: Skewed,
  name: string,
  request: unknown,
  transact: Transact
): Exit.Exit<unknown, unknown> => {
  const refused = (detail: string) => Exit.fail(new NotExecuted({ operation: name, reason: "schema", detail }))
  const stored = kept.schema.get("") ?? 0
  if (stored > object.schema)
    return refused(`the object's schema is version ${stored}; this code knows ${object.schema}`)
  const problem = migrate(world, kept, object, stored)
  if (problem !== undefined) return refused(problem)
  const step: Step<unknown, unknown, unknown, unknown> | undefined = object.steps[name]
  if (step === undefined) return refused(`this object knows no step ${name}`)
  const decoded = Schema.decodeUnknownResult(Schema.fromJsonString(step.request))(JSON.stringify(request))
  if (Result.isFailure(decoded)) return refused(`the request of ${name} is of another version of this code`)
  const { mark } = world.journal
  try {
    const answer = transact(step, encodedRows(kept, object.tables), decoded.success)
    return answerAs(worker, name, answer)
  } catch (problem) {
    if (!(problem instanceof UnreadableRow)) throw problem
    world.journal.backTo(mark)
    return refused(`a row of ${problem.table} is of another version of this code`)
  }
}

/** Undefined if the schema is this version's now, or the sentence that says why not. */
const migrate = (world: World, kept: Kept, object: ObjectVersion, stored: number): string | undefined => {
  for (let version = stored + 1; version <= object.schema; version++) {
    const { mark } = world.journal
    try {
      object.migrate?.(kept.cellsOf, version)
    } catch (problem) {
      world.journal.backTo(mark)
      return `the object's schema could not be brought to version ${version}: ${String(problem)}`
    }
    kept.schema.set("", version)
  }
  return undefined
}

/** The object's answer as the Worker reads it; one that it cannot read may have been given after a write. */
const answerAs = (worker: Steps, name: string, answer: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> => {
  const [reason] = Exit.isSuccess(answer) ? [] : answer.cause.reasons
  if (reason !== undefined && reason._tag !== "Fail") return answer
  const value: unknown = Exit.isSuccess(answer) ? answer.value : reason?.error
  const declared = worker[name]
  const schema: Schema.Codec<unknown, unknown> | undefined =
    declared === undefined ? undefined : Exit.isSuccess(answer) ? declared.reply : declared.refusal
  const text: string | undefined = JSON.stringify(value)
  const read =
    schema === undefined
      ? undefined
      : Schema.decodeUnknownResult(schema)(text === undefined ? undefined : (JSON.parse(text) as unknown))
  if (read === undefined || Result.isFailure(read)) {
    const detail = "the answer is of another version of this code"
    return Exit.fail(new OutcomeUnknown({ operation: name, detail }))
  }
  return Exit.isSuccess(answer) ? Exit.succeed(read.success) : Exit.fail(read.success)
}

const encodedRows = (kept: Kept, tables: TableSpecs): Readonly<Record<string, Rows<unknown>>> =>
  Object.fromEntries(Object.entries(tables).map(([key, spec]) => [key, rowsOf(kept, spec)]))

const rowsOf = <Row>({ cellsOf, written }: Kept, spec: TableSpec<Row>): Rows<Row> => {
  const cells = cellsOf(spec.name)
  const decode = Schema.decodeUnknownOption(Schema.fromJsonString(spec.schema))
  const read = (body: unknown): Row => {
    const row = decode(body)
    if (row._tag === "None") throw new UnreadableRow({ table: spec.name })
    return row.value
  }
  return {
    get: (...key) => {
      const body = cells.get(key.join(separator))
      return body === undefined ? undefined : read(body)
    },
    put: (row) => {
      written.push(spec.name)
      cells.set(spec.keyOf(row).join(separator), JSON.stringify(row))
    },
    delete: (...key) => {
      const there = cells.delete(key.join(separator))
      if (there) written.push(spec.name)
      return there
    },
    under: (...prefix) => cells.under(prefix.join(separator) + separator).map(([, body]) => read(body)),
    ...inOrder(() => cells.entries(), read, spec)
  }
}
