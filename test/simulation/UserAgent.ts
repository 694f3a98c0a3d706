/**
 * The provider's whole HTTP surface, asked within a simulation: the Worker's own router, routes and pages, with
 * requests and answers that are values. Clients and browsers see what they would see over the wire: a status, headers,
 * a body.
 */
import { Effect, Redacted, Scope } from "effect"
import {
  Cookies,
  HttpBody,
  HttpClientRequest,
  type HttpMethod,
  HttpRouter,
  HttpServerRequest,
  type HttpServerResponse
} from "effect/http"
import { answerDefects } from "../../src/http/Defect.ts"
import { routes } from "../../src/http/Router.ts"
import { testProvider } from "../../src/layers/test/MemoryProvider.ts"
import type { ShownSecret } from "../../src/services/flows/client/AuthenticateClient.ts"
import type { Provider } from "./Scene.ts"

/** An answer as it went over the wire. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: Readonly<Record<string, string>>
  readonly body: string
}

export interface Asked {
  readonly form?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** As the Worker builds it: once, for all requests. */
const router = answerDefects(Effect.runSync(Scope.provide(HttpRouter.toHttpEffect(routes), Scope.makeUnsafe())))

const decoder = new TextDecoder()

const textOf = ({ body }: HttpServerResponse.HttpServerResponse): string =>
  body._tag === "Uint8Array" ? decoder.decode(body.body) : ""

/** One request to the provider, and its answer; no request ends in anything else. */
export const ask = (
  method: HttpMethod.HttpMethod,
  path: string,
  { form, headers = {} }: Asked = {}
): Effect.Effect<Answered, never, Provider> => {
  const request = HttpClientRequest.make(method)(`${testProvider.issuer}${path}`).pipe(
    HttpClientRequest.setHeaders(headers),
    form === undefined
      ? (unchanged) => unchanged
      : HttpClientRequest.setBody(
          HttpBody.text(new URLSearchParams(form).toString(), "application/x-www-form-urlencoded")
        )
  )
  return Effect.scoped(router).pipe(
    Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
    Effect.map((response) => ({
      status: response.status,
      headers: { ...response.headers },
      cookies: Cookies.toRecord(response.cookies),
      body: textOf(response)
    })),
    Effect.orDie
  ) as Effect.Effect<Answered, never, Provider>
}

/** The header of a client that authenticates by client_secret_basic. RFC 6749 §2.3.1. */
export const basic = ({ clientId, secret }: ShownSecret) => ({
  authorization: `Basic ${btoa(`${clientId}:${Redacted.value(secret)}`)}`
})

/** The JSON of an answer to a client. */
export const jsonOf = ({ body }: Pick<Answered, "body">): Readonly<Record<string, unknown>> =>
  body === "" ? {} : (JSON.parse(body) as Record<string, unknown>)
