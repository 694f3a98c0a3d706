/**
 * The secrets of a deployment that was the first: drawn once, and kept where only their owner can read them.
 *
 * They are written before the account has them. A run that is ended in between finds the file again and sends the same:
 * of two secrets one would be lost, and with it whatever it sealed.
 */
import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { Schema } from "effect"
import { CliFailure } from "../CliFailure.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.String)))

/** Makes sure that each of them is in the file. */
export const keepSecrets = (file: string, names: ReadonlyArray<string>): void => {
  const kept = existsSync(file) ? decode(readFileSync(file, "utf8")) : undefined
  if (kept?._tag === "None") throw new CliFailure({ message: `${file} is not what a deployment wrote: look at it` })
  const secrets = { ...kept?.value }
  const absent = names.filter((name) => !Object.hasOwn(secrets, name))
  if (absent.length === 0) return
  for (const name of absent) secrets[name] = randomBytes(32).toString("base64")
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
}
