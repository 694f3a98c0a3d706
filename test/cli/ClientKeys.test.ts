/** `hapax client` for clients that sign, and for secrets that overlap: real processes on a folder of their own. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { makeKey } from "../clients/Signing.ts"
import { makeTool, type Running } from "./Tool.ts"

const minute = 60_000
const tool = makeTool()
let running: Running

// Commands reach the store through whoever has it open, which spares each of them a workerd of its own.
beforeAll(async () => {
  running = await tool.start({ DEMO: "off" })
}, 2 * minute)
afterAll(async () => {
  await running?.stop()
  await tool.forget()
}, minute)

const client = (...parameters: ReadonlyArray<string>) => tool.run(["client", ...parameters])

it(
  "keys from a file, then from an address: one takes the place of the other",
  async () => {
    const { jwk } = await makeKey("ES256")
    const file = join(tool.data, "jwks.json")
    writeFileSync(file, JSON.stringify({ keys: [jwk] }))
    const signs = ["--auth-method", "private_key_jwt", "--auth-signing-alg", "ES256", "--json"]
    const redirect = ["--redirect-uri", "https://rp.example/cb"]
    const made = await client("create", "--id", "signs", ...redirect, ...signs, "--jwks", file)
    expect(made).toMatchObject({ code: 0, stderr: "" })
    expect(JSON.parse(made.stdout)).toMatchObject({
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      jwks: { keys: [{ kid: jwk.kid }] }
    })
    expect(JSON.parse(made.stdout)).not.toHaveProperty("client_secret")
    const changed = JSON.parse((await client("update", "signs", "--jwks-uri", "https://rp.example/k", "--json")).stdout)
    expect(changed).toMatchObject({ jwks_uri: "https://rp.example/k" })
    expect(changed).not.toHaveProperty("jwks")
  },
  2 * minute
)

it(
  "a new secret, and the old one for a week: shown as two, one of which ends",
  async () => {
    await client("create", "--id", "app", "--redirect-uri", "https://rp.example/cb")
    const changed = await client("update", "app", "--new-secret", "--keep-old-secret-for", "7d")
    expect(changed.stdout).toMatch(/client_secret +[\w-]{43} +\(shown this once\)/)
    const { stdout } = await client("show", "app")
    expect(stdout).toMatch(/secrets +2 \(one until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)/)
    const mistyped = await client("update", "app", "--new-secret", "--keep-old-secret-for", "soon")
    expect(mistyped.code).not.toBe(0)
    expect(mistyped.stderr + mistyped.stdout).toContain("a time is written 45s, 30m, 12h or 7d")
  },
  2 * minute
)
