/** Redirect URIs: what may be registered, and exact matching. RFC 6749 §3.1.2, RFC 8252 §7.3, RFC 9700 §2.1. */
import { Schema } from "effect"

const refusedSchemes = new Set(["javascript:", "data:", "vbscript:", "file:", "blob:", "about:"])

/** Why a URI may not be registered; undefined if it may. */
export const refusal = (uri: string): string | undefined => {
  if (/[\x00-\x20\x7f]/.test(uri)) return "contains a space or a control character"
  // RFC 3986 §2: such characters are written percent-encoded. A header could not carry them as they are.
  if (/[^\x21-\x7e]|\\/.test(uri)) return "contains a character that a URI has to percent-encode"
  if (uri.includes("#")) return "contains a fragment"
  if (!URL.canParse(uri)) return "is not an absolute URI"
  const url = new URL(uri)
  if (refusedSchemes.has(url.protocol)) return `uses the scheme ${url.protocol}`
  if (url.username !== "" || url.password !== "") return "contains user information"
  if (url.protocol === "http:" && !isLoopback(url)) return "uses http for a host that is not loopback"
  // RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it has a period.
  if (url.protocol !== "http:" && url.protocol !== "https:" && !url.protocol.includes(".")) {
    return `uses the scheme ${url.protocol}, which is not a reversed domain name`
  }
  return undefined
}

export const RedirectUri = Schema.String.pipe(
  Schema.check(
    Schema.makeFilter((uri: string) => {
      const reason = refusal(uri)
      return reason === undefined ? undefined : `redirect_uri ${reason}`
    })
  ),
  Schema.brand("RedirectUri")
)
export type RedirectUri = typeof RedirectUri.Type

/**
 * Whether `presented` is one of the registered URIs: the same to the character. A registered http URI on a loopback IP
 * may be presented with another port (RFC 8252 §7.3), and nothing else.
 */
export const matches = (registered: ReadonlyArray<string>, presented: string): boolean =>
  registered.includes(presented) || registered.some((uri) => matchesButForPort(uri, presented))

const matchesButForPort = (registered: string, presented: string): boolean => {
  if (!URL.canParse(registered)) return false
  const url = new URL(registered)
  if (url.protocol !== "http:" || (url.hostname !== "127.0.0.1" && url.hostname !== "[::1]")) return false
  const authority = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?(?=[/?]|$)/
  const [ours] = authority.exec(registered) ?? []
  const [theirs] = authority.exec(presented) ?? []
  if (ours === undefined || theirs === undefined || !URL.canParse(presented)) return false
  return (
    ours.replace(/:[0-9]+$/, "") === theirs.replace(/:[0-9]+$/, "") &&
    registered.slice(ours.length) === presented.slice(theirs.length)
  )
}

const isLoopback = (url: URL): boolean =>
  url.hostname === "localhost" || url.hostname === "127.0.0.1" || url.hostname === "[::1]"

/** Where a redirect URI leads, as a person may be told: the host, or the scheme that an application has claimed. */
export const destination = (uri: string): string => {
  const { host, protocol } = new URL(uri)
  return host === "" ? protocol.slice(0, -1) : host
}

const encoded = (parameters: Readonly<Record<string, string | undefined>>): string => {
  const added = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) added.append(name, value)
  return added.toString()
}

/** The URI with the parameters as its fragment, which no server is sent. No registered URI has one of its own. */
export const withFragment = (uri: string, parameters: Readonly<Record<string, string>>): string =>
  `${uri}#${encoded(parameters)}`

/** The URI with parameters added to its query; what it has is kept as it is (RFC 6749 §3.1.2). */
export const withParameters = (uri: string, parameters: Readonly<Record<string, string | undefined>>): string => {
  const text = encoded(parameters)
  if (text === "") return uri
  const joint = !uri.includes("?") ? "?" : uri.endsWith("?") || uri.endsWith("&") ? "" : "&"
  return uri + joint + text
}
