/** The OpenAPI document of the admin API, made of its declarations: OpenAPI 3.1, with the scope of each operation. */
import { Effect } from "effect"
import { HttpApi, OpenApi } from "effect/http-api"
import { adminScopes } from "../../domain/AdminScope.ts"
import { paths } from "../../domain/Discovery.ts"
import { ProviderConfig } from "../../services/ports/ProviderConfig.ts"
import { AdminApi } from "./AdminApi.ts"
import { scopeOf } from "./Administration.ts"

/** How the document names the way to get a token. OpenAPI 3.1 §4.8.27. */
const scheme = "hapax"

/** An operation as the document has it, and what this API adds. */
export type Operation = OpenApi.OpenAPISpecOperation & {
  readonly security: ReadonlyArray<Record<string, Array<string>>>
}

export interface AdminDocument extends Omit<OpenApi.OpenAPISpec, "components" | "paths"> {
  readonly components: object
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** `/admin/clients/:id` and `/admin/clients/{id}`. */
const templated = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}")

/** The document, for whoever gets tokens of this issuer. */
export const adminDocument = ProviderConfig.use(({ issuer }) => Effect.sync(() => documentFor(issuer)))

export const documentFor = (issuer: string): AdminDocument => {
  const spec = OpenApi.fromApi(AdminApi)
  const scopes = new Map<string, string>()
  HttpApi.reflect(AdminApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { method, path }, group }) => {
      const scope = scopeOf(group.identifier, method)
      if (scope !== undefined) scopes.set(`${method.toLowerCase()} ${templated(path)}`, scope)
    }
  })
  const secured = (path: string, operations: object) =>
    Object.fromEntries(
      Object.entries(operations as Record<string, Operation>).map(([method, operation]) => {
        const scope = scopes.get(`${method} ${path}`)
        return [method, { ...operation, security: [{ [scheme]: scope === undefined ? [] : [scope] }] }]
      })
    )
  return {
    ...spec,
    servers: [{ url: issuer }],
    paths: Object.fromEntries(Object.entries(spec.paths).map(([path, all]) => [path, secured(path, all)])),
    components: { ...spec.components, securitySchemes: { [scheme]: securityScheme(issuer) } }
  }
}

const securityScheme = (issuer: string) => {
  const tokenUrl = issuer + paths.token
  const scopes = Object.fromEntries(adminScopes.map((scope) => [scope, meaningOf(scope)]))
  return {
    type: "oauth2",
    description: `Access tokens of this provider, asked for with resource=${issuer}/admin (RFC 8707)`,
    flows: {
      authorizationCode: { authorizationUrl: issuer + paths.authorization, tokenUrl, scopes },
      clientCredentials: { tokenUrl, scopes }
    }
  }
}

const meaningOf = (scope: string): string => {
  const [, section, access] = scope.split(".")
  return `${access === "read" ? "Read" : "Change"} ${section}`
}
