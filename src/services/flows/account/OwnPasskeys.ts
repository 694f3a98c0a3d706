/** Looking after one's passkeys: seeing, adding, naming and removing them. WebAuthn Level 3 §7.1. */
import { Clock, Effect, Option, Schema } from "effect"
import type { Language } from "../../../domain/Language.ts"
import { accountPaths, addPasskeyPath } from "../../../domain/PagePath.ts"
import { CredentialId, Passkey, PasskeyName } from "../../../domain/Passkey.ts"
import { ceremony, parseAttestation, userHandle } from "../../../domain/PasskeyResponse.ts"
import { displayName } from "../../../domain/User.ts"
import { PasskeyVerifier } from "../../ports/PasskeyVerifier.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Passkeys, type PasskeysKept } from "../../storage/Passkeys.ts"
import { retried } from "../../storage/Retry.ts"
import type { Browser, Unavailable } from "../authorize/Outcome.ts"
import { StepRefused } from "../SealedStep.ts"
import { tellPerson } from "../letters/TellPerson.ts"
import { drawTicketId } from "../Secrets.ts"
import { spendTicket } from "../SpendTicket.ts"
import { openAccountForm, ownAccount, sealAccountForm, viewAccount, type Wanted } from "./OwnAccount.ts"

const looking: Wanted = { path: accountPaths.passkeys }
const removing: Wanted = { ...looking, recent: true }
const adding: Wanted = { path: addPasskeyPath, recent: true }

/** All passkeys of whoever is signed in. */
export const viewPasskeys = Effect.fn("OwnPasskeys.view")(function* (browser: Browser) {
  const own = yield* viewAccount(looking, browser)
  return own._tag === "SignIn" ? own : { ...own, passkeys: yield* retried(Passkeys.list)(own.user.id) }
})

/** What a browser needs to make a passkey. Its challenge is spent by the passkey that is added. */
export const viewAddPasskey = Effect.fn("OwnPasskeys.viewAdd")(function* (browser: Browser) {
  const own = yield* ownAccount(adding, browser)
  if (own._tag === "SignIn") return own
  const { issuer, ticketGenerations } = yield* ProviderConfig
  const { user } = own
  const passkeys = yield* retried(Passkeys.list)(user.id)
  const ticket = yield* drawTicketId(ticketGenerations)
  return {
    ...own,
    form: yield* sealAccountForm(own, ticket),
    asked: {
      ...ceremony(issuer, ticket),
      user: userHandle(user.id),
      account: user.profile.email ?? user.profile.preferred_username ?? displayName(user),
      known: passkeys.map(({ credentialId }) => credentialId)
    }
  }
})

export interface NewPasskey {
  readonly sealed: string
  /** What the browser's authenticator answered, as JSON. */
  readonly attestation: string
  readonly name: string
  /** Of the letter that tells of it. */
  readonly language: Language
}

const refused = <P extends PasskeysKept["reason"] | "unverified" | "name">(problem: P) => ({
  _tag: "Refused" as const,
  problem
})

/** Adds a passkey. What cannot be verified uses up nothing; what can, is added once. */
export const addPasskey = Effect.fn("OwnPasskeys.add")(function* (request: NewPasskey, browser: Browser) {
  const own = yield* openAccountForm(request.sealed, adding, browser)
  if (own._tag === "SignIn") return own
  const { ticket, expiresAt } = own.step
  if (ticket === undefined) return yield* new StepRefused({ problem: "malformed" })
  const name = Option.getOrUndefined(nameOf(request.name))
  if (name === undefined) return refused("name")
  const credential = yield* attested(request.attestation, ticket)
  if (credential === null) return refused("unverified")
  if (!(yield* spendTicket("passkey_registration", { ticket, expiresAt }))) return refused("unverified")
  const createdAt = yield* Clock.currentTimeMillis
  const passkey = new Passkey({ ...credential, userId: own.user.id, name, createdAt, lastUsedAt: null })
  const result = yield* changed(retried(Passkeys.add)({ passkey, by: own.session.hash }), "added")
  if (result._tag === "Done") yield* tellPerson(own.user, "passkey_added", request.language)
  return result
})

export interface KnownPasskey {
  readonly sealed: string
  readonly credentialId: string
}

export const renamePasskey = Effect.fn("OwnPasskeys.rename")(function* (
  request: KnownPasskey & { readonly name: string },
  browser: Browser
) {
  const own = yield* openAccountForm(request.sealed, looking, browser)
  if (own._tag === "SignIn") return own
  const credentialId = Option.getOrUndefined(idOf(request.credentialId))
  const name = Option.getOrUndefined(nameOf(request.name))
  if (credentialId === undefined) return refused("unknown")
  if (name === undefined) return refused("name")
  const naming = { userId: own.user.id, credentialId, name, by: own.session.hash }
  return yield* changed(retried(Passkeys.rename)(naming), "renamed")
})

/** Removes a passkey after a recent login: whoever finds a screen unlocked does not take the account away with it. */
export const removePasskey = Effect.fn("OwnPasskeys.remove")(function* (
  request: KnownPasskey & { readonly language: Language },
  browser: Browser
) {
  const own = yield* openAccountForm(request.sealed, removing, browser)
  if (own._tag === "SignIn") return own
  const credentialId = Option.getOrUndefined(idOf(request.credentialId))
  if (credentialId === undefined) return refused("unknown")
  const { mail } = yield* ProviderConfig
  const removal = { userId: own.user.id, credentialId, by: own.session.hash, byLetter: mail }
  const result = yield* changed(retried(Passkeys.remove)(removal), "removed")
  if (result._tag === "Done") yield* tellPerson(own.user, "passkey_removed", request.language)
  return result
})

const nameOf = (text: string) => Schema.decodeUnknownOption(PasskeyName)(text.trim())
const idOf = Schema.decodeUnknownOption(CredentialId)

/** The credential that an authenticator made for this ticket. */
const attested = Effect.fnUntraced(function* (attestation: string, ticket: string) {
  const response = Option.getOrUndefined(parseAttestation(attestation))
  if (response === undefined) return null
  const { issuer } = yield* ProviderConfig
  return yield* PasskeyVerifier.use((verifier) => verifier.registration(response, ceremony(issuer, ticket))).pipe(
    Effect.catchTag("PasskeyInvalid", ({ detail }) =>
      Effect.as(Effect.logInfo("a new passkey is wrong").pipe(Effect.annotateLogs({ detail })), null)
    )
  )
})

/** What came of a change. One that the session did not live to see is asked for anew, after a login. */
const changed = <A, R>(
  change: Effect.Effect<A, PasskeysKept | Unavailable, R>,
  done: "added" | "renamed" | "removed"
) =>
  change.pipe(
    Effect.as({ _tag: "Done" as const, done }),
    Effect.catchTag("PasskeysKept", ({ reason }) => Effect.succeed(refused(reason)))
  )
