/** What an operator decides about a provider. Read once, checked at the start; never taken from a request. */
import { Context, Effect, Schema } from "effect"
import { Lifetimes } from "../../domain/Lifetime.ts"
import { Generations } from "../../domain/Locator.ts"

/** An issuer: https, or http on loopback for development; an origin without path, query or fragment (Discovery §3). */
export const Issuer = Schema.String.pipe(
  Schema.check(
    Schema.makeFilter((text: string) => {
      if (!URL.canParse(text)) return "ISSUER is not a URL"
      const url = new URL(text)
      if (url.origin !== text) return "ISSUER must be an origin: scheme, host and port, no more"
      const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)
      return url.protocol === "https:" || (url.protocol === "http:" && loopback)
        ? undefined
        : "ISSUER must be https (http only on loopback)"
    })
  )
)

/** What an operator has to switch on. */
const off = Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(false)))

export const Registration = Schema.Literals(["closed", "token", "open"])
export type Registration = typeof Registration.Type

export class Provider extends Schema.Class<Provider>("Provider")({
  issuer: Issuer,
  /** What people read on the pages. */
  name: Schema.String,
  accountGenerations: Generations,
  ticketGenerations: Generations,
  limiterGenerations: Generations,
  lifetimes: Lifetimes,
  /** Every client pushes its authorization requests (RFC 9126 §5). */
  requirePushedRequests: off,
  /** Proofs carry a nonce of this provider's (RFC 9449 §8). */
  dpopNonces: off,
  /** Who may register a client: nobody, whoever has an initial access token, or anybody (RFC 7591 §3). */
  registration: Registration.pipe(Schema.withConstructorDefault(Effect.succeed("closed" as const))),
  /** Whether mail can be sent; where it cannot, nothing is offered that needs a letter. */
  mail: off,
  /**
   * The header that names the address of whoever asks; null if none can be believed. On Cloudflare the platform sets
   * `cf-connecting-ip`, whatever came in; anywhere else whoever asks could send it, and be somebody else each time.
   */
  addressHeader: Schema.NullOr(Schema.String).pipe(Schema.withConstructorDefault(Effect.succeed(null))),
  /** The development switch: documents and logouts may be fetched from and sent to loopback, over http too. */
  allowLoopback: off
}) {
  /** Whether cookies are `Secure` with the `__Host-` prefix: the issuer is https, whatever a proxy in front speaks. */
  get isSecure(): boolean {
    return this.issuer.startsWith("https:")
  }
}

export class ProviderConfig extends Context.Service<ProviderConfig, Provider>()("hapax/ports/ProviderConfig") {}
