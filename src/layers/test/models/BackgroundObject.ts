/**
 * An object in memory as its alarm sees it: the production decisions (`Alarm.ts`, `HandOver.ts`) over cells.
 *
 * Its outbox is numbered like SQLite's: the next number after the greatest there is. What its instance remembers is
 * lost when its place begins anew, and a handler of the instance before it never goes on.
 */
import type { OutboxMessage } from "../../../services/storage/AuditLog.ts"
import {
  type Alarmed,
  type AlarmMemory,
  arm,
  lookedUp,
  type Ringing,
  ringsBy,
  sweepsAgainAt,
  wake
} from "../../objects/Alarm.ts"
import { type OutboxRows, shortened } from "../../objects/HandOver.ts"
import { graceOf, type Retention } from "../../objects/AccountTables.ts"
import type { TableSpecs } from "../../objects/Table.ts"
import { Cells } from "../kernel/Cells.ts"
import type { World } from "../kernel/World.ts"
import type { MemoryObject, Stepped } from "../MemoryObjects.ts"
import type { AlarmModel } from "./AlarmModel.ts"

/** What a class of objects has in common. */
export interface BackgroundClass {
  readonly tables: TableSpecs
  readonly outboxDelay: number
}

export class BackgroundObject {
  private readonly object: MemoryObject
  private readonly spec: BackgroundClass
  private readonly alarms: AlarmModel
  /** "at" and "ringing" of its alarm, and the rings whose handlers are its own. */
  private readonly instance: Cells<number | null>
  private readonly memory: AlarmMemory
  /** When it sweeps again. */
  private readonly swept: Cells<number>

  constructor(world: World, object: MemoryObject, spec: BackgroundClass, alarms: AlarmModel) {
    this.object = object
    this.spec = spec
    this.alarms = alarms
    this.instance = new Cells(world, `${object.place} alarm memory`, { memoryOf: object.place })
    this.memory = new InstanceMemory(this.instance)
    this.swept = new Cells(world, `${object.place} sweep`)
  }

  /** Keeps what a step said, and sets the alarm, in the turn of the step. */
  stepped({ now, said, wakes, wrote }: Stepped): void {
    // A step that wrote nothing sets no alarm, and looks at none that another would not look at.
    if (!wrote && said.length === 0 && !wakes) return
    const last = said.length === 0 ? undefined : this.object.outbox.entries().at(-1)?.[0]
    said.forEach((message, index) => {
      this.object.outbox.set(keyOf(Number(last ?? 0) + 1 + index), kept(message))
    })
    const alarmed = this.alarmed(now)
    // The platform is asked before the step, and others may come in between: the step's turn is all that is left of it.
    if (alarmed.memory.at === undefined) lookedUp(alarmed.memory, this.alarms.get(this.object.place))
    const ringAt = ringsBy({ now, said: said.length > 0, wrote, outboxDelay: this.spec.outboxDelay })
    if (wakes) wake(alarmed, now + this.spec.outboxDelay)
    if (ringAt !== undefined) arm(alarmed, ringAt)
  }

  /** The object in one turn of its alarm. */
  ringing(now: number, isStrange: boolean): Ringing {
    return {
      ...this.alarmed(now),
      isStrange: () => isStrange,
      outbox: this.rows,
      isWaiting: () => this.object.outbox.size > 0,
      outboxDelay: this.spec.outboxDelay,
      sweep: (time) => this.sweep(time)
    }
  }

  /** The instance that is there now has begun to handle a ring. */
  begins(ring: string): void {
    this.instance.set(ring, 1)
  }

  /** Whether the instance that began to handle a ring is still there. */
  handles(ring: string): boolean {
    return this.instance.has(ring)
  }

  ends(ring: string): void {
    this.instance.delete(ring)
  }

  // -------------------------------------------------------------------------------------------------------------

  private alarmed(now: number): Alarmed {
    return {
      memory: this.memory,
      now: () => now,
      setAlarm: (at) => this.alarms.set(this.object.place, at)
    }
  }

  private readonly rows: OutboxRows = {
    page: (limit) =>
      this.object.outbox
        .entries()
        .slice(0, limit)
        .map(([seq, message]) => ({ seq: Number(seq), messages: [message] })),
    deleteThrough: (seq) => {
      for (const [key] of this.object.outbox.entries()) if (Number(key) <= seq) this.object.outbox.delete(key)
    }
  }

  private grace(): number {
    return graceOf(this.object.rows.get("retention")?.get("sessions") as Retention | undefined)
  }

  /** All tables in one run: no test has so many rows that a page of them would make a difference. */
  private sweep(now: number): number | undefined {
    const expiring = Object.values(this.spec.tables).flatMap((table) => {
      const rows = this.object.rows.get(table.name)
      const grace = table.isRetained === true ? this.grace() : 0
      return table.expiresAt === null || rows === undefined ? [] : [{ rows, grace, expiresAt: table.expiresAt }]
    })
    let due = this.swept.get("due") ?? 0
    if (now >= due) {
      for (const { expiresAt, grace, rows } of expiring) {
        for (const [key, row] of rows) if (expiresAt(row) + grace <= now) rows.delete(key)
      }
      due = sweepsAgainAt(now, true)
      this.swept.set("due", due)
    }
    return expiring.some(({ rows }) => rows.size > 0) ? due : undefined
  }
}

/** What the instance remembers of its alarm. */
class InstanceMemory implements AlarmMemory {
  private readonly cells: Cells<number | null>

  constructor(cells: Cells<number | null>) {
    this.cells = cells
  }

  get at(): number | null | undefined {
    return this.cells.get("at")
  }

  set at(at: number | null | undefined) {
    if (at !== undefined) this.cells.set("at", at)
  }

  get isRinging(): boolean {
    return this.cells.has("ringing")
  }

  set isRinging(isRinging: boolean) {
    if (isRinging) this.cells.set("ringing", 1)
    else this.cells.delete("ringing")
  }
}

const keyOf = (seq: number): string => String(seq).padStart(9, "0")

const kept = (message: OutboxMessage): OutboxMessage =>
  message._tag === "audit" ? { ...message, event: { ...message.event, ...shortened(message.event) } } : message
