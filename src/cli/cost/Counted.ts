/**
 * What each flow costs, as tests counted it on real workerd (`test/budgets/Counted.test.ts`), which write the file anew
 * with `BUDGETS=write` and fail when a flow costs more than stands in it.
 */
import { readFile } from "node:fs/promises"
import { Schema } from "effect"

export const FlowName = Schema.Literals([
  "login.password",
  "login.passkey",
  "login.letter",
  "consent",
  "authorize.silent",
  "code",
  "refresh",
  "userinfo",
  "introspection",
  "logout"
])
export type FlowName = typeof FlowName.Type

/** One run of a flow, with the alarms and deliveries that it caused. */
export const CountedFlow = Schema.Struct({
  requests: Schema.Int,
  objectCalls: Schema.Int,
  alarms: Schema.Int,
  /** In objects and in D1. Setting an alarm is one. */
  rowsWritten: Schema.Int,
  rowsRead: Schema.Int,
  kvReads: Schema.Int,
  kvWrites: Schema.Int,
  /** Messages: each is written, read and deleted. */
  queueMessages: Schema.Int,
  /** Of those, events that stay in the audit log. */
  auditEvents: Schema.Int
})
export type CountedFlow = typeof CountedFlow.Type

export type CountedFlows = Readonly<Record<FlowName, CountedFlow>>

const decode = Schema.decodeUnknownPromise(Schema.fromJsonString(Schema.Record(FlowName, CountedFlow)))

export const readCounted = async (): Promise<CountedFlows> =>
  decode(await readFile(new URL("counted.json", import.meta.url), "utf8"))
