/**
 * `hapax registration-token`, every member of client metadata by a flag, `hapax branding`, `keys`, `settings`: real
 * processes, beside a provider that runs. RFC 7591 §2 and §3.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { makeTool, type Running } from "./Tool.ts"

const minute = 60_000
const tool = makeTool()
let running: Running

beforeAll(async () => {
  running = await tool.start({ DEMO: "off", REGISTRATION: "token" })
}, 2 * minute)
afterAll(async () => {
  await running?.stop()
  await tool.forget()
}, minute)

const token = async (...parameters: ReadonlyArray<string>) =>
  JSON.parse((await tool.run(["registration-token", ...parameters, "--json"])).stdout)

it(
  "a token is issued and shown once, registers so many clients, is listed, and revoked",
  async () => {
    const issued = await token("create", "--uses", "1", "--expires-in", "12h")
    expect(issued).toMatchObject({ uses: 1, used: 0, expiresAt: issued.createdAt + 12 * 3_600_000 })
    const register = () =>
      fetch(`${running.origin}/register`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${issued.token}` },
        body: JSON.stringify({ redirect_uris: ["https://rp.example/cb"], client_name: "Own" })
      })
    expect((await register()).status).toBe(201)
    expect((await register()).status).toBe(401)
    const listed = await tool.run(["registration-token", "list"])
    expect(listed.stdout).toMatch(new RegExp(`^${issued.id} +1 of 1 `, "m"))
    expect(listed.stdout).not.toContain(issued.token.split(".")[1])
    expect((await tool.run(["client", "list"])).stdout).toContain("Own")
    const revoked = await tool.run(["registration-token", "revoke", issued.token])
    expect(revoked.stdout).toContain(`The registration token ${issued.id} is revoked`)
    const again = await tool.run(["registration-token", "revoke", issued.id])
    expect([again.code, again.stderr.trim()]).toEqual([1, `hapax: There is no registration token ${issued.id}.`])
    const mistyped = await tool.run(["registration-token", "create", "--expires-in", "soon"])
    expect(mistyped.stderr).toContain("a time is written 45s, 30m, 12h or 7d")
  },
  2 * minute
)

it(
  "members by their flags, any other by --metadata; a device without redirect URIs",
  async () => {
    const described = await tool.run(
      [
        ["client", "create", "--id", "app", "--redirect-uri", "https://rp.example/cb", "--json"],
        ["--response-type", "code id_token", "--response-type", "code", "--alg", "PS256"],
        ["--contact", "A Developer <dev@rp.example>", "--backchannel-logout-uri", "https://rp.example/out"],
        ["--metadata", "require_auth_time=true", "--metadata", "software_id=a=b", "--dpop-bound"],
        ["--metadata", 'default_acr_values=["urn:example:x"]']
      ].flat()
    )
    expect(JSON.parse(described.stdout)).toMatchObject({
      response_types: ["code id_token", "code"],
      grant_types: ["authorization_code", "implicit", "refresh_token"],
      id_token_signed_response_alg: "PS256",
      contacts: ["A Developer <dev@rp.example>"],
      backchannel_logout_uri: "https://rp.example/out",
      dpop_bound_access_tokens: true,
      require_auth_time: true,
      software_id: "a=b",
      default_acr_values: ["urn:example:x"]
    })
    const without = await tool.run(["client", "update", "app", "--metadata", "require_auth_time=null", "--json"])
    expect(JSON.parse(without.stdout)).not.toHaveProperty("require_auth_time")
    const device = "urn:ietf:params:oauth:grant-type:device_code"
    const made = await tool.run(["client", "create", "--id", "tv", "--public", "--grant-type", device, "--json"])
    expect(JSON.parse(made.stdout)).toMatchObject({ redirect_uris: [], response_types: [], grant_types: [device] })
    const refusals = [
      [["--metadata", "nonsense"], "a member is written name=value"],
      [["--metadata", "nonsense=1"], "nonsense: is not a member"],
      [["--id", `1-0.${"a".repeat(22)}`], "looks like the id of a user"]
    ] as const
    for (const [flags, message] of refusals) {
      const refused = await tool.run(["client", "create", "--redirect-uri", "https://rp.example/cb", ...flags])
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(message)])
    }
  },
  2 * minute
)

it(
  "the look is set, shown, judged, and set back; the pages have it. WCAG 2.2 §1.4.3",
  async () => {
    const branding = (...parameters: ReadonlyArray<string>) => tool.run(["branding", ...parameters])
    const css = join(tool.data, "brand.css")
    writeFileSync(css, "h1 { font-weight: 700 }\n")
    const colours = ["--colour", "light.accent=#0b5d3b", "--colour", "dark.accent=#7fe0b4"]
    const set = await branding("set", "--name", "Acme", ...colours, "--css", css, "--json")
    expect(set).toMatchObject({ code: 0, stderr: "" })
    const tones = { light: { accent: "#0b5d3b" }, dark: { accent: "#7fe0b4" } }
    expect(JSON.parse(set.stdout)).toEqual({ name: "Acme", ...tones, css: ":root:root h1 { font-weight: 700; }" })
    // Nobody has looked at a page of this provider before: there is no older copy of the look.
    expect(await (await fetch(running.origin)).text()).toContain("<bdi>Acme</bdi>")
    writeFileSync(css, "h1 {\n  position: fixed }\n")
    const refused = await branding("set", "--css", css)
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/^hapax: css: line 2: "position" cannot be set; /)
    ])
    expect((await branding("set", "--colour", "light.accent")).stderr).toContain("write it as light.accent=#3f49c6")
    expect((await branding("set", "--colour", "light.accent=#ffff00")).stderr).toContain("light.accent")
    expect((await branding("show")).stdout).toMatch(/name +Acme\n.*light\.accent +#0b5d3b/)
    expect((await branding("set", "--reset")).stdout).toContain("The pages look as they come.")
  },
  2 * minute
)

it(
  "settings are shown, set, judged and set back, lists as JSON",
  async () => {
    const settings = (...parameters: ReadonlyArray<string>) => tool.run(["settings", ...parameters])
    expect((await settings("show")).stdout).toMatch(/retention\.auditDays +90 \(as it comes\)\n/)
    const fields = '[{"name":"department","type":"text","label":"Department"}]'
    const set = await settings("set", "retention.auditDays=30", `users.customFields=${fields}`, "--json")
    expect([set.code, set.stderr]).toEqual([0, ""])
    expect(JSON.parse(set.stdout)).toMatchObject({
      set: { retention: { auditDays: 30 }, users: { customFields: [{ name: "department" }] } }
    })
    const back = await settings("set", "retention.auditDays=", "users.customFields=")
    expect(back.stdout).toMatch(/retention\.auditDays +90 \(as it comes\)\n/)
    for (const [given, message] of [
      ["retention.auditDays=0", "retention.auditDays: must be from 1 to 3650"],
      ["users.customFields=[", "users.customFields: [ is no JSON"],
      ["auditDays=30", "write it as retention.auditDays=30"]
    ] as const) {
      const refused = await settings("set", given)
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(message)])
    }
  },
  2 * minute
)

it(
  "hapax audit finds what was done, by kind and time, for people and for programs",
  async () => {
    const { events, next } = JSON.parse((await tool.run(["audit", "--type", "initial_token.created", "--json"])).stdout)
    expect([events.length, next]).toEqual([1, null])
    expect(events).toMatchObject([{ type: "initial_token.created", detail: { by: "operator", uses: "1" } }])
    const shown = await tool.run(["audit", "--from", "2020-01-01", "--limit", "1"])
    expect(shown.stdout).toMatch(/^WHEN +WHAT +USER +CLIENT +MORE$/m)
    expect(shown.stdout).toMatch(/There may be more: --after [0-9a-f-]{36}/)
    expect((await tool.run(["audit", "--to", "2020-01-01"])).stdout).toContain("Nothing was found.")
    expect((await tool.run(["audit", "--from", "soon"])).stderr).toContain("a moment is written 2026-11-20")
  },
  2 * minute
)

it(
  "keys are listed, renewed ahead of time, and taken back in an emergency; the published ones follow at once",
  async () => {
    const keys = (...parameters: ReadonlyArray<string>) => tool.run(["keys", ...parameters])
    const published = async (): Promise<ReadonlyArray<string>> => {
      const { keys: all } = (await (await fetch(`${running.origin}/.well-known/jwks.json`)).json()) as {
        readonly keys: ReadonlyArray<{ readonly kid: string }>
      }
      return all.map(({ kid }) => kid)
    }
    const before = await published()
    expect((await keys("list")).stdout).toMatch(new RegExp(`^${before[0]} +RS256 +signing `, "m"))
    const renewed = await keys("rotate", "--alg", "ES256", "--json")
    expect(JSON.parse(renewed.stdout).map(({ stage }: { readonly stage: string }) => stage)).toContain("next")
    const mistaken = await keys("rotate", "--kid", before[0] ?? "")
    expect([mistaken.code, mistaken.stderr]).toEqual([1, expect.stringContaining("it goes with --emergency")])
    const nobody = await keys("rotate", "--emergency", "--kid", "nobody's")
    expect([nobody.code, nobody.stderr.trim()]).toEqual([1, "hapax: There is no key nobody's."])
    const taken = await keys("rotate", "--emergency", "--kid", before[0] ?? "")
    expect(taken.stdout).toContain("Sessions and refresh tokens stay.")
    expect(taken.stdout).toMatch(new RegExp(`^${before[0]} +RS256 +withdrawn `, "m"))
    expect(taken.stdout).not.toMatch(/eyJ|"d"/)
    // The one of ES256, its successor, and the new one of RS256.
    expect(await published()).toHaveLength(3)
    expect(await published()).not.toContain(before[0])
  },
  2 * minute
)

it(
  "an administrator is made, and made again; the upkeep runs; a month is reckoned",
  async () => {
    const words = ["--username", "alice", "--email", "alice@example.com", "--password", "a password of hers"]
    expect((await tool.run(["user", "create", ...words])).code).toBe(0)
    for (let times = 0; times < 2; times++) {
      const made = await tool.run(["admin", "create", "alice"])
      expect([made.code, made.stdout]).toEqual([0, expect.stringContaining("alice is an administrator.")])
    }
    const jobs = JSON.parse((await tool.run(["upkeep", "--json"])).stdout) as ReadonlyArray<{
      name: string
      did: unknown
    }>
    expect(jobs.map(({ name }) => name)).toEqual(expect.arrayContaining(["keys", "audit", "clean.d1", "alerts"]))
    expect(jobs.filter(({ did }) => did === null)).toEqual([])
    expect((await tool.run(["cost", "--users", "10000000"])).stdout).toContain("10,000,000 users a month")
    const impossible = await tool.run(["cost", "--users", "10", "--passkey-percent", "80", "--letter-percent", "30"])
    expect([impossible.code, impossible.stderr]).toEqual([1, expect.stringContaining("more than a hundred logins")])
  },
  2 * minute
)
