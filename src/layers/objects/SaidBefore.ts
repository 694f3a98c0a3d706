/**
 * What an instance of an object remembers of the security events that it told: asked for the same again, because an
 * answer was lost or the log could not be reached, it tells them again. A new instance has forgotten them; its outbox
 * has not.
 */
import type { AuditEvent } from "../../domain/AuditEvent.ts"

/** Longer than anybody asks the same again (milliseconds). */
const remembered = 60_000

interface Said {
  readonly events: ReadonlyArray<AuditEvent>
  readonly at: number
}

export class SaidBefore {
  private readonly said = new Map<string, Said>()

  /** What this very request was told before, if it was, and what it says now. */
  tell(step: string, request: string, events: ReadonlyArray<AuditEvent>, now: number): ReadonlyArray<AuditEvent> {
    if (this.said.size === 0 && events.length === 0) return events
    const key = `${step} ${request}`
    const before = this.said.get(key)?.events ?? []
    if (events.length === 0) return before
    for (const [old, { at }] of this.said) if (at + remembered <= now) this.said.delete(old)
    const all = [...before, ...events]
    this.said.set(key, { events: all, at: now })
    return all
  }
}
