/**
 * The admin API as part of the provider: a router of its own below `/admin`, so that whatever is wrong with a request
 * there is told as a problem. RFC 9457, RFC 9110 §9.3.2 and §15.5.6.
 */
import { Effect, FileSystem, Layer, Path } from "effect"
import { Etag, HttpPlatform, HttpRouter } from "effect/http"
import { HttpApi, HttpApiBuilder } from "effect/http-api"
import { AdminApi } from "./AdminApi.ts"
import { AdministeredLive } from "./AdministeredLive.ts"
import { answerAsAdminApi } from "./AdminResponse.ts"
import { documentRoute, referenceRoute } from "./DocumentRoutes.ts"
import { AuditHandlers } from "./AuditHandlers.ts"
import { BrandingHandlers } from "./BrandingHandlers.ts"
import { ClientHandlers } from "./ClientHandlers.ts"
import { KeyHandlers } from "./KeyHandlers.ts"
import { RegistrationTokenHandlers } from "./RegistrationTokenHandlers.ts"
import { ResourceHandlers } from "./ResourceHandlers.ts"
import { RoleHandlers } from "./RoleHandlers.ts"
import { ScopeHandlers } from "./ScopeHandlers.ts"
import { SessionHandlers } from "./SessionHandlers.ts"
import { StatisticsHandlers } from "./StatisticsHandlers.ts"
import { UserHandlers } from "./UserHandlers.ts"
import { SettingsHandlers } from "./SettingsHandlers.ts"

/** What each section does. */
const handlers = Layer.mergeAll(
  ClientHandlers,
  RegistrationTokenHandlers,
  ResourceHandlers,
  BrandingHandlers,
  SettingsHandlers,
  KeyHandlers,
  AuditHandlers,
  UserHandlers,
  SessionHandlers,
  RoleHandlers,
  ScopeHandlers,
  StatisticsHandlers
)

/** Effect asks for them so that a handler can send a file; none does. */
const unused = HttpPlatform.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Path.layer, Etag.layerWeak, FileSystem.layerNoop({})))
)

/**
 * What `Administered` needs, each request brings, as it brings what the handlers need: but of a middleware Effect says
 * in the type that the building does.
 */
const perRequest = <A, E, R>(layer: Layer.Layer<A, E, R>) =>
  layer as Layer.Layer<A, E, R extends HttpRouter.HttpRouter ? R : ByRequest<R>>

type ByRequest<R> = R extends HttpRouter.Request<string, unknown> ? R : HttpRouter.Request<"Requires", R>

const api = HttpApiBuilder.layer(AdminApi).pipe(
  Layer.provide(handlers),
  Layer.provide(AdministeredLive),
  Layer.provide(unused),
  perRequest
)

/** Public: they tell of this program, and nothing of what this provider holds. */
const described = [
  HttpRouter.route("GET", "/admin/openapi.json", documentRoute),
  HttpRouter.route("GET", "/admin/docs", referenceRoute)
] as const

interface Known {
  readonly path: RegExp
  readonly methods: ReadonlyArray<string>
}

/** Every path, and its methods: HEAD is GET without the body. */
const known: ReadonlyArray<Known> = (() => {
  const methods = new Map<string, Array<string>>(described.map(({ path }) => [path, ["GET", "HEAD"]]))
  HttpApi.reflect(AdminApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint: { method, path } }) => {
      const all = method === "GET" ? ["GET", "HEAD"] : [method]
      methods.set(path, [...(methods.get(path) ?? []), ...all])
    }
  })
  return [...methods].map(([path, all]) => ({
    path: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}$`),
    methods: all
  }))
})()

const methodsOf = (asked: string): ReadonlyArray<string> =>
  known.flatMap(({ methods, path }) => (path.test(asked) ? methods : []))

/** Longer than any id in an address: of a resource server, percent-encoded. */
const config = { maxParamLength: 800 }

export const adminRoutes = HttpRouter.use((router) =>
  Effect.gen(function* () {
    const own = yield* Effect.provideService(HttpRouter.make, HttpRouter.RouterConfig, config)
    yield* Layer.build(Layer.provide(api, Layer.succeed(HttpRouter.HttpRouter, own)))
    yield* own.addAll(described)
    yield* router.add("*", "/admin/*", answerAsAdminApi(methodsOf)(own.asHttpEffect()))
  })
)
