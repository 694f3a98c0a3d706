/** Deploying to an account that a stand-in plays: what is made, in which order, and what a second run does. */
import { mkdtempSync, readFileSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { unstable_readConfig } from "wrangler"
import { wranglerToml } from "../../src/cli/DeploymentConfig.ts"
import { withIds } from "../../src/cli/deploy/Account.ts"
import { deployTo, type Ground, rehearsed } from "../../src/cli/deploy/Deployment.ts"
import { nothingFound, stepsTo } from "../../src/cli/deploy/Plan.ts"
import { keepSecrets } from "../../src/cli/deploy/SecretFile.ts"
import { wantedOf } from "../../src/cli/deploy/Wanted.ts"
import { CloudflareAccount } from "./CloudflareAccount.ts"

const toml = readFileSync(wranglerToml, "utf8")
const wanted = await wantedOf(unstable_readConfig({ config: wranglerToml }))

/** A machine of its own for each: what a run left in its files, the next one finds. */
const machine = (account: CloudflareAccount) => {
  const folder = mkdtempSync(join(tmpdir(), "hapax-deployment-"))
  const secrets = join(folder, "secrets", "hapax.json")
  const told: Array<string> = []
  const written: Array<string> = []
  const ground: Ground = {
    wrangler: account.wrangler,
    toml,
    config: "wrangler.deploy.toml",
    writeConfig: (text) => void written.push(text),
    secrets,
    keepSecrets: (names) => keepSecrets(secrets, names),
    migrate: async () => {
      account.commands.push("migrate")
      return ["0001"]
    },
    say: (line) => void told.push(line)
  }
  return { ground, secrets, told, written }
}

const making = ({ commands }: CloudflareAccount) =>
  commands.filter((command) => / create |^deploy|^migrate/.test(command))

describe("a deployment into an empty account", () => {
  it("makes all that wrangler.toml binds, then migrates, then deploys with the drawn secret", async () => {
    const account = new CloudflareAccount()
    const { ground, secrets, told, written } = machine(account)
    await deployTo(ground, wanted)
    expect(account.state).toEqual({
      databases: ["hapax"],
      namespaces: ["hapax-cache"],
      buckets: wanted.buckets.toSorted(),
      queues: wanted.queues.toSorted(),
      secrets: ["HAPAX_SECRET"]
    })
    expect(wanted.buckets).toEqual(expect.arrayContaining(["hapax-avatars", "hapax-audit-archive"]))
    expect(making(account).slice(-2)).toEqual([
      "migrate",
      `deploy --config wrangler.deploy.toml --secrets-file ${secrets}`
    ])
    expect(written.at(-1)).toContain('database_id = "hapax-id"')
    expect(written.at(-1)).toContain('id = "hapax-cache-id"')
    // Nothing else of the file is another.
    expect(written.at(-1)?.replace("hapax-id", /database_id = "([^"]*)"/.exec(toml)?.[1] ?? "")).toHaveLength(
      toml.length + "hapax-cache-id".length - 32
    )
    const secret = account.secrets?.get("HAPAX_SECRET") ?? ""
    expect(Buffer.from(secret, "base64")).toHaveLength(32)
    expect(statSync(secrets).mode & 0o777).toBe(0o600)
    // It is in the file, and nowhere that somebody might look over a shoulder or read a list of processes.
    expect([...told, ...account.commands, ...written].join("\n")).not.toContain(secret)
  })

  it("makes dead letters before the queue that names them", () => {
    const queues = stepsTo(wanted, nothingFound).filter(({ _tag }) => _tag === "CreateQueue")
    expect(queues.map(({ name }) => name)).toEqual(["hapax-outbox-dead", "hapax-outbox"])
  })
})

describe("what cannot be done is told", () => {
  it("a Worker that did not go up is no deployment", async () => {
    const account = new CloudflareAccount()
    const { ground } = machine(account)
    const wrangler: Ground["wrangler"] = (parameters) =>
      parameters[0] === "deploy"
        ? Promise.resolve({ code: 1, stdout: "", output: "the script is too large" })
        : account.wrangler(parameters)
    await expect(deployTo({ ...ground, wrangler }, wanted)).rejects.toThrow("the script is too large")
  })

  it("an id that stands in the file stays, whatever stands beside it", () => {
    const mixed = {
      ...wanted,
      namespaces: [
        { name: "hapax-first", id: "0123abc" },
        { name: "hapax-second", id: null }
      ]
    }
    const found = { databases: new Map(), namespaces: new Map([["hapax-second", "given"]]) }
    expect(withIds('id = "0123abc"\nid = "0000"\n', mixed, found)).toBe('id = "0123abc"\nid = "given"\n')
  })
})

describe("a deployment that is run again", () => {
  it("makes nothing, and leaves the secret as it is", async () => {
    const account = new CloudflareAccount()
    await deployTo(machine(account).ground, wanted)
    const [state, secret] = [account.state, account.secrets?.get("HAPAX_SECRET")]
    account.commands.length = 0
    // From another machine, which has none of the first one's files.
    const steps = await deployTo(machine(account).ground, wanted)
    expect(steps).toEqual([])
    expect(making(account)).toEqual(["migrate", "deploy --config wrangler.deploy.toml"])
    expect(account.state).toEqual(state)
    expect(account.secrets?.get("HAPAX_SECRET")).toBe(secret)
  })

  it.each([false, true])(
    "comes to the same end wherever the run before was ended (the command done: %s)",
    async (done) => {
      const whole = new CloudflareAccount()
      await deployTo(machine(whole).ground, wanted)
      const length = whole.commands.length
      expect(length).toBeGreaterThan(15)
      for (let commands = 0; commands < length; commands++) {
        const account = new CloudflareAccount()
        const { ground } = machine(account)
        account.endAfter(commands, done)
        await deployTo(ground, wanted).catch(() => undefined)
        const before = account.secrets?.get("HAPAX_SECRET")
        account.endAfter(Infinity, false)
        await deployTo(ground, wanted)
        expect([commands, account.state]).toEqual([commands, whole.state])
        // What was there is never made twice, deleted or replaced.
        const made = account.commands.filter((command) => command.includes(" create "))
        expect(new Set(made).size).toBe(made.length)
        expect(account.commands.filter((command) => /delete|secret put/.test(command))).toEqual([])
        expect([undefined, account.secrets?.get("HAPAX_SECRET")]).toContain(before)
      }
    }
  )

  it("sends the secret that a run drew which was ended before the account had it", async () => {
    const account = new CloudflareAccount()
    const { ground, secrets } = machine(account)
    keepSecrets(secrets, ["HAPAX_SECRET"])
    const drawn = readFileSync(secrets, "utf8")
    await deployTo(ground, wanted)
    expect(readFileSync(secrets, "utf8")).toBe(drawn)
    expect(drawn).toContain(account.secrets?.get("HAPAX_SECRET"))
  })

  it("ids that a person wrote into the file stay, and nothing is made for them", () => {
    const own = { ...wanted, databases: [{ name: "hapax", id: "f00d" }] }
    expect(stepsTo(own, nothingFound).some(({ _tag }) => _tag === "CreateDatabase")).toBe(false)
    const written = toml.replace(/database_id = "[^"]*"/, 'database_id = "f00d"')
    const found = { databases: new Map(), namespaces: new Map([["hapax-cache", "c0de"]]) }
    expect(withIds(written, own, found)).toContain('database_id = "f00d"')
  })
})

describe("an account that does not answer", () => {
  it.each(["secret list", "queues info", "r2 bucket info", "d1 list"])(
    "%s: nothing is made, and no secret",
    async (what) => {
      const account = new CloudflareAccount()
      const { ground } = machine(account)
      const failing: Ground = {
        ...ground,
        wrangler: async (parameters) =>
          parameters.join(" ").startsWith(what)
            ? { code: 1, stdout: "", output: "Authentication error: account not found [code: 10000]" }
            : account.wrangler(parameters)
      }
      await expect(deployTo(failing, wanted)).rejects.toThrow(`wrangler ${what}`)
      expect(making(account)).toEqual([])
    }
  )
})

it("a rehearsal shows every step of an empty account, and the file that comes of it", () => {
  const { steps, toml: made } = rehearsed(wanted, toml)
  expect(steps).toEqual([
    "make the D1 database hapax",
    "make the KV namespace hapax-cache",
    ...wanted.buckets.map((name) => `make the R2 bucket ${name}`),
    "make the queue hapax-outbox-dead",
    "make the queue hapax-outbox",
    "draw the secret HAPAX_SECRET",
    "write the ids into wrangler.deploy.toml",
    "apply the migrations",
    "deploy the Worker"
  ])
  expect(made).toContain('database_id = "id-of-hapax"')
})
