/** What wrangler.toml says about a deployment, and what is still to be filled in before one. */
import { join } from "node:path"
import { Result, Schema } from "effect"
import { configuration } from "../layers/cloudflare/Bindings.ts"
import { isLoopback, projectFolder } from "./Settings.ts"

export interface DeploymentConfig {
  readonly name: string
  readonly accountId: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
  readonly databaseIds: ReadonlyArray<string | undefined>
  readonly namespaceIds: ReadonlyArray<string | undefined>
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
  d1_databases: Schema.Array(Schema.Struct({ database_id: Schema.optional(Schema.String) })),
  kv_namespaces: Schema.Array(Schema.Struct({ id: Schema.optional(Schema.String) })),
  send_email: Schema.Array(Schema.Struct({ name: Schema.optional(Schema.String) })),
  route: Schema.optional(Route),
  routes: Schema.optional(Schema.Array(Route))
})
const decode = Schema.decodeUnknownPromise(Wrangler)

/** Reads wrangler.toml as wrangler does. */
export const deploymentConfig = async (): Promise<DeploymentConfig> => {
  const { unstable_readConfig } = await import("wrangler")
  const config = await decode(unstable_readConfig({ config: join(projectFolder, "wrangler.toml") }))
  const routes = [...(config.routes ?? []), ...(config.route === undefined ? [] : [config.route])]
  return {
    name: config.name ?? "hapax",
    accountId: config.account_id,
    variables: config.vars,
    databaseIds: config.d1_databases.map(({ database_id }) => database_id),
    namespaceIds: config.kv_namespaces.map(({ id }) => id),
    bindsEmail: config.send_email.some(({ name }) => name === "EMAIL"),
    hosts: routes.map((route) => hostOf(typeof route === "string" ? route : route.pattern))
  }
}

/** The host of a route's pattern, which may have a scheme before it and a path behind. */
const hostOf = (pattern: string): string => pattern.replace(/^https?:\/\//, "").replace(/\/.*$/, "")

const isPlaceholder = (id: string | undefined): boolean => id === undefined || /^[0-]*$/.test(id)

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
    ...mailProblems(config.variables),
    ...(config.databaseIds.some(isPlaceholder)
      ? ["wrangler.toml: database_id is a placeholder: npx wrangler d1 create hapax, and write its id there"]
      : []),
    ...(config.namespaceIds.some(isPlaceholder)
      ? ["wrangler.toml: the id of a KV namespace is a placeholder: npx wrangler kv namespace create CACHE"]
      : [])
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
