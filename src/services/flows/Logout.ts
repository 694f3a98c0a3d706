/** RP-initiated logout. OpenID Connect RP-Initiated Logout 1.0 §2, §3. */
import { Clock, Effect } from "effect"
import type { Client } from "../../domain/Client.ts"
import { nameOf } from "../../domain/ClientDisplay.ts"
import type { ClientId } from "../../domain/Ids.ts"
import { LogoutInteraction } from "../../domain/Interaction.ts"
import { fromUiLocales } from "../../domain/LanguageRange.ts"
import { frameOf } from "../../domain/LogoutChannels.ts"
import type { Parameters } from "../../domain/Parameters.ts"
import { matches, withParameters } from "../../domain/RedirectUri.ts"
import type { Session, SessionToken } from "../../domain/Session.ts"
import type { IdTokenHint } from "../../domain/Tokens.ts"
import { displayName } from "../../domain/User.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Clients } from "../storage/Clients.ts"
import { retried } from "../storage/Retry.ts"
import { Sessions } from "../storage/Sessions.ts"
import { namedClient } from "./client/NamedClient.ts"
import type { Browser } from "./authorize/Outcome.ts"
import { keyOf, sessionOf } from "./Placed.ts"
import { readIdTokenHint } from "./ReadIdTokenHint.ts"
import { openStep, sealStep } from "./SealedStep.ts"
import { hashSecret } from "./Secrets.ts"
import { sidOf } from "./Subject.ts"

/** The browser is signed out. */
export interface LoggedOut {
  readonly _tag: "LoggedOut"
  /** Where it goes: to the client, or undefined for nowhere else. */
  readonly uri: string | undefined
  /** What it has to show on its way, so that clients hear of it: a frame for each. Front-Channel Logout §3. */
  readonly frames: ReadonlyArray<string>
  /** The languages that the client asked for, the best first (§2). */
  readonly uiLocales: ReadonlyArray<string>
}

export type LogoutOutcome = { readonly _tag: "Confirm"; readonly sealed: string } | LoggedOut

/**
 * A client that shows an ID token of the session at hand is believed (§2): the session ends at once. Everybody else has
 * the person asked first. Only whoever shows an ID token of ours, however old, gets the browser back (§3), at a
 * registered address.
 */
export const beginLogout = Effect.fn("Logout.begin")(function* (
  parameters: Parameters,
  browser: Browser & { readonly secret: string }
) {
  const text = parameters.get("id_token_hint")
  const hint = text === undefined ? undefined : yield* readIdTokenHint(text)
  const client = yield* clientOf(parameters, hint)
  const uri = returnUri(parameters, client, hint !== undefined)
  const token = yield* sessionOf(browser.session)
  const found = token === undefined ? null : yield* retried(Sessions.find)(yield* keyOf(token))
  const uiLocales = fromUiLocales(parameters.get("ui_locales") ?? "")
  const loggedOut = (frames: ReadonlyArray<string>): LogoutOutcome => ({ _tag: "LoggedOut", uri, frames, uiLocales })
  if (token === undefined) return loggedOut([])
  // Of a session that has ended somebody may not have heard yet: this may be asked again because an answer was lost.
  if (found === null) return loggedOut(yield* endSession(token))
  if (hint !== undefined && client !== null && hint.sid === (yield* sidOf(client, found.session.sid))) {
    return loggedOut(yield* endSession(token))
  }
  const { lifetimes } = yield* ProviderConfig
  const step = new LogoutInteraction({
    browser: yield* hashSecret(browser.secret),
    sessionHash: found.session.hash,
    userName: displayName(found.user),
    clientId: client?.id ?? null,
    uri: uri ?? null,
    uiLocales,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.interaction
  })
  const outcome: LogoutOutcome = { _tag: "Confirm", sealed: yield* sealStep(step) }
  return outcome
})

/** What the confirmation page shows. */
export const viewLogout = Effect.fn("Logout.view")(function* (sealed: string, browser: Browser) {
  const step = yield* openStep("logout", sealed, browser)
  const clientName = step.clientId === null ? undefined : yield* shownName(step.clientId)
  return { userName: step.userName, clientName, uiLocales: step.uiLocales ?? [] }
})

/** Whoever wants to sign out is not kept from it because nobody can say what an application calls itself. */
const shownName = (id: ClientId) =>
  retried(Clients.display)([id]).pipe(
    Effect.map(([client]) => (client === undefined ? undefined : nameOf(client))),
    Effect.catch((error) =>
      Effect.as(
        Effect.logWarning("a page is shown without the client's name").pipe(
          Effect.annotateLogs({ clientId: id, operation: error.operation })
        ),
        undefined
      )
    )
  )

/** The person confirmed. A session that is gone already is what was wanted. */
export const confirmLogout = Effect.fn("Logout.confirm")(function* (sealed: string, browser: Browser) {
  const { uiLocales = [], uri } = yield* openStep("logout", sealed, browser)
  const token = yield* sessionOf(browser.session)
  const frames = token === undefined ? [] : yield* endSession(token)
  const outcome: LoggedOut = { _tag: "LoggedOut", uri: uri ?? undefined, frames, uiLocales }
  return outcome
})

/** Ends the session; whoever asks for a request is told by its home. Says which frames tell the others. */
const endSession = Effect.fnUntraced(function* (token: SessionToken) {
  const ended = yield* retried(Sessions.end)(yield* keyOf(token))
  return ended === null ? [] : yield* framesFor(ended)
})

/** The frames by which the browser tells clients that its session has ended. Front-Channel Logout §3. */
export const framesFor = Effect.fnUntraced(function* (ended: Pick<Session, "sid" | "clients">) {
  const ids = ended.clients?.flatMap(({ front, id }) => (front ? [id] : [])) ?? []
  if (ids.length === 0) return []
  const { issuer } = yield* ProviderConfig
  const clients = yield* retried(Clients.findAll)(ids)
  const frames = yield* Effect.forEach(clients, (client) =>
    Effect.map(sidOf(client, ended.sid), (sid) => frameOf(client.metadata, issuer, sid) ?? [])
  )
  return frames.flat()
})

/** The client the hint was made for; a `client_id` that says another is not believed. */
const clientOf = Effect.fnUntraced(function* (parameters: Parameters, hint: IdTokenHint | undefined) {
  const named = parameters.get("client_id")
  if (hint !== undefined && named !== undefined && named !== hint.aud) return null
  return yield* namedClient(hint?.aud ?? named)
})

/** The registered address to go back to, with state; none without a hint of ours (§3). */
const returnUri = (parameters: Parameters, client: Client | null, hinted: boolean): string | undefined => {
  const uri = parameters.get("post_logout_redirect_uri")
  if (!hinted || client === null || uri === undefined) return undefined
  return matches(client.metadata.post_logout_redirect_uris, uri)
    ? withParameters(uri, { state: parameters.get("state") })
    : undefined
}
