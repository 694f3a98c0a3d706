/** An answer of an object in memory with the security events that are to be in the log before it is given. */
import { Effect, Exit } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { errorOf } from "./oracles/Answer.ts"
import { describe } from "./kernel/Describe.ts"

/** An answer, and the security events of its transaction: all of what crosses the call, as data. */
export class WithEvents {
  /** For people who look at a call. */
  readonly _tag: string
  readonly isReply: boolean
  readonly value: unknown
  readonly security: ReadonlyArray<AuditEvent>

  constructor(exit: Exit.Exit<unknown, unknown>, security: ReadonlyArray<AuditEvent>) {
    this._tag = `${describe(exit)}, with ${security.map(({ type }) => type).join(", ")}`
    this.isReply = Exit.isSuccess(exit)
    this.value = Exit.isSuccess(exit) ? exit.value : errorOf(exit)
    this.security = security
  }

  get given(): Effect.Effect<unknown, unknown> {
    return this.isReply ? Effect.succeed(this.value) : Effect.fail(this.value)
  }
}
