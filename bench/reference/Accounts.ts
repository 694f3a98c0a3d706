/** The users of the other provider: a table, and Argon2id with the same parameters as ours. RFC 9106. */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { DatabaseSync } from "node:sqlite"
import { promisify } from "node:util"
import setupWasm from "argon2id/lib/setup.js"
import { fullProfile } from "../../test/workerd/Fixtures.ts"

type Hash = (password: string, salt: Uint8Array) => Promise<Uint8Array>

const require = createRequire(import.meta.url)

const load = (name: string) => async (imports: WebAssembly.Imports) => {
  const module = new WebAssembly.Module(readFileSync(require.resolve(`argon2id/dist/${name}.wasm`)))
  return { module, instance: await WebAssembly.instantiate(module, imports) }
}

/** The module that Hapax has. */
export const wasmModule = async (): Promise<Hash> => {
  const compute = await setupWasm(load("simd"), load("no-simd"))
  const parameters = { memorySize: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
  return async (password, salt) => compute({ ...parameters, salt, password: new TextEncoder().encode(password) })
}

/** What Node brings itself, on threads of its own. */
export const native: Hash = (password, salt) =>
  promisify(argon2)("argon2id", {
    message: password,
    nonce: salt,
    memory: 19_456,
    passes: 2,
    parallelism: 1,
    tagLength: 32
  })

export interface Accounts {
  readonly create: (login: string, password: string) => Promise<string>
  /** The account's id, if the password is right. */
  readonly authenticate: (login: string, password: string) => Promise<string | undefined>
  readonly claims: (id: string) => Readonly<Record<string, unknown>> | undefined
}

export const openAccounts = (database: DatabaseSync, hash: Hash): Accounts => {
  database.exec(
    "CREATE TABLE accounts (id TEXT PRIMARY KEY, login TEXT UNIQUE, salt BLOB, hash BLOB, claims TEXT) WITHOUT ROWID"
  )
  const insert = database.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)")
  const byLogin = database.prepare("SELECT id, salt, hash FROM accounts WHERE login = ?")
  const byId = database.prepare("SELECT claims FROM accounts WHERE id = ?")
  return {
    create: async (login, password) => {
      const [id, salt] = [randomBytes(16).toString("base64url"), randomBytes(16)]
      const claims = { ...fullProfile, sub: id, preferred_username: login, email: `${login}@example.com` }
      insert.run(id, login, salt, await hash(password, salt), JSON.stringify(claims))
      return id
    },
    authenticate: async (login, password) => {
      const row = byLogin.get(login)
      if (row === undefined) return undefined
      const presented = await hash(password, row["salt"] as Uint8Array)
      return timingSafeEqual(presented, row["hash"] as Uint8Array) ? String(row["id"]) : undefined
    },
    claims: (id) => {
      const row = byId.get(id)
      return row === undefined ? undefined : (JSON.parse(String(row["claims"])) as Record<string, unknown>)
    }
  }
}
