/** The addresses of a client, by who goes there: the provider, a browser, an answer. OIDC Dynamic Registration §2. */
import { all, type ClientFault, type ClientRule } from "./ClientFault.ts"
import type { ClientMetadata } from "./ClientMetadata.ts"
import { refusal as refusedForAnswers } from "./RedirectUri.ts"
import { refusal as refusedForAsking } from "./RemoteAddress.ts"
import { isAlone } from "./Subject.ts"

/**
 * A web application that is answered in the browser is one that an answer cannot be stolen from on its way. A native
 * application has custom schemes, loopback, and claimed https addresses (RFC 8252 §7): all that `RedirectUri` takes.
 */
const implicitWeb: ClientRule = ({ application_type = "web", grant_types, redirect_uris }) => {
  if (application_type !== "web" || !grant_types.includes("implicit")) return undefined
  const index = redirect_uris.findIndex((uri) => !uri.startsWith("https:") || new URL(uri).hostname === "localhost")
  return index === -1
    ? undefined
    : {
        field: "redirect_uris",
        reason: "a web application with the grant type implicit has https addresses, and not on localhost"
      }
}

/** What the provider itself asks or posts to. */
const asked: ClientRule = (metadata, { allowLoopback }) => {
  const faultOf = (field: keyof ClientMetadata, uri: string | undefined, fragment = false): ClientFault | undefined => {
    if (uri === undefined) return undefined
    if (!fragment && uri.includes("#")) return { field, reason: "contains a fragment" }
    const reason = refusedForAsking(uri, allowLoopback)
    return reason === undefined ? undefined : { field, reason }
  }
  return (
    faultOf("jwks_uri", metadata.jwks_uri) ??
    faultOf("sector_identifier_uri", metadata.sector_identifier_uri) ??
    faultOf("backchannel_logout_uri", metadata.backchannel_logout_uri) ??
    // The fragment is the hash of what is there (OIDC Core §6.2).
    metadata.request_uris?.map((uri) => faultOf("request_uris", uri, true)).find((fault) => fault !== undefined)
  )
}

/** What a browser is sent to: by the same rule as an answer, and a page. OIDC Front-Channel Logout §2, Core §4. */
const visited: ClientRule = ({ frontchannel_logout_uri, initiate_login_uri, redirect_uris }) => {
  for (const [field, uri] of Object.entries({ frontchannel_logout_uri, initiate_login_uri })) {
    const reason = uri === undefined ? undefined : refusedForAnswers(uri)
    if (reason !== undefined) return { field: field as keyof ClientMetadata, reason }
  }
  if (frontchannel_logout_uri === undefined) return undefined
  const { origin } = new URL(frontchannel_logout_uri)
  return redirect_uris.some((uri) => new URL(uri).origin === origin)
    ? undefined
    : { field: "frontchannel_logout_uri", reason: "must have scheme, host and port of a redirect_uri" }
}

/** OIDC Core §8.1: the sector is one host, or what a document says that several have in common. */
const sector: ClientRule = (metadata) => {
  if (metadata.subject_type !== "pairwise") return undefined
  const isNamed = metadata.sector_identifier_uri !== undefined
  if (isAlone(metadata)) {
    const reason = "a client of devices, or without redirect_uris, is of no sector but its own"
    return isNamed ? { field: "sector_identifier_uri", reason } : undefined
  }
  if (isNamed) return undefined
  const hosts = new Set(metadata.redirect_uris.map((uri) => new URL(uri).hostname))
  return hosts.size === 1 && !hosts.has("")
    ? undefined
    : {
        field: "sector_identifier_uri",
        reason: "pairwise subjects need one, unless all redirect_uris have one host in common"
      }
}

export const judgeAddresses = all(implicitWeb, asked, visited, sector)
