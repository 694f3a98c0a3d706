/** The folder of the local store: its lock, the secret, and what must survive a restart. Nobody else may read it. */
import { randomBytes } from "node:crypto"
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { DatabaseSync } from "node:sqlite"
import { Redacted } from "effect"
import { CliFailure, lineOf } from "./CliFailure.ts"

/** Who has the store open. */
export interface Holder {
  readonly pid: number
  readonly what: "start" | "command"
  readonly issuer: string
}

export interface Lock {
  /** Whether whoever held the store before went without closing it. */
  readonly wasAbandoned: boolean
  readonly release: () => void
}

/** Makes the folder if it is not there. */
export const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (problem) {
    throw new CliFailure({ message: `the folder ${folder} cannot be made: ${lineOf(problem)}` })
  }
}

const holderFile = (folder: string) => join(folder, "holder.json")

/** Who holds the store, as far as the folder knows. */
export const holderOf = (folder: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(holderFile(folder), "utf8")) as Holder
  } catch {
    return undefined
  }
}

/**
 * Takes the store for this process; undefined if another has it.
 *
 * The lock is one of the operating system's, on an empty SQLite file: it falls with the process that holds it, however
 * that ends, and two who take it at once cannot both have it. A file with a process id can do neither.
 */
export const takeLock = (folder: string, holder: Omit<Holder, "pid">): Lock | undefined => {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(join(folder, "lock"), { timeout: 0 })
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
  } catch (problem) {
    database?.close()
    if (/locked|busy/.test(lineOf(problem))) return undefined
    throw new CliFailure({ message: `the folder ${folder} cannot be used: ${lineOf(problem)}` })
  }
  const held = database
  const wasAbandoned = existsSync(holderFile(folder))
  writePrivately(holderFile(folder), JSON.stringify({ pid: process.pid, ...holder } satisfies Holder))
  return {
    wasAbandoned,
    release: () => {
      rmSync(holderFile(folder), { force: true })
      held.close()
    }
  }
}

/** A file that only its owner reads, there whole or not at all. */
export const writePrivately = (file: string, text: string): void => {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, file)
}

/** A text that is kept in a file of the folder: made the first time. */
export const keptText = (folder: string, name: string, make: () => string): string => {
  const file = join(folder, name)
  if (!existsSync(file)) writePrivately(file, `${make()}\n`)
  return readFileSync(file, "utf8").trim()
}

export const isKept = (folder: string, name: string): boolean => existsSync(join(folder, name))

/** 256 random bits. */
export const randomText = (): string => randomBytes(32).toString("base64url")

/** The provider's secret: the given one, or one that is made once and kept. The caller holds the lock. */
export const secretOf = (folder: string, given: Redacted.Redacted | undefined): Redacted.Redacted => {
  const secret = given ?? Redacted.make(keptText(folder, "secret", randomText))
  if (Redacted.value(secret).length >= 32) return secret
  throw new CliFailure({ message: `${join(folder, "secret")} is damaged: it must have at least 32 characters` })
}
