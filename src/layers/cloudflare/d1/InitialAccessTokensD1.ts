/** Initial access tokens in D1: a use is counted in the batch that makes its client, or neither is. RFC 7591 §3. */
import { Effect, Schema } from "effect"
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import { SecretHash } from "../../../domain/Ids.ts"
import { InitialAccessToken, InitialTokenId } from "../../../domain/InitialAccessToken.ts"
import { bind } from "../../../services/storage/Bind.ts"
import {
  InitialAccessTokens,
  InitialTokenGone,
  RegistrationRefused,
  type TokenUse
} from "../../../services/storage/InitialAccessTokens.ts"
import { auditIf, changing, notYet, removing } from "./AuditStatements.ts"
import { auditedClient, insertedIf } from "./ClientStatements.ts"
import { D1Primary, type Row, type Statement, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"

const TokenRow = Schema.Struct({
  token_id: InitialTokenId,
  hash: SecretHash,
  uses: Schema.Int,
  used: Schema.Int,
  created_at: Schema.Int,
  expires_at: Schema.Int
})

const columns = "token_id, hash, uses, used, created_at, expires_at"

const read = (operation: string) => {
  const decode = rowsOf(operation, TokenRow)
  return (rows: ReadonlyArray<Row>) =>
    Effect.map(decode(rows), (tokens) =>
      tokens.map(
        ({ created_at, expires_at, hash, token_id, used, uses }) =>
          new InitialAccessToken({ id: token_id, hash, uses, used, createdAt: created_at, expiresAt: expires_at })
      )
    )
}

const readFound = read("InitialAccessToken.find")
const readList = read("InitialAccessToken.list")

/** A token whose row this change wrote; its parameters are the token's id and the event's. */
const writtenBy = "EXISTS (SELECT 1 FROM initial_access_tokens WHERE token_id = ? AND event_id = ?)"

const created = (token: InitialAccessToken, event: AuditEvent): Statement =>
  statement(
    `INSERT INTO initial_access_tokens (${columns}, event_id) SELECT ?, ?, ?, ?, ?, ?, ? WHERE ${notYet}`,
    token.id,
    token.hash,
    token.uses,
    token.used,
    token.createdAt,
    token.expiresAt,
    event.id,
    event.id
  )

/** Counts the use, while the token is good and the id of the client is free. */
const counted = ({ client, now, tokenId }: TokenUse, event: AuditEvent): Statement =>
  statement(
    "UPDATE initial_access_tokens SET used = used + 1, event_id = ? " +
      `WHERE token_id = ? AND used < uses AND expires_at > ? AND ${notYet} ` +
      "AND NOT EXISTS (SELECT 1 FROM oauth_clients WHERE client_id = ?)",
    event.id,
    tokenId,
    now,
    event.id,
    client.id
  )

export const InitialAccessTokensD1 = bind(InitialAccessTokens, {
  find: (id) =>
    D1Primary.use((d1) =>
      d1.query(
        "InitialAccessToken.find",
        statement(`SELECT ${columns} FROM initial_access_tokens WHERE token_id = ?`, id)
      )
    ).pipe(
      Effect.flatMap(readFound),
      Effect.map(([token]) => token ?? null)
    ),
  list: ({ after, limit }) =>
    D1Primary.use((d1) =>
      d1.query(
        "InitialAccessToken.list",
        statement(
          `SELECT ${columns} FROM initial_access_tokens WHERE token_id > ? ORDER BY token_id LIMIT ?`,
          after,
          limit
        )
      )
    ).pipe(Effect.flatMap(readList)),
  create: (token, event) =>
    D1Primary.use((d1) =>
      d1.batch("InitialAccessToken.create", [created(token, event), auditIf(event, writtenBy, token.id, event.id)])
    ).pipe(Effect.asVoid),
  register: (use, event) =>
    changing(
      "InitialAccessToken.register",
      event,
      [
        counted(use, event),
        insertedIf(use.client, event, writtenBy, use.tokenId, event.id),
        auditedClient(use.client.id, event)
      ],
      () => new RegistrationRefused()
    ),
  revoke: (id, event) =>
    changing(
      "InitialAccessToken.revoke",
      event,
      removing({ table: "initial_access_tokens", column: "token_id", key: id, event }),
      () => new InitialTokenGone()
    )
})
