/**
 * Deleting what is over in D1: a page of each table in each run, whose cost is the rows that it looks at and one row
 * written for each that it deletes. docs/decisions/0033-migrations.md.
 */
import { Clock, Effect } from "effect"
import { Leftovers } from "../../storage/Leftovers.ts"
import { retried } from "../../storage/Retry.ts"
import { freeAbandoned } from "../ReserveNames.ts"

/** Rows that a run looks at in each table: at one run in five minutes, a million in four days. */
const page = 1_000

/** Names that a run frees, each by two calls. Few are left behind: what is more waits for the next time around. */
const mostNames = 50

const day = 86_400_000

/**
 * How long a deleted user is listed as one, in milliseconds: longer than any message about them is on its way, which
 * would bring them back to the list.
 */
const tombstone = 30 * day

export const cleanDatabase = Effect.fn("CleanDatabase")(function* () {
  const now = yield* Clock.currentTimeMillis
  const tokens = yield* retried(Leftovers.tokens)({ limit: page, before: now - day })
  const tombstones = yield* retried(Leftovers.tombstones)({ limit: page, before: now - tombstone })
  const abandoned = yield* retried(Leftovers.reservations)({ limit: page, before: now - day })
  let names = 0
  for (const holder of abandoned.slice(0, mostNames)) if (yield* freeAbandoned(holder, now)) names += 1
  return { tokens, tombstones, names }
})
