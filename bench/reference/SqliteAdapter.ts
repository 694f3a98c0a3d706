/**
 * An adapter of npm `oidc-provider` for SQLite, with the methods that its documentation asks for.
 *
 * One table for all models; a row is found by its id, or by the grant, session or user code that its payload names.
 */
import { DatabaseSync } from "node:sqlite"

export type Payload = Readonly<Record<string, unknown>>

export interface Adapter {
  readonly upsert: (id: string, payload: Payload, expiresIn?: number) => Promise<void>
  readonly find: (id: string) => Promise<Payload | undefined>
  readonly findByUid: (uid: string) => Promise<Payload | undefined>
  readonly findByUserCode: (userCode: string) => Promise<Payload | undefined>
  readonly consume: (id: string) => Promise<void>
  readonly destroy: (id: string) => Promise<void>
  readonly revokeByGrantId: (grantId: string) => Promise<void>
}

/** A file whose commits reach the disk, as those of Durable Objects do. */
export const openDatabase = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE oidc (
      model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires_at INTEGER,
      grant_id TEXT, uid TEXT, user_code TEXT, PRIMARY KEY (model, id)
    ) WITHOUT ROWID;
    CREATE INDEX oidc_by_grant ON oidc (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX oidc_by_uid ON oidc (model, uid) WHERE uid IS NOT NULL;
    CREATE INDEX oidc_by_user_code ON oidc (model, user_code) WHERE user_code IS NOT NULL;
  `)
  return database
}

const now = (): number => Math.floor(Date.now() / 1000)

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null)

/** The function that the provider asks for the adapter of each of its models. */
export const sqliteAdapter = (database: DatabaseSync): ((model: string) => Adapter) => {
  const live = "model = ? AND (expires_at IS NULL OR expires_at > ?)"
  const byId = database.prepare(`SELECT payload FROM oidc WHERE id = ? AND ${live}`)
  const byUid = database.prepare(`SELECT payload FROM oidc WHERE uid = ? AND ${live}`)
  const byUserCode = database.prepare(`SELECT payload FROM oidc WHERE user_code = ? AND ${live}`)
  const put = database.prepare("INSERT OR REPLACE INTO oidc VALUES (?, ?, ?, ?, ?, ?, ?)")
  const consume = database.prepare(
    "UPDATE oidc SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?"
  )
  const destroy = database.prepare("DELETE FROM oidc WHERE model = ? AND id = ?")
  const revoke = database.prepare("DELETE FROM oidc WHERE grant_id = ? AND model = ?")
  const found = (row: Readonly<Record<string, unknown>> | undefined): Payload | undefined =>
    row === undefined ? undefined : (JSON.parse(String(row["payload"])) as Payload)
  return (model) => ({
    upsert: async (id, payload, expiresIn) => {
      const expiresAt = expiresIn === undefined ? null : now() + expiresIn
      const keys = [payload["grantId"], payload["uid"], payload["userCode"]].map(textOrNull)
      put.run(model, id, JSON.stringify(payload), expiresAt, ...keys)
    },
    find: async (id) => found(byId.get(id, model, now())),
    findByUid: async (uid) => found(byUid.get(uid, model, now())),
    findByUserCode: async (userCode) => found(byUserCode.get(userCode, model, now())),
    consume: async (id) => void consume.run(now(), model, id),
    destroy: async (id) => void destroy.run(model, id),
    revokeByGrantId: async (grantId) => void revoke.run(grantId, model)
  })
}
