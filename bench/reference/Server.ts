/** The process of npm `oidc-provider`: `node Server.ts <database> <native|module> <user>…`; it sends its issuer. */
import { generateKeyPairSync, randomBytes } from "node:crypto"
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import process from "node:process"
import type { DatabaseSync } from "node:sqlite"
import { allowedScopes, client, password } from "../Site.ts"
import { type Accounts, native, openAccounts, wasmModule } from "./Accounts.ts"
import { openDatabase, sqliteAdapter } from "./SqliteAdapter.ts"

interface Grant {
  readonly addOIDCScope: (scopes: string) => void
  readonly save: () => Promise<string>
}

interface Provider {
  readonly callback: () => RequestListener
  readonly use: (middleware: (context: Context, next: () => Promise<void>) => Promise<void>) => void
  readonly Grant: (new (of: { accountId: string; clientId: string }) => Grant) & {
    find: (id: string) => Promise<Grant>
  }
  readonly interactionDetails: (request: IncomingMessage, response: ServerResponse) => Promise<Interaction>
  readonly interactionResult: (request: IncomingMessage, response: ServerResponse, result: object) => Promise<string>
}

interface Interaction {
  readonly uid: string
  readonly prompt: { readonly name: string }
  readonly session?: { readonly accountId: string }
}

/** Koa's, as far as it is used here. */
interface Context {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly path: string
  readonly method: string
  status: number
  type: string
  body: unknown
  readonly redirect: (to: string) => void
}

const [file = "", hash = "", ...users] = process.argv.slice(2)

const day = 86_400

const configuration = (database: DatabaseSync, accounts: Accounts) => {
  const grantOf = database.prepare("SELECT grant_id FROM consents WHERE account_id = ? AND client_id = ?")
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  return {
    adapter: sqliteAdapter(database),
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "bench" }] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    claims: {
      openid: ["sub"],
      profile: ["name", "given_name", "family_name", "preferred_username", "locale", "zoneinfo", "birthdate"],
      email: ["email", "email_verified"]
    },
    findAccount: (_context: unknown, accountId: string) => {
      const claims = accounts.claims(accountId)
      return claims === undefined ? undefined : { accountId, claims: () => claims }
    },
    // Consent once given holds for every later session, as it does at Hapax.
    loadExistingGrant: async ({ oidc }: { oidc: { provider: Provider; session: Session; client: Client } }) => {
      const row = grantOf.get(oidc.session.accountId, oidc.client.clientId)
      return row === undefined ? undefined : oidc.provider.Grant.find(String(row["grant_id"]))
    },
    rotateRefreshToken: true,
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false }, introspection: { enabled: true }, revocation: { enabled: true } },
    // The same lifetimes as Hapax has, in seconds.
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 30 * day,
      IdToken: 3600,
      Interaction: 1800,
      RefreshToken: 30 * day,
      Session: 14 * day
    }
  }
}

interface Session {
  readonly accountId: string
}

interface Client {
  readonly clientId: string
}

const page = (uid: string, title: string, fields: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><main><h1>${title}</h1>
<form method="post" action="/interaction/${uid}">
${fields}
</form></main></body></html>`

const loginFields = `<label>Email or username <input name="login" type="text" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">Sign in</button>`

const consentFields = `<button type="submit" name="decision" value="approve">Allow</button>`

/** The pages for a password and, where the client asks for it again, for consent; and what is posted from them. */
const interactions =
  (provider: Provider, accounts: Accounts) => async (context: Context, next: () => Promise<void>) => {
    if (!context.path.startsWith("/interaction/")) return next()
    const { prompt, session, uid } = await provider.interactionDetails(context.req, context.res)
    const asksForLogin = prompt.name === "login"
    if (context.method === "GET") {
      context.type = "html"
      context.body = asksForLogin ? page(uid, "Sign in", loginFields) : page(uid, "Allow?", consentFields)
      return
    }
    const form = await readForm(context.req)
    const accountId = asksForLogin
      ? await accounts.authenticate(form.get("login") ?? "", form.get("password") ?? "")
      : session?.accountId
    if (accountId === undefined) {
      context.status = 401
      return
    }
    const result = asksForLogin ? { login: { accountId, amr: ["pwd"] } } : { consent: {} }
    context.redirect(await provider.interactionResult(context.req, context.res, result))
    context.status = 303
  }

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let body = ""
  for await (const chunk of request.setEncoding("utf8")) body += chunk
  return new URLSearchParams(body)
}

const seed = async (database: DatabaseSync, accounts: Accounts, provider: Provider): Promise<void> => {
  await sqliteAdapter(database)("Client").upsert(client.id, {
    client_id: client.id,
    client_secret: client.secret,
    redirect_uris: [client.redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_basic"
  })
  const consent = database.prepare("INSERT INTO consents VALUES (?, ?, ?)")
  for (const user of users) {
    const accountId = await accounts.create(user, password)
    const grant = new provider.Grant({ accountId, clientId: client.id })
    grant.addOIDCScope(allowedScopes)
    consent.run(accountId, client.id, await grant.save())
  }
}

const server = createServer()
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
const database = openDatabase(file)
database.exec(
  "CREATE TABLE consents (account_id TEXT, client_id TEXT, grant_id TEXT, PRIMARY KEY (account_id, client_id)) " +
    "WITHOUT ROWID"
)
const accounts = openAccounts(database, hash === "native" ? native : await wasmModule())
const { Provider } = (await import("oidc-provider" as string)) as {
  Provider: new (issuer: string, configuration: object) => Provider
}
const provider = new Provider(issuer, configuration(database, accounts))
provider.use(interactions(provider, accounts))
await seed(database, accounts, provider)
server.on("request", provider.callback())
process.on("disconnect", () => process.exit())
process.send?.(issuer)
