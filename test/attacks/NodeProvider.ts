/**
 * The provider's whole HTTP surface in Node, over storage in memory, with a clock to turn and a place to stand around
 * every operation: for attacks that need time to pass, storage to fail, or the trace of what was asked of it.
 *
 * Routes, flows, steps, keys and cookies are the production ones; real workerd is what the other tests run against.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Clock, Context, Effect, Layer, Logger, Redacted, Scope } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { HttpEffect, HttpRouter, type HttpServerRequest } from "effect/http"
import type { ClientAlg } from "../../src/domain/ClientMetadata.ts"
import { defaults } from "../../src/domain/Lifetime.ts"
import { routes } from "../../src/http/Router.ts"
import { JwtVerifierJose } from "../../src/layers/cloudflare/JwtVerifierJose.ts"
import { sealerJose } from "../../src/layers/cloudflare/SealerJose.ts"
import { PasskeyVerifierWebAuthn } from "../../src/layers/cloudflare/PasskeyVerifierWebAuthn.ts"
import { SignerJose } from "../../src/layers/cloudflare/SignerJose.ts"
import { virtualClock } from "../../src/layers/test/kernel/VirtualClock.ts"
import { Memory } from "../../src/layers/test/Memory.ts"
import { PasswordHasherQuick } from "../../src/layers/test/PasswordHasherQuick.ts"
import { MailerMemory } from "../../src/layers/test/MemoryLetters.ts"
import { RemoteFetchMemory } from "../../src/layers/test/RemoteFetchMemory.ts"
import { WebhookMemory } from "../../src/layers/test/WebhookMemory.ts"
import { type JsonWebKey, JwtVerifier } from "../../src/services/ports/JwtVerifier.ts"
import { PasswordHasher } from "../../src/services/ports/PasswordHasher.ts"
import { PasskeyVerifier } from "../../src/services/ports/PasskeyVerifier.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { Around, type Call } from "../../src/services/storage/Consistency.ts"
import { OutcomeUnknown } from "../../src/services/storage/StorageError.ts"

export interface NodeProvider {
  readonly issuer: string
  readonly run: <A, E>(effect: Effect.Effect<A, E, Services>) => Promise<A>
  /** Turns the clock of everything: requests, objects, keys. */
  readonly advance: (milliseconds: number) => void
  /**
   * Every storage operation but those at the door, hash of a password and check of a client's signature since the last
   * call, in order.
   */
  readonly takeTrace: () => ReadonlyArray<string>
  /** Operations with these names are executed, and their answers are lost. */
  readonly failing: Set<string>
  readonly close: () => Promise<void>
}

/** What is otherwise than the others have it. */
type Changes = { readonly mail?: boolean }

const layerOf = (issuer: string, trace: Array<string>, changes: Changes) => {
  const provider = new Provider({
    issuer,
    name: "Hapax",
    accountGenerations: [4],
    ticketGenerations: [2],
    limiterGenerations: [2],
    lifetimes: defaults,
    addressHeader: "cf-connecting-ip",
    mail: true,
    ...changes
  })
  const config = Layer.succeed(ProviderConfig, provider)
  const sealer = sealerJose(Redacted.make("a secret for tests only, forty characters"))
  const hasher = Layer.effect(
    PasswordHasher,
    PasswordHasher.use((real) =>
      Effect.succeed({
        hash: real.hash,
        verify: (password: Redacted.Redacted, phc: string | null) => {
          trace.push("PasswordHasher.verify")
          return real.verify(password, phc)
        }
      })
    )
  ).pipe(Layer.provide(PasswordHasherQuick))
  const verifier = Layer.effect(
    JwtVerifier,
    JwtVerifier.use((real) =>
      Effect.succeed({
        ...real,
        verify: (token: string, key: JsonWebKey, alg: ClientAlg) => {
          trace.push(`JwtVerifier.verify ${alg}`)
          return real.verify(token, key, alg)
        },
        verifyWithSecret: (token: string, secret: Redacted.Redacted, alg: ClientAlg) => {
          trace.push(`JwtVerifier.verify ${alg}`)
          return real.verifyWithSecret(token, secret, alg)
        }
      })
    )
  ).pipe(Layer.provide(JwtVerifierJose))
  const passkeys = Layer.effect(
    PasskeyVerifier,
    PasskeyVerifier.use((real) =>
      Effect.succeed({
        ...real,
        authentication: (...request: Parameters<typeof real.authentication>) => {
          trace.push("PasskeyVerifier.authentication")
          return real.authentication(...request)
        }
      })
    )
  ).pipe(Layer.provide(PasskeyVerifierWebAuthn))
  return Layer.mergeAll(
    Memory.pipe(Layer.provide(config)),
    SignerJose.pipe(Layer.provideMerge(sealer)),
    verifier,
    passkeys,
    hasher,
    RemoteFetchMemory,
    MailerMemory,
    WebhookMemory,
    config,
    Logger.layer([]),
    Layer.mergeAll(SecureRandom.layerWebCrypto, Digest.layerWebCrypto)
  )
}

type Services = Layer.Success<ReturnType<typeof layerOf>>

/** What every request looks up before anything of it is looked at, once a minute: it tells nothing of any of them. */
const atTheDoor: ReadonlySet<string> = new Set(["Setting.copy", "Setting.find"])

export const startNodeProvider = async (changes: Changes = {}): Promise<NodeProvider> => {
  const trace: Array<string> = []
  const failing = new Set<string>()
  let ahead = 0
  const millis = () => Date.now() + ahead
  const clock = virtualClock(millis, () => Effect.void)
  const around = <A, E, R>(call: Call, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    if (!atTheDoor.has(call.operation)) trace.push(call.operation)
    if (!failing.has(call.operation)) return run
    const lost = new OutcomeUnknown({ operation: call.operation, detail: "the answer was lost" })
    return Effect.andThen(run, Effect.fail(lost as E))
  }
  const server = createServer((incoming, outgoing) => {
    void readBody(incoming).then(async (body) => {
      const { headers, method = "GET", url = "/" } = incoming
      const pairs = Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, `${value}`]]
      )
      const init = { method, headers: pairs as Array<[string, string]>, ...(body.length > 0 && { body }) }
      // Put together, not resolved: a path that begins with two slashes is a path here, as it is in production.
      const answer = await handler(new Request(issuer + url, init), Context.empty())
      for (const [name, value] of answer.headers) outgoing.appendHeader(name, value)
      outgoing.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const scope = Scope.makeUnsafe()
  const built = await Effect.runPromise(Layer.buildWithScope(layerOf(issuer, trace, changes), scope))
  const context = built.pipe(Context.add(Around, around), Context.add(Clock.Clock, clock))
  const router = Effect.runSync(Scope.provide(HttpRouter.toHttpEffect(routes), scope))
  const handler = HttpEffect.toWebHandlerWith<Services, Services | Scope.Scope | HttpServerRequest.HttpServerRequest>(
    context
  )(router)
  return {
    issuer,
    run: (effect) => Effect.runPromise(Effect.provideContext(effect, context)),
    advance: (milliseconds) => {
      ahead += milliseconds
    },
    takeTrace: () => trace.splice(0),
    failing,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}

const readBody = async (incoming: AsyncIterable<Buffer>): Promise<Buffer> => {
  const pieces: Array<Buffer> = []
  for await (const piece of incoming) pieces.push(piece)
  return Buffer.concat(pieces)
}
