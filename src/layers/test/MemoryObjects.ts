/**
 * A model of Durable Objects in memory: the production steps over maps.
 *
 * Injects no fault and no delay: a call is one atomic, synchronous transaction at the moment of the caller's clock, and
 * what it wrote stays when it refuses. Faults, delays and orders come from outside, around the operations (`Around`).
 */
import { Clock, Effect, Option, Result } from "effect"
import type { AuditEntry } from "../../domain/AuditEvent.ts"
import { type Generations, ofId } from "../../domain/Locator.ts"
import type { OutboxMessage } from "../../services/storage/AuditLog.ts"
import { count } from "../../services/ports/Cost.ts"
import { NotExecuted } from "../../services/storage/StorageError.ts"
import type { Step, Steps } from "../objects/Step.ts"
import type { StepCaller } from "../objects/StepCaller.ts"
import type { Rows, TableSpec, TableSpecs } from "../objects/Table.ts"

type Stored = Map<string, Map<string, unknown>>

/** One object: its rows by table, and its outbox. */
export interface MemoryObject {
  readonly rows: Stored
  readonly outbox: Array<OutboxMessage>
}

/** All objects of one class, by locator, and the way to call them. */
export interface MemoryObjects<S extends Steps> extends StepCaller<S> {
  readonly objects: ReadonlyMap<string, MemoryObject>
  /** The number of rows of all objects, by table. */
  readonly rowCounts: () => Readonly<Record<string, number>>
  /** Takes everything out of the outboxes, as their alarms would hand it to the queue. */
  readonly takeOutboxes: () => ReadonlyArray<OutboxMessage>
}

export const memoryObjects = <S extends Steps>(
  tables: TableSpecs,
  steps: S,
  generations: Generations,
  nextEventId: () => string
): MemoryObjects<S> => {
  const objects = new Map<string, MemoryObject>()
  const objectAt = (locator: string): MemoryObject => {
    const known = objects.get(locator)
    if (known !== undefined) return known
    const made: MemoryObject = {
      rows: new Map(Object.values(tables).map((spec) => [spec.name, new Map<string, unknown>()])),
      outbox: []
    }
    objects.set(locator, made)
    return made
  }
  const transact = (name: string, locator: string, request: unknown, now: number) => {
    const step: Step<unknown, unknown, unknown, unknown> | undefined = steps[name]
    if (step === undefined) throw new Error(`there is no step ${name}`)
    const object = objectAt(locator)
    const writes: Array<string> = []
    const said: Array<OutboxMessage> = []
    const rows = Object.fromEntries(
      Object.entries(tables).map(([key, spec]) => [key, mapRows(object.rows.get(spec.name) ?? new Map(), spec, writes)])
    )
    const audit = (entry: AuditEntry) => {
      said.push({ _tag: "audit", event: { ...entry, id: nextEventId(), at: now } })
    }
    const mirror = (entry: Extract<OutboxMessage, { _tag: "directory" }>["entry"]) => {
      said.push({ _tag: "directory", entry })
    }
    const result = step.run({ ...rows, now, audit, mirror } as never, request)
    if (writes.length > 0 && said.length === 0 && step.quiet === undefined)
      throw new Error(`${name} wrote ${writes.join(", ")} and said nothing`)
    object.outbox.push(...said)
    return result
  }
  const call = (step: string, id: string, request: unknown) =>
    Option.match(ofId(generations, id), {
      onNone: () =>
        Effect.fail(new NotExecuted({ operation: step, reason: "unavailable", detail: "the id names no shard" })),
      onSome: (locator) =>
        count({ objectCalls: 1 }).pipe(
          Effect.andThen(Clock.currentTimeMillis),
          Effect.flatMap((now) => {
            const result = transact(step, locator, request, now)
            return Result.isSuccess(result) ? Effect.succeed(result.success) : Effect.fail(result.failure)
          })
        )
    })
  return {
    objects,
    call: call as StepCaller<S>["call"],
    rowCounts: () => countRows(objects.values()),
    takeOutboxes: () => [...objects.values()].flatMap((object) => object.outbox.splice(0))
  }
}

const separator = "\u0000"

const mapRows = <Row>(stored: Map<string, unknown>, spec: TableSpec<Row>, writes: Array<string>): Rows<Row> => ({
  get: (...key) => stored.get(key.join(separator)) as Row | undefined,
  put: (row) => {
    writes.push(spec.name)
    stored.set(spec.keyOf(row).join(separator), row)
  },
  delete: (...key) => {
    const there = stored.delete(key.join(separator))
    if (there) writes.push(spec.name)
    return there
  },
  under: (...prefix) =>
    [...stored.entries()]
      .filter(([key]) => key.startsWith(prefix.join(separator) + separator))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, row]) => row as Row)
})

const countRows = (objects: Iterable<MemoryObject>) => {
  const counts: Record<string, number> = {}
  for (const { rows } of objects) {
    for (const [name, table] of rows) counts[name] = (counts[name] ?? 0) + table.size
  }
  return counts
}
