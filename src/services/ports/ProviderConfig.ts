/** What an operator decides about a provider. Read once, checked at the start; never taken from a request. */
import { Context, Schema } from "effect"
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

export class Provider extends Schema.Class<Provider>("Provider")({
  issuer: Issuer,
  /** What people read on the pages. */
  name: Schema.String,
  accountGenerations: Generations,
  ticketGenerations: Generations,
  lifetimes: Lifetimes
}) {
  /** Whether cookies are `Secure` with the `__Host-` prefix: the issuer is https, whatever a proxy in front speaks. */
  get isSecure(): boolean {
    return this.issuer.startsWith("https:")
  }
}

export class ProviderConfig extends Context.Service<ProviderConfig, Provider>()("hapax/ports/ProviderConfig") {}
