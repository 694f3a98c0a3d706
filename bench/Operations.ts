/** What is measured, each by the same requests at both providers. RFC 6749, RFC 7662, OIDC Core, Discovery. */
import { type Answer, Connection } from "./Connection.ts"
import type { Repeat } from "./Measure.ts"
import { allowedScopes, basic, client, password, type Site, userOf } from "./Site.ts"

export interface Operation {
  readonly name: string
  /** How often it is done in one round of a whole run. */
  readonly count: number
  /** Whatever has to be there before; gives what one worker repeats. */
  readonly prepare: (site: Site, connection: Connection, worker: number) => Promise<Repeat>
}

/** RFC 7636 Appendix B; a measurement needs no randomness of its own. */
const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
const pkce = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" }

export const operations: ReadonlyArray<Operation> = [
  {
    name: "discovery",
    count: 3000,
    prepare: async (site, connection) => async () => {
      const answer = await connection.get(`${site.issuer}/.well-known/openid-configuration`)
      demand(json(answer)["issuer"] === site.issuer, answer)
    }
  },
  {
    name: "JWKS",
    count: 3000,
    prepare: async (site, connection) => async () => {
      const answer = await connection.get(at(site, "jwks_uri"))
      const { keys } = json(answer) as { keys?: ReadonlyArray<Record<string, string>> }
      demand(keys?.some(({ kty, n }) => kty === "RSA" && typeof n === "string") === true, answer)
    }
  },
  {
    name: "silent authorize",
    count: 1000,
    prepare: async (site, connection, worker) => {
      await signIn(site, connection, worker)
      return async () => void (await silently(site, connection))
    }
  },
  {
    name: "code flow, with a session",
    count: 500,
    prepare: async (site, connection, worker) => {
      await signIn(site, connection, worker)
      return async () => void (await redeem(site, connection, await silently(site, connection)))
    }
  },
  {
    name: "login flow",
    count: 96,
    prepare: async (site, connection, worker) => async () => {
      connection.forgetCookies()
      await signIn(site, connection, worker)
    }
  },
  {
    name: "refresh",
    count: 500,
    prepare: async (site, connection, worker) => {
      let token = (await offline(site, connection, worker))["refresh_token"] ?? ""
      return async () => {
        const form = { grant_type: "refresh_token", refresh_token: token }
        const answer = await connection.post(at(site, "token_endpoint"), form, { authorization: basic })
        const { id_token, refresh_token } = json(answer)
        demand(typeof id_token === "string" && typeof refresh_token === "string" && refresh_token !== token, answer)
        token = refresh_token ?? ""
      }
    }
  },
  {
    name: "userinfo",
    count: 1000,
    prepare: async (site, connection, worker) => {
      const authorization = `Bearer ${(await offline(site, connection, worker))["access_token"]}`
      return async () => {
        const answer = await connection.get(at(site, "userinfo_endpoint"), { authorization })
        demand(json(answer)["email"] === `${userOf(worker)}@example.com`, answer)
      }
    }
  },
  {
    name: "introspection",
    count: 1000,
    prepare: async (site, connection, worker) => {
      const token = (await offline(site, connection, worker))["access_token"] ?? ""
      return async () => {
        const answer = await connection.post(at(site, "introspection_endpoint"), { token }, { authorization: basic })
        const said: Readonly<Record<string, unknown>> = json(answer)
        demand(said["active"] === true && said["client_id"] === client.id, answer)
      }
    }
  }
]

/** One worker's repetitions, with a connection of its own. */
export const prepare = async (operation: Operation, site: Site, worker: number) => {
  const connection = new Connection()
  return { repeat: await operation.prepare(site, connection, worker), disconnect: () => connection.disconnect() }
}

const at = (site: Site, endpoint: string): string => site.metadata[endpoint] ?? `${site.issuer}/has no ${endpoint}`

const demand = (right: boolean, answer: Answer): void => {
  if (right) return
  const { body, headers, status, url } = answer
  throw new Error(`the wrong answer from ${url}: ${status} ${headers.location ?? ""}\n${body.slice(0, 2000)}`)
}

const json = (answer: Answer): Readonly<Record<string, string>> => {
  demand(answer.status === 200 && answer.headers["content-type"]?.includes("json") === true, answer)
  return JSON.parse(answer.body) as Record<string, string>
}

const authorizeUrl = (site: Site, more: Readonly<Record<string, string>>): URL => {
  const url = new URL(at(site, "authorization_endpoint"))
  url.search = new URLSearchParams({
    client_id: client.id,
    redirect_uri: client.redirectUri,
    response_type: "code",
    scope: "openid email",
    state: "af0ifjsldkj",
    nonce: "n-0S6_WzA2Mj",
    ...pkce,
    ...more
  }).toString()
  return url
}

/** The code that the provider sends the browser back with; its `state` and `iss` must be right (RFC 9207). */
const codeOf = (site: Site, answer: Answer): string => {
  const location = answer.headers.location ?? ""
  demand(answer.status === 303 && location.startsWith(client.redirectUri), answer)
  const { searchParams } = new URL(location)
  demand(searchParams.get("state") === "af0ifjsldkj" && searchParams.get("iss") === site.issuer, answer)
  const code = searchParams.get("code")
  demand(code !== null, answer)
  return code ?? ""
}

const silently = async (site: Site, connection: Connection): Promise<string> =>
  codeOf(site, await connection.get(authorizeUrl(site, { prompt: "none" })))

/** Goes through the provider's pages as a browser without scripts would, and comes back with a code. */
const signIn = async (
  site: Site,
  connection: Connection,
  worker: number,
  more: Readonly<Record<string, string>> = {}
): Promise<string> => {
  let answer = await follow(connection, await connection.get(authorizeUrl(site, more)))
  for (let pages = 0; answer.status === 200 && pages < 3; pages++) answer = await submit(connection, answer, worker)
  return codeOf(site, answer)
}

/** Follows redirects until there is a page, or the way leads to the client. */
const follow = async (connection: Connection, answer: Answer): Promise<Answer> => {
  const { location } = answer.headers
  if (location === undefined || location.startsWith(client.redirectUri)) return answer
  return follow(connection, await connection.get(new URL(location, answer.url)))
}

/** Fills in the first form of a page: name and password where it asks for them, else consent. */
const submit = async (connection: Connection, page: Answer, worker: number): Promise<Answer> => {
  const [, action, form = ""] = /<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/.exec(page.body) ?? []
  demand(action !== undefined, page)
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
    name,
    value
  ])
  const answers = form.includes('name="password"') ? { login: userOf(worker), password } : { decision: "approve" }
  const posted = await connection.post(new URL(action ?? "", page.url), { ...Object.fromEntries(hidden), ...answers })
  return follow(connection, posted)
}

const redeem = async (site: Site, connection: Connection, code: string): Promise<Readonly<Record<string, string>>> => {
  const answer = await connection.post(
    at(site, "token_endpoint"),
    { grant_type: "authorization_code", code, redirect_uri: client.redirectUri, code_verifier: verifier },
    { authorization: basic }
  )
  const tokens = json(answer)
  demand(typeof tokens["access_token"] === "string" && typeof tokens["id_token"] === "string", answer)
  return tokens
}

/** The tokens of a fresh grant with everything. `prompt=consent`, because some give offline access only then. */
const offline = async (site: Site, connection: Connection, worker: number) => {
  const code = await signIn(site, connection, worker, { scope: allowedScopes, prompt: "consent" })
  return redeem(site, connection, code)
}
