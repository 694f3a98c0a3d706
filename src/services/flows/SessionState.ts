/**
 * What lets a client's page notice that the session at the provider is another one by now, without asking the provider.
 * OIDC Session Management 1.0 §2, §4.2.
 *
 * The browser keeps the state of its session where a script of ours reads it. A client is given a hash over that state,
 * its own name and its page's origin, and lets our frame (`CheckSessionPage.ts`) compute the hash anew.
 */
import { Effect } from "effect"
import { Base64Url } from "effect/encoding"
import type { ClientId, Sid } from "../../domain/Ids.ts"
import { Sealer } from "../ports/Sealer.ts"
import { drawSalt, sha256 } from "./Secrets.ts"

/** The state of a browser in this session: the same for as long as the session goes on, and nobody else can tell it. */
export const browserState = (sid: Sid) => Sealer.use((sealer) => sealer.tag("browser-state", sid))

/** `session_state` for a client; undefined where its answers go to no web page, so that none could ask. */
export const sessionState = Effect.fnUntraced(function* (clientId: ClientId, redirectUri: string, state: string) {
  const { origin, protocol } = new URL(redirectUri)
  if (protocol !== "https:" && protocol !== "http:") return undefined
  const salt = yield* drawSalt
  return `${Base64Url.encode(yield* sha256(`${clientId} ${origin} ${state} ${salt}`))}.${salt}`
})
