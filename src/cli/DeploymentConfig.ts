/** What wrangler.toml says about a deployment, and what is still to be filled in before one. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Result, Schema } from "effect"
import { configuration } from "../layers/cloudflare/Bindings.ts"
import { type Wanted, wantedOf } from "./deploy/Wanted.ts"
import { isLoopback, projectFolder } from "./Settings.ts"

export interface DeploymentConfig {
  readonly name: string
  readonly accountId: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  /** What the account must have. */
  readonly wanted: Wanted
  /** Whether there is a binding EMAIL. */
  readonly bindsEmail: boolean
  /** The hosts that lead to the Worker; `*.example.com` stands for all under one. */
  readonly hosts: ReadonlyArray<string>
}

const Route = Schema.Union([Schema.String, Schema.Struct({ pattern: Schema.String })])

/** What is looked at of wrangler's own reading of its file. */
const Wrangler = Schema.Struct({
  name: Schema.optional(Schema.String),
  account_id: Schema.optional(Schema.String),
  vars: Schema.Record(Schema.String, Schema.Unknown),
  send_email: Schema.Array(Schema.Struct({ name: Schema.optional(Schema.String) })),
  route: Schema.optional(Route),
  routes: Schema.optional(Schema.Array(Route))
})
const decode = Schema.decodeUnknownPromise(Wrangler)

/** The file that people edit, and the copy of it with the ids that the account gave. */
export const wranglerToml = join(projectFolder, "wrangler.toml")
export const deployedToml = join(projectFolder, "wrangler.deploy.toml")

/** The file that names what is in the account: the copy, once there was a deployment. */
export const accountToml = (): string => (existsSync(deployedToml) ? deployedToml : wranglerToml)

/** Reads wrangler.toml as wrangler does. */
export const deploymentConfig = async (): Promise<DeploymentConfig> => {
  const { unstable_readConfig } = await import("wrangler")
  const read = unstable_readConfig({ config: wranglerToml })
  const config = await decode(read)
  const routes = [...(config.routes ?? []), ...(config.route === undefined ? [] : [config.route])]
  return {
    name: config.name ?? "hapax",
    accountId: config.account_id,
    variables: config.vars,
    wanted: await wantedOf(read),
    bindsEmail: config.send_email.some(({ name }) => name === "EMAIL"),
    hosts: routes.map((route) => hostOf(typeof route === "string" ? route : route.pattern))
  }
}

/** The host of a route's pattern, which may have a scheme before it and a path behind. */
const hostOf = (pattern: string): string => pattern.replace(/^https?:\/\//, "").replace(/\/.*$/, "")

/** What must be done before this can be deployed, each in a sentence. */
export const problemsOf = (config: DeploymentConfig): ReadonlyArray<string> => {
  const issuer = config.variables["ISSUER"]
  // The secret and the bindings are not in the variables, and this only asks whether the rest is right.
  const bound = config.bindsEmail ? { EMAIL: { send: () => Promise.reject(new Error("nobody sends here")) } } : {}
  const read = configuration({ ...config.variables, ...bound, HAPAX_SECRET: "x".repeat(32) })
  return [
    ...(Result.isFailure(read) ? [`wrangler.toml: ${read.failure.message}`] : issuerProblems(String(issuer), config)),
    ...(config.variables["ALLOW_LOOPBACK"] === "true"
      ? ["wrangler.toml: ALLOW_LOOPBACK is for development: it lets plain http be fetched, so take it out"]
      : []),
    ...mailProblems(config.variables)
  ]
}

const mailProblems = ({ MAIL_FROM, MAIL_KEY, MAIL_URL }: DeploymentConfig["variables"]): ReadonlyArray<string> => [
  ...(MAIL_KEY === undefined ? [] : ["wrangler.toml: MAIL_KEY is a secret: npx wrangler secret put MAIL_KEY"]),
  ...(typeof MAIL_URL === "string" && URL.canParse(MAIL_URL) && isLoopback(MAIL_URL)
    ? [`wrangler.toml: MAIL_URL is ${MAIL_URL}, which is not on the internet`]
    : []),
  ...(typeof MAIL_FROM === "string" && /@example\.(com|org|net)>?$/.test(MAIL_FROM)
    ? [`wrangler.toml: MAIL_FROM is still ${MAIL_FROM}: write an address from which you may send`]
    : [])
]

const issuerProblems = (issuer: string, { hosts }: DeploymentConfig): ReadonlyArray<string> => {
  const { hostname } = new URL(issuer)
  if (isLoopback(issuer)) return [`wrangler.toml: ISSUER is ${issuer}, which is not on the internet`]
  if (/(^|\.)example\.(com|org|net)$/.test(hostname)) {
    return [`wrangler.toml: ISSUER is still ${issuer}: write the address that your users will see`]
  }
  const leadsHere = hosts.some((host) => (host.startsWith("*") ? hostname.endsWith(host.slice(1)) : hostname === host))
  if (leadsHere || hostname.endsWith(".workers.dev")) return []
  const route = `routes = [{ pattern = "${hostname}", custom_domain = true }]`
  return [`wrangler.toml: nothing leads ${hostname} to the Worker: add ${route} above the first table`]
}
