/**
 * A model of Durable Objects in memory: the production steps over maps.
 *
 * A call is one atomic, synchronous transaction at the moment of the object's clock, and what it wrote stays when it
 * refuses. Outside a simulation it is executed at once and nothing befalls it; inside, what may befall it is what the
 * platform says of a call to an object (docs/decisions/0009-simulator.md).
 */
import { type Context, Effect, Exit, Option, Result } from "effect"
import { askedBy, type AuditEntry, type AuditEvent, isSecurity } from "../../domain/AuditEvent.ts"
import type { Logout } from "../../domain/Logout.ts"
import { type Generations, ofId } from "../../domain/Locator.ts"
import type { OutboxMessage } from "../../services/storage/AuditLog.ts"
import type { DirectoryEntry } from "../../services/storage/Directory.ts"
import { Actor } from "../../services/ports/Actor.ts"
import { count } from "../../services/ports/Cost.ts"
import { NotExecuted } from "../../services/storage/StorageError.ts"
import { type Account, accounted } from "../objects/Accounted.ts"
import type { Step, Steps } from "../objects/Step.ts"
import type { StepCaller } from "../objects/StepCaller.ts"
import type { Rows, TableSpec, TableSpecs } from "../objects/Table.ts"
import { Cells } from "./kernel/Cells.ts"
import type { World } from "./kernel/World.ts"
import { befallsOf, befallsOfSkewed } from "./ObjectFaults.ts"
import { inOrder, separator } from "./models/KeyOrder.ts"
import { askEncoded, type Kept, type ObjectVersion, versionAt } from "./models/ObjectVersion.ts"
import { WithEvents } from "./WithEvents.ts"

/** One object: its rows by table, and its outbox by the ids of its rows. */
export interface MemoryObject {
  readonly place: string
  readonly rows: ReadonlyMap<string, Cells<unknown>>
  readonly outbox: Cells<OutboxMessage>
}

/** What a step did, told in its own turn. */
export interface Stepped {
  readonly object: MemoryObject
  readonly said: ReadonlyArray<OutboxMessage>
  readonly wrote: boolean
  readonly wakes: boolean
  readonly now: number
}

/** All objects of one class, by locator, and the way to call them. */
export interface MemoryObjects<S extends Steps> extends StepCaller<S> {
  readonly objects: ReadonlyMap<string, MemoryObject>
  /** The number of rows of all objects, by table. */
  readonly rowCounts: () => Readonly<Record<string, number>>
  /** Takes everything out of the outboxes, as their alarms would hand it to the queue. */
  readonly takeOutboxes: () => ReadonlyArray<OutboxMessage>
  /** Who puts what a step said into the outbox and sets the alarm; without it the outboxes only fill. */
  readonly background: { keep?: (stepped: Stepped) => void }
}

/** What is special about a class of objects in a test. */
export interface MemoryObjectsOptions {
  /** The names of tables that an object only remembers. */
  readonly remembered?: ReadonlyArray<string>
  /** Whether nothing befalls its calls. */
  readonly isQuiet?: boolean
  /** The log into which security events are written before an answer is given. */
  readonly write?: Account
  /** The generations that the Worker knows which calls: in a deploy that adds one, an older Worker knows fewer. */
  readonly knows?: (worker: Context.Context<never>) => Generations | undefined
  /** Another version of its code, which an object may run; then all that crosses is encoded. */
  readonly other?: ObjectVersion | undefined
}

/** The model of a class of objects: its name is that of the production class. */
export const memoryObjects = <S extends Steps>(
  world: World,
  className: string,
  tables: TableSpecs,
  steps: S,
  generations: Generations,
  {
    isQuiet = false,
    knows = () => undefined,
    other,
    remembered = [],
    write = () => Effect.void
  }: MemoryObjectsOptions = {}
): MemoryObjects<S> => {
  const own: ObjectVersion = { tables, steps, schema: 1 }
  const befalls = isQuiet ? () => [] : other === undefined ? befallsOf : befallsOfSkewed
  const run = (object: Prepared, { by, name, now, request }: Call): Exit.Exit<unknown, unknown> => {
    let security: ReadonlyArray<AuditEvent> = []
    const transacted = (step: UnknownStep, rows: Prepared["tables"], decoded: unknown) => {
      const { result, said } = transact(world, object, { step, name, by, rows, request: decoded, now })
      security = toldBefore(object, `${name} ${JSON.stringify(request)}`, said)
      return Result.isSuccess(result) ? Exit.succeed(result.success) : Exit.fail(result.failure)
    }
    const answer = (exit: Exit.Exit<unknown, unknown>) =>
      security.length === 0 ? exit : Exit.succeed(new WithEvents(exit, security))
    if (other === undefined) return answer(transacted(stepOf(steps, name), object.tables, request))
    const version = versionAt(world, object.place, own, other)
    return answer(askEncoded(world, object, { worker: steps, object: version }, name, request, transacted))
  }
  const objects = new Map<string, Prepared>()
  const background: MemoryObjects<S>["background"] = {}
  const objectAt = (locator: string): Prepared => {
    const known = objects.get(locator)
    if (known !== undefined) return known
    const made = prepare(world, `${className} ${locator}`, tables, remembered, background)
    objects.set(locator, made)
    return made
  }
  const call = (step: string, id: string, request: unknown) =>
    Effect.withFiber((fiber) => callBy(knows(fiber.context) ?? generations, step, id, request))
  const callBy = (known: Generations, step: string, id: string, request: unknown) =>
    Option.match(ofId(known, id), {
      onNone: () =>
        Effect.fail(new NotExecuted({ operation: step, reason: "unavailable", detail: "the id names no shard" })),
      onSome: (locator) => Effect.andThen(count({ objectCalls: 1 }), ask(step, locator, request))
    })
  const ask = (step: string, locator: string, request: unknown) =>
    Actor.pipe(
      Effect.flatMap((acting) =>
        world.call<unknown, unknown>({
          place: `${className} ${locator}`,
          operation: step,
          execute: (now) => run(objectAt(locator), { name: step, request, now, by: acting?.by }),
          befalls: befalls(step)
        })
      ),
      Effect.flatMap((answer) =>
        answer instanceof WithEvents ? accounted(step, write, answer.security, answer.given) : Effect.succeed(answer)
      )
    )
  return {
    objects,
    background,
    call: call as StepCaller<S>["call"],
    rowCounts: () => countRows(objects.values()),
    takeOutboxes: () => [...objects.values()].flatMap(emptied)
  }
}

const emptied = ({ outbox }: MemoryObject): ReadonlyArray<OutboxMessage> => {
  const messages = outbox.values()
  outbox.clear()
  return messages
}

/** An object with its rows as a step sees them; `written` names the tables that the step at hand wrote to. */
interface Prepared extends MemoryObject, Kept {
  readonly tables: Readonly<Record<string, Rows<unknown>>>
  readonly background: MemoryObjects<Steps>["background"]
  /** The security events that its instance told, by the request, as `SaidBefore` remembers them. */
  readonly saidBefore: Cells<ReadonlyArray<AuditEvent>>
}

const prepare = (
  world: World,
  place: string,
  tables: TableSpecs,
  remembered: ReadonlyArray<string>,
  background: Prepared["background"]
): Prepared => {
  const written: Array<string> = []
  const rows = new Map<string, Cells<unknown>>()
  const cellsOf = (name: string): Cells<unknown> => {
    const known = rows.get(name)
    if (known !== undefined) return known
    const made = new Cells<unknown>(world, `${place} ${name}`, remembered.includes(name) ? { memoryOf: place } : {})
    rows.set(name, made)
    return made
  }
  const readings = Object.entries(tables).map(
    ([key, spec]) => [key, mapRows(cellsOf(spec.name), spec, written)] as const
  )
  return {
    place,
    rows,
    outbox: new Cells(world, `${place} outbox`),
    tables: Object.fromEntries(readings),
    background,
    saidBefore: new Cells(world, `${place} said before`, { memoryOf: place }),
    written,
    cellsOf,
    schema: new Cells(world, `${place} schema_version`)
  }
}

type UnknownStep = Step<unknown, unknown, unknown, unknown>

const stepOf = (steps: Steps, name: string): UnknownStep => {
  const step: UnknownStep | undefined = steps[name]
  if (step === undefined) throw new Error(`there is no step ${name}`)
  return step
}

/** What an object is asked for, when, and by whom, if anybody says so. */
interface Call {
  readonly name: string
  readonly request: unknown
  readonly now: number
  readonly by: string | undefined
}

interface Asked extends Call {
  readonly step: UnknownStep
  readonly rows: Readonly<Record<string, Rows<unknown>>>
}

const transact = (
  world: World,
  object: Prepared,
  { by, name, now, request, rows, step }: Asked
): { readonly result: Result.Result<unknown, unknown>; readonly said: ReadonlyArray<OutboxMessage> } => {
  object.written.length = 0
  const said: Array<OutboxMessage> = []
  const audit = (entry: AuditEntry) => {
    said.push({ _tag: "audit", event: { ...askedBy(by, entry), id: world.nextEventId(), at: now } })
  }
  const mirror = (entry: DirectoryEntry) => {
    said.push({ _tag: "directory", entry })
  }
  const tell = (logout: Logout) => {
    said.push({ _tag: "logout", notice: { ...logout, id: world.nextEventId(), at: now } })
  }
  const result = step.run({ ...rows, now, audit, mirror, tell, bytes: () => bytesOf(object) } as never, request)
  if (object.written.length > 0 && said.length === 0 && step.quiet === undefined)
    throw new Error(`${name} wrote ${object.written.join(", ")} and said nothing`)
  const { keep } = object.background
  if (keep !== undefined) keep({ object, said, wrote: object.written.length > 0, wakes: step.wakes === true, now })
  else for (const message of said) object.outbox.set(world.nextEventId(), message)
  return { result, said }
}

/** What `SaidBefore` does, over cells that are gone when the object begins anew. */
const toldBefore = (
  { saidBefore }: Prepared,
  key: string,
  said: ReadonlyArray<OutboxMessage>
): ReadonlyArray<AuditEvent> => {
  const events = said.flatMap((message) =>
    message._tag === "audit" && isSecurity(message.event) ? [message.event] : []
  )
  const all = [...(saidBefore.get(key) ?? []), ...events]
  if (events.length > 0) saidBefore.set(key, all)
  return all
}

const mapRows = <Row>(stored: Cells<unknown>, spec: TableSpec<Row>, written: Array<string>): Rows<Row> => ({
  get: (...key) => stored.get(key.join(separator)) as Row | undefined,
  put: (row) => {
    written.push(spec.name)
    stored.set(spec.keyOf(row).join(separator), row)
  },
  delete: (...key) => {
    const there = stored.delete(key.join(separator))
    if (there) written.push(spec.name)
    return there
  },
  under: (...prefix) => stored.under(prefix.join(separator) + separator).map(([, row]) => row as Row),
  ...inOrder(
    () => stored.entries(),
    (row) => row as Row,
    spec
  )
})

/** About as much as the rows would take as text. */
const bytesOf = ({ rows }: MemoryObject): number =>
  [...rows.values()].reduce((sum, cells) => sum + JSON.stringify(cells.entries()).length, 0)

const countRows = (objects: Iterable<MemoryObject>) => {
  const counts: Record<string, number> = {}
  for (const { rows } of objects) {
    for (const [name, table] of rows) counts[name] = (counts[name] ?? 0) + table.size
  }
  return counts
}
