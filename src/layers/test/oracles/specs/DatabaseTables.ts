/** The tables of D1 as a specification has them, and what every change of them has in common. */
import { Result, Schema } from "effect"
import type { AuditEvent } from "../../../../domain/AuditEvent.ts"
import { Branding } from "../../../../domain/Branding.ts"
import { Client } from "../../../../domain/Client.ts"
import { UserId } from "../../../../domain/Ids.ts"
import { Role } from "../../../../domain/Role.ts"
import { ScopeMapping } from "../../../../domain/ScopeMapping.ts"
import { InitialAccessToken } from "../../../../domain/InitialAccessToken.ts"
import { ResourceServer } from "../../../../domain/ResourceServer.ts"
import { ProviderSettings } from "../../../../domain/Settings.ts"
import { Holder } from "../../../../services/storage/Identifiers.ts"
import { type Step, type Transaction } from "../../../objects/Step.ts"
import { type Rows, table } from "../../../objects/Table.ts"

const Counting = Schema.Struct({ userId: UserId, version: Schema.Int, counts: Schema.Boolean })

const Done = Schema.Struct({ id: Schema.String })

export const databaseTables = {
  clients: table({
    name: "clients",
    keys: ["id"],
    keyOf: (row: Client) => ["all", row.id],
    expiresAt: null,
    schema: Client
  }),
  initialTokens: table({
    name: "initialTokens",
    keys: ["id"],
    keyOf: (row: InitialAccessToken) => ["all", row.id],
    expiresAt: null,
    schema: InitialAccessToken
  }),
  resourceServers: table({
    name: "resourceServers",
    keys: ["id"],
    keyOf: (row: ResourceServer) => ["all", row.id],
    expiresAt: null,
    schema: ResourceServer
  }),
  branding: table({
    name: "branding",
    keys: ["all"],
    keyOf: () => ["all"],
    expiresAt: null,
    schema: Branding
  }),
  settings: table({
    name: "settings",
    keys: ["all"],
    keyOf: () => ["all"],
    expiresAt: null,
    schema: ProviderSettings
  }),
  identifiers: table({
    name: "identifiers",
    keys: ["identifier"],
    keyOf: (row: Holder) => [row.identifier],
    expiresAt: null,
    schema: Holder
  }),
  roles: table({
    name: "roles",
    keys: ["id"],
    keyOf: (row: Role) => ["all", row.name],
    expiresAt: null,
    schema: Role
  }),
  scopeMappings: table({
    name: "scopeMappings",
    keys: ["id"],
    keyOf: (row: ScopeMapping) => ["all", row.scope],
    expiresAt: null,
    schema: ScopeMapping
  }),
  administrators: table({
    name: "administrators",
    keys: ["id"],
    keyOf: (row: typeof Counting.Type) => ["all", row.userId],
    expiresAt: null,
    schema: Counting
  }),
  /** The changes that were made, by their events' ids. */
  done: table({
    name: "done",
    keys: ["id"],
    keyOf: (row: typeof Done.Type) => [row.id],
    expiresAt: null,
    schema: Done
  })
}

export type Database = Transaction<typeof databaseTables>

/** A step of which only the run is of interest: nothing here crosses a call. */
export const ran = <Request>(
  run: (db: Database, request: Request) => Result.Result<unknown, unknown>
): Step<typeof databaseTables, unknown, unknown, unknown> => ({
  request: Schema.Unknown,
  reply: Schema.Unknown,
  refusal: Schema.Unknown,
  run: (db, request) => run(db, request as Request)
})

/** A change that the event names is made once; asked for again it is as it was. */
export const isVersion = (row: { readonly version: number } | null | undefined, version: number | undefined): boolean =>
  row?.version !== undefined && (version === undefined || row.version === version)

export const once = (db: Database, { id }: AuditEvent, change: () => boolean): boolean => {
  if (db.done.get(id) !== undefined) return true
  const made = change()
  if (made) db.done.put({ id })
  return made
}

/** Replaces the one row of a table, a version at a time. */
export const replaced = <A extends { readonly version: number }>(
  db: Database,
  rows: Rows<A>,
  next: A,
  event: AuditEvent
) =>
  once(db, event, () => {
    if ((rows.get("all")?.version ?? 0) !== next.version - 1) return false
    rows.put(next)
    return true
  })

export const madeOr = (made: boolean, refusal: () => unknown) => (made ? Result.void : Result.fail(refusal()))
