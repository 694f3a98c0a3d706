/**
 * The transaction that ends sessions and grants of many users: a page of the shard a call, all of it or none.
 *
 * What a call ended is remembered for a day under its attempt: executed again, and maybe late, it ends nothing that
 * began since (docs/decisions/0030-people.md).
 */
import { Result, Schema } from "effect"
import {
  BatchEnd,
  BatchEnded,
  type EndPosition,
  isGrantMeant,
  isSessionMeant,
  positionText,
  RememberedEnd
} from "../../domain/BatchEnd.ts"
import { revoked } from "../../domain/Grant.ts"
import type { UserId } from "../../domain/Ids.ts"
import type { Session } from "../../domain/Session.ts"
import { User } from "../../domain/User.ts"
import type { AccountTransaction, accountTables } from "./AccountTables.ts"
import { about } from "./AuthorizationCodeSteps.ts"
import { endLive } from "./SessionSteps.ts"
import { step } from "./Step.ts"
import { saved } from "./UserSteps.ts"

/** Rows looked at in one call: each may be written, and its event with it. */
export const endedAtOnce = 500

/** How long a call may come again, in milliseconds. */
const remembered = 86_400_000

export const endWhereStep = step<typeof accountTables>()({
  request: BatchEnd,
  reply: BatchEnded,
  refusal: Schema.Never,
  run: (tx, request) => {
    const position = positionText(request.from)
    const known = tx.endings.get(request.attempt, position)
    if (known !== undefined) return Result.succeed(known.ended)
    const ended = end(tx, request)
    // Who finds nothing to end remembers nothing, for that would be a write without an event.
    if (ended.sessions + ended.grants > 0) {
      const { attempt } = request
      tx.endings.put(new RememberedEnd({ attempt, position, ended, expiresAt: tx.now + remembered }))
    }
    return Result.succeed(ended)
  }
})

const end = (tx: AccountTransaction, request: BatchEnd): BatchEnded => {
  const { from, grants, whose } = request
  if (whose === "all" && from?.table !== "grants") return endSessions(tx, request)
  if (whose === "all" || "client" in whose) return grants ? endGrants(tx, request) : nothing
  const users = [...new Set(whose.users)]
  const sessions = users.map((userId) => endAll(tx, tx.sessions.under(userId), request))
  const recalled = grants ? users.filter((userId) => recall(tx, userId)) : []
  return new BatchEnded({ sessions: sum(sessions), grants: recalled.length, next: null })
}

const nothing = new BatchEnded({ sessions: 0, grants: 0, next: null })

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, one) => total + one, 0)

const endAll = (tx: AccountTransaction, sessions: ReadonlyArray<Session>, request: BatchEnd): number => {
  const meant = sessions.filter((session) => isSessionMeant(session, request, tx.now))
  for (const session of meant) endLive(tx, session)
  return meant.length
}

const endSessions = (tx: AccountTransaction, request: BatchEnd): BatchEnded => {
  const page = tx.sessions.page(request.from?.after ?? [], endedAtOnce)
  const last = page.at(-1)
  const sessions = endAll(tx, page, request)
  const isMore = page.length === endedAtOnce && last !== undefined
  const further: EndPosition | null = isMore ? { table: "sessions", after: [last.userId, last.hash] } : null
  const next = further ?? (request.grants ? { table: "grants" as const, after: [] } : null)
  return new BatchEnded({ sessions, grants: 0, next })
}

const endGrants = (tx: AccountTransaction, request: BatchEnd): BatchEnded => {
  const page = tx.grants.page(request.from?.after ?? [], endedAtOnce)
  const last = page.at(-1)
  const meant = page.filter((grant) => isGrantMeant(grant, request, tx.now))
  for (const grant of meant) {
    tx.grants.put(revoked(grant, "operator", tx.now))
    tx.audit({ type: "grant.revoked", ...about(grant), detail: { because: "operator" } })
  }
  const isMore = page.length === endedAtOnce && last !== undefined
  return new BatchEnded({
    sessions: 0,
    grants: meant.length,
    next: isMore ? { table: "grants", after: [last.id] } : null
  })
}

/** A user's grants are found by none of their keys, so they fall by a count: one row, however many there are. */
const recall = (tx: AccountTransaction, userId: UserId): boolean => {
  const user = tx.users.get(userId)
  if (user === undefined || user.status === "void") return false
  const recalls = (user.recalls ?? 0) + 1
  saved(tx, new User({ ...user, recalls, updatedAt: tx.now, version: user.version + 1 }))
  tx.audit({ type: "grants.ended", userId })
  return true
}
