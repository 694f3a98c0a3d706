/**
 * Looking for events: in D1 and in the archive as in one log, the latest first. A page is a bounded piece of work, so
 * one may have fewer events than were asked for, or none; its `next` says how far it looked.
 */
import { Effect, Result, Schema } from "effect"
import { type AuditBatch, type BatchFault, merged } from "../../../domain/AuditArchive.ts"
import type { KeptEvent } from "../../../domain/AuditEvent.ts"
import { AuditFilter, matches } from "../../../domain/AuditFilter.ts"
import { ofLogin } from "../../../domain/Identifier.ts"
import { AuditLog } from "../../storage/AuditLog.ts"
import { retried } from "../../storage/Retry.ts"
import { pageOf } from "../operator/Page.ts"
import { findUserId } from "../operator/ShowUser.ts"
import { nameTag } from "./Failures.ts"
import { readBatch } from "./ReadBatch.ts"

/** Events as an operator asks for them. */
export const AuditAsked = Schema.Struct({
  ...AuditFilter.fields,
  /** A user by user name, e-mail address or id. */
  user: Schema.optionalKey(Schema.String),
  /** The `next` of the page before; absent for the first. */
  after: Schema.optionalKey(Schema.String),
  /** 1 to 1000; 100 unless said otherwise. */
  limit: Schema.optionalKey(Schema.Int)
})
export type AuditAsked = typeof AuditAsked.Type

/** A batch that cannot be read as it was archived: the events between these ids are not all there. */
export interface DamagedBatch extends Pick<AuditBatch, "key" | "first" | "last" | "lines"> {
  readonly fault: BatchFault
}

export interface AuditPage {
  readonly events: ReadonlyArray<KeptEvent>
  readonly damaged: ReadonlyArray<DamagedBatch>
  /** Where the next page begins; null if nothing is left. */
  readonly next: string | null
}

/** So many events of D1 are looked at for one page, and so many batches are read. */
const scans = 10_000
const batches = 5

export const findEvents = Effect.fn("FindEvents")(function* (asked: AuditAsked) {
  const { after, limit } = yield* pageOf(asked)
  const filter = yield* filterOf(asked)
  const query = { filter, before: after === "" ? null : after, limit, scans, batches }
  const found = yield* retried(AuditLog.find)(query)
  const damaged: Array<DamagedBatch> = []
  let events = found.events
  let floor = found.scannedTo
  for (const [index, batch] of found.batches.entries()) {
    // Everything in the batch is earlier than what is enough, or than what was looked at in D1.
    if (events.filter(({ id }) => id > batch.last).length >= limit || (floor !== null && batch.last < floor)) break
    const read = yield* readBatch(batch)
    if (Result.isFailure(read)) damaged.push({ ...shown(batch), fault: read.failure })
    else
      events = merged(
        events,
        read.success.filter((event) => isBefore(event, query.before) && matches(filter, event))
      )
    // There may be others, of which nothing is known here.
    if (index === batches - 1 && (floor === null || floor < batch.first)) floor = batch.first
  }
  const page = merged(events)
    .filter(({ id }) => floor === null || id >= floor)
    .toReversed()
    .slice(0, limit)
  const next = page.length === limit ? (page.at(-1)?.id ?? null) : floor
  return { events: page, damaged, next } satisfies AuditPage as AuditPage
})

const isBefore = ({ id }: KeptEvent, before: string | null): boolean => before === null || id < before

const shown = ({ first, key, last, lines }: AuditBatch) => ({ key, first, last, lines })

/** A user by any name, and a name that was typed by its tag, which is all that the log has of it. */
const filterOf = Effect.fnUntraced(function* ({ after: _, limit: __, name, user, ...filter }: AuditAsked) {
  return {
    ...filter,
    ...(user === undefined ? {} : { userId: yield* findUserId(user) }),
    ...(name === undefined ? {} : { name: yield* nameTag(ofLogin(name) ?? name) })
  } satisfies AuditFilter as AuditFilter
})
