/** Writes the history of a run down, from what its clients do and what is done for them. */
import { Cause, Exit } from "effect"
import { AccessLog, ends } from "./Access.ts"
import type { Client } from "./Client.ts"
import type { ActionRecord, History, Moment, OperationRecord, Span } from "./History.ts"

export class Recorder implements History {
  readonly operations: Array<OperationRecord> = []
  readonly actions: Array<ActionRecord> = []
  readonly moments: Array<Moment> = []
  /** What the moment at hand touches. */
  access = new AccessLog()
  private readonly open = new Map<string, { readonly span: Span; readonly within: number }>()

  /** Notes what a client did in the segment that it just ran. */
  absorb(client: Client, step: number, time: number): void {
    for (const emission of client.at.emissions) {
      const name = `${client.name} ${emission.key}`
      if (emission._tag === "ended") {
        const opened = this.open.get(name)
        if (opened === undefined) continue
        opened.span.ended = step
        opened.span.endedAt = time
        opened.span.result = heard(emission.exit)
        if ("action" in opened.span) this.access.writes.push(`${ends}${client.name}`)
      } else if (emission._tag === "operation") {
        const span = { ...begun(client.name, step), call: emission.call }
        this.operations.push(span)
        this.open.set(name, { span, within: emission.within })
      } else {
        const span = { ...begun(client.name, step), action: emission.name }
        this.actions.push(span)
        this.open.set(name, { span, within: emission.within })
      }
    }
  }

  /** Notes that a call was executed, for the operation it belongs to and what that belongs to. */
  executed(client: string, within: number, step: number, time: number): void {
    let key = within
    while (key >= 0) {
      const opened = this.open.get(`${client} ${key}`)
      if (opened === undefined) return
      if (opened.span.executed === undefined && "action" in opened.span) this.access.scans.push(ends)
      opened.span.executed ??= step
      opened.span.executedAt ??= time
      opened.span.lastExecuted = step
      key = opened.within
    }
  }
}

const begun = (client: string, began: number): Span => ({
  client,
  began,
  executed: undefined,
  lastExecuted: undefined,
  executedAt: undefined,
  ended: undefined,
  endedAt: undefined,
  result: undefined
})

/** Whoever is gone has heard nothing. */
const heard = (exit: Exit.Exit<unknown, unknown>): Exit.Exit<unknown, unknown> | undefined =>
  Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? undefined : exit
