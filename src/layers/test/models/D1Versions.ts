/** Every state that D1's primary has been in, for replicas that are behind: kept only where there are some. */
import type { AuditBatch } from "../../../domain/AuditArchive.ts"
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import type { Branding } from "../../../domain/Branding.ts"
import type { Client } from "../../../domain/Client.ts"
import type { InitialAccessToken } from "../../../domain/InitialAccessToken.ts"
import type { ResourceServer } from "../../../domain/ResourceServer.ts"
import type { ProviderSettings } from "../../../domain/Settings.ts"
import type { DayCount } from "../../../services/storage/Statistics.ts"
import type { Role } from "../../../domain/Role.ts"
import type { ScopeMapping } from "../../../domain/ScopeMapping.ts"
import type { ShardSize } from "../../../domain/ShardSize.ts"
import type { Mirrored } from "../../../services/storage/Directory.ts"
import type { Holder } from "../../../services/storage/Identifiers.ts"
import { Cells } from "../kernel/Cells.ts"
import type { World } from "../kernel/World.ts"

/** A table for whoever only reads it. */
export type Reading<V> = Pick<Cells<V>, "get" | "has" | "under" | "entries" | "values" | "size">

/** The tables by their primary keys. */
export interface D1Tables {
  readonly clients: Reading<Client>
  readonly initialTokens: Reading<InitialAccessToken>
  readonly resourceServers: Reading<ResourceServer>
  readonly branding: Reading<Branding>
  readonly settings: Reading<ProviderSettings>
  readonly identifiers: Reading<Holder>
  readonly directory: Reading<Mirrored>
  readonly roles: Reading<Role>
  readonly administrators: Reading<{ readonly counts: boolean; readonly version: number }>
  readonly scopeMappings: Reading<ScopeMapping>
  readonly shardSizes: Reading<ShardSize>
  readonly days: Reading<DayCount>
  readonly counted: Reading<{ readonly through?: string; readonly clients?: number; readonly at?: number }>
  readonly auditLog: Reading<AuditEvent>
  /** By their first ids. */
  readonly auditBatches: Reading<AuditBatch>
}

/** A table as it was. */
class Frozen<V> implements Reading<V> {
  private readonly rows: ReadonlyMap<string, V>

  constructor(table: Reading<V>) {
    this.rows = new Map(table.entries())
  }

  get(key: string): V | undefined {
    return this.rows.get(key)
  }

  has(key: string): boolean {
    return this.rows.has(key)
  }

  under(prefix: string): ReadonlyArray<readonly [string, V]> {
    return this.entries().filter(([key]) => key.startsWith(prefix))
  }

  entries(): ReadonlyArray<readonly [string, V]> {
    return [...this.rows]
  }

  values(): ReadonlyArray<V> {
    return [...this.rows.values()]
  }

  get size(): number {
    return this.rows.size
  }
}

const freeze = (tables: D1Tables): D1Tables => ({
  clients: new Frozen(tables.clients),
  initialTokens: new Frozen(tables.initialTokens),
  resourceServers: new Frozen(tables.resourceServers),
  branding: new Frozen(tables.branding),
  settings: new Frozen(tables.settings),
  identifiers: new Frozen(tables.identifiers),
  directory: new Frozen(tables.directory),
  roles: new Frozen(tables.roles),
  administrators: new Frozen(tables.administrators),
  scopeMappings: new Frozen(tables.scopeMappings),
  shardSizes: new Frozen(tables.shardSizes),
  days: new Frozen(tables.days),
  counted: new Frozen(tables.counted),
  auditLog: new Frozen(tables.auditLog),
  auditBatches: new Frozen(tables.auditBatches)
})

/** One version for each transaction that the primary committed. */
export class D1Versions {
  private readonly kept: Cells<ReadonlyArray<D1Tables>>
  private hasReplicas = false

  constructor(world: World) {
    this.kept = new Cells(world, "D1 versions")
  }

  /** From here on there are replicas; what is there now is the first that they have seen. */
  keep(tables: D1Tables): void {
    if (this.hasReplicas) return
    this.hasReplicas = true
    this.kept.set("", [freeze(tables)])
  }

  /** The primary committed a transaction. */
  committed(tables: D1Tables): void {
    if (this.hasReplicas) this.kept.set("", [...this.all(), freeze(tables)])
  }

  /** The oldest first. */
  all(): ReadonlyArray<D1Tables> {
    return this.kept.get("") ?? []
  }
}
