/** The tables of an `AccountObject`: the homes of the users of one shard. */
import { Schema } from "effect"
import { RememberedEnd } from "../../domain/BatchEnd.ts"
import { Consent } from "../../domain/Consent.ts"
import { Grant } from "../../domain/Grant.ts"
import { AccessTokenId } from "../../domain/Ids.ts"
import { Passkey } from "../../domain/Passkey.ts"
import { endOf, Session } from "../../domain/Session.ts"
import { defaultSettings } from "../../domain/Settings.ts"
import { User } from "../../domain/User.ts"
import type { Transaction } from "./Step.ts"
import { table } from "./Table.ts"

/** How long what is over is kept in this shard, as it was last told; in milliseconds. */
export class Retention extends Schema.Class<Retention>("Retention")({
  of: Schema.Literal("sessions"),
  grace: Schema.Int
}) {}

/** Before it was told: what holds where no operator has decided. */
const defaultGrace = defaultSettings.retention.sessionGraceDays * 86_400_000

/** How long sessions stay after they expired, in milliseconds. */
export const graceOf = (told: Retention | undefined): number => told?.grace ?? defaultGrace

/** An access token that was ended before its time. */
export class EndedToken extends Schema.Class<EndedToken>("EndedToken")({ jti: AccessTokenId, expiresAt: Schema.Int }) {}

/**
 * How long a session is remembered after its end, in milliseconds: longer than any letter lives by which its opening
 * could be asked for again (`Lifetimes.magicLink`), so that an ended session is never opened anew.
 */
const remembered = 3_600_000

export const accountTables = {
  users: table({
    name: "users",
    keys: ["user_id"],
    keyOf: (row: User) => [row.id],
    expiresAt: null,
    schema: User
  }),
  /** By user, so that all sessions of one user are neighbours. */
  sessions: table({
    name: "sessions",
    keys: ["user_id", "session_hash"],
    keyOf: (row: Session) => [row.userId, row.hash],
    expiresAt: (row) => endOf(row) + remembered,
    isRetained: true,
    schema: Session
  }),
  consents: table({
    name: "consents",
    keys: ["user_id", "client_id"],
    keyOf: (row: Consent) => [row.userId, row.clientId],
    expiresAt: null,
    schema: Consent
  }),
  grants: table({
    name: "grants",
    keys: ["grant_id"],
    keyOf: (row: Grant) => [row.id],
    expiresAt: (row) => row.expiresAt,
    schema: Grant
  }),
  endedTokens: table({
    name: "ended_tokens",
    keys: ["jti"],
    keyOf: (row: EndedToken) => [row.jti],
    expiresAt: (row) => row.expiresAt,
    schema: EndedToken
  }),
  /** Calls that ended many sessions at once. */
  endings: table({
    name: "endings",
    keys: ["attempt", "position"],
    keyOf: (row: RememberedEnd) => [row.attempt, row.position],
    expiresAt: (row) => row.expiresAt,
    schema: RememberedEnd
  }),
  /** By user, so that all passkeys of one user are neighbours. */
  passkeys: table({
    name: "passkeys",
    keys: ["user_id", "credential_id"],
    keyOf: (row: Passkey) => [row.userId, row.credentialId],
    expiresAt: null,
    schema: Passkey
  }),
  retention: table({
    name: "retention",
    keys: ["what"],
    keyOf: (row: Retention) => [row.of],
    expiresAt: null,
    schema: Retention
  })
}

export type AccountTransaction = Transaction<typeof accountTables>

/** What a grant's life depends on, read in its own transaction. */
export const surroundings = (tx: AccountTransaction, grant: Pick<Grant, "userId" | "sessionHash" | "clientId">) => ({
  user: tx.users.get(grant.userId),
  session: sessionNow(tx, grant),
  consent: tx.consents.get(grant.userId, grant.clientId)
})

/** The session of a grant as it goes on: that of the last login that took the place of the one before. */
const sessionNow = (tx: AccountTransaction, { sessionHash, userId }: Pick<Grant, "userId" | "sessionHash">) => {
  let session = tx.sessions.get(userId, sessionHash)
  // Each step leads to a later login, so there is an end.
  while (session?.continuedBy !== undefined) session = tx.sessions.get(userId, session.continuedBy)
  return session
}
