/** Somebody who asks the admin API: a client that an operator registered for it, with a token of its own. */
import { adminAudience } from "../../src/domain/AdminScope.ts"
import { type Reachable, register } from "./RelyingParty.ts"

export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Record<string, any>
}

export interface Asked {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Administrator {
  readonly token: string
  /** A path below `/admin`. */
  readonly ask: (method: string, path: string, asked?: Asked) => Promise<Told>
}

/** Asks with a token, or with none. */
export const askAdmin = async (
  { issuer }: Pick<Reachable, "issuer">,
  token: string | undefined,
  method: string,
  path: string,
  { body, headers = {} }: Asked = {}
): Promise<Told> => {
  const response = await fetch(`${issuer}/admin${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get("content-type") ?? "")
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== "" ? JSON.parse(text) : {}
  }
}

/** `scopes` are what the client is registered for, and asks for. */
export const administrator = async (
  provider: Reachable,
  scopes: ReadonlyArray<string>,
  id = "admin-tool"
): Promise<Administrator> => {
  const client = await register(provider, id, {
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
    scopes
  })
  const { body } = await client.post("/token", {
    grant_type: "client_credentials",
    resource: adminAudience(provider.issuer)
  })
  const token = String(body["access_token"])
  return { token, ask: (method, path, asked) => askAdmin(provider, token, method, path, asked) }
}
