/** What there is before races of passkeys begin: Alice, her passkey, login pages that ask for it, and its answers. */
import { Effect } from "effect"
import type { Passkey } from "../../src/domain/Passkey.ts"
import { userHandle } from "../../src/domain/PasskeyResponse.ts"
import type { ActionRecord, OperationRecord } from "../../src/layers/test/kernel/History.ts"
import { succeeded, valueOf } from "../../src/layers/test/oracles/Answer.ts"
import { counter } from "../../src/layers/test/oracles/Counter.ts"
import type { Oracle } from "../../src/layers/test/Scenario.ts"
import { assertAs, attestAs } from "../../src/layers/test/PasskeyVerifierSynchronous.ts"
import { addPasskey, viewAddPasskey } from "../../src/services/flows/account/OwnPasskeys.ts"
import { viewLogin } from "../../src/services/flows/signin/Login.ts"
import { submitPasskey } from "../../src/services/flows/signin/PasskeyLogin.ts"
import { Passkeys } from "../../src/services/storage/Passkeys.ts"
import { freshPasskey } from "../../src/services/storage/Passkeys.laws.ts"
import type { SessionOpening } from "../../src/services/storage/Sessions.ts"
import { anotherSession } from "../../src/services/storage/World.laws.ts"
import { type BoundBrowser, browserOf, ownLogin, type Provider, signIn, stepOf, withUser } from "./Scene.ts"

/** A login page in a browser, and how to answer it. */
export interface PasskeyPage {
  readonly browser: BoundBrowser
  readonly sealed: string
  /** What the passkey answers with its counter at `signCount`. */
  readonly answer: (signCount: number) => string
}

/** A page that asks for a login to the account. */
const pageOf = (passkey: Passkey, letter: string) =>
  Effect.gen(function* () {
    const browser = browserOf(letter)
    const sealed = stepOf(yield* ownLogin(browser))
    const view = yield* viewLogin(sealed, browser)
    if (view._tag !== "Ask") return yield* Effect.die("the set-up shows no login page")
    const handle = userHandle(passkey.userId)
    const page: PasskeyPage = {
      browser,
      sealed,
      answer: (signCount) => JSON.stringify(assertAs(passkey, signCount, handle, view.passkey))
    }
    return page
  })

/** Alice has a passkey whose counter is at `signCount`; two browsers show her a login page. */
export const withPasskey = (signCount: number) =>
  Effect.gen(function* () {
    const { user } = yield* withUser
    const session = yield* anotherSession(user.id)
    const passkey = yield* Passkeys.add({ passkey: yield* freshPasskey(user.id, { signCount }), by: session.hash })
    return { user, session, passkey, first: yield* pageOf(passkey, "b"), second: yield* pageOf(passkey, "c") }
  })

export type WithPasskey = Effect.Success<ReturnType<typeof withPasskey>>

/** Answers a login page with the passkey. */
export const signInByPasskey = ({ answer, browser, sealed }: PasskeyPage, signCount: number) =>
  submitPasskey({ sealed, assertion: answer(signCount), language: "en" }, browser)

/** Alice is signed in, and looks at the page on which a passkey is made. */
export const withAddPage = Effect.gen(function* () {
  const { user } = yield* withUser
  const unknown = browserOf("b")
  const sealed = stepOf(yield* ownLogin(unknown))
  const signed = yield* signIn(sealed, unknown)
  if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
  const browser = browserOf("b", signed.cookie)
  const view = yield* viewAddPasskey(browser)
  if (view._tag !== "Own") return yield* Effect.die("the set-up shows no page")
  const { userId: _userId, ...credential } = yield* freshPasskey(user.id)
  const attestation = JSON.stringify(attestAs(credential, view.asked))
  return {
    user,
    browser,
    add: addPasskey({ sealed: view.form, attestation, name: "Phone", language: "en" }, browser)
  }
})

/** Whoever the answer signed in. */
export const signedInBy = (action: ActionRecord): string | undefined =>
  (valueOf(action) as { readonly _tag: string } | undefined)?._tag === "SignedIn" ? "shown by the page" : undefined

/** The counter with which an action opened a session; its operation stands for it (`overOperations`). */
const counted = (action: ActionRecord) => {
  if (action.action !== "Session.open" || !succeeded(action)) return undefined
  const [{ passkey }] = (action as unknown as OperationRecord).call.request as readonly [SessionOpening]
  return passkey === undefined ? undefined : { key: passkey.credentialId, value: passkey.signCount }
}

/** Counters that were accepted go up, and what is stored is not below them. */
export const countersGoUp = counter<Provider>({
  of: counted
})

/** Whoever shows a passkey that is good is not told that it is not. */
export const goodIsLetIn: Oracle<unknown, never> = {
  name: "No burn",
  judge: (run) => {
    const refused = run.history.actions.filter((action) => {
      const value = valueOf(action) as { readonly problem?: string } | undefined
      return action.action === "login" && succeeded(action) && value?.problem === "passkey"
    })
    return refused.length === 0 ? undefined : `${refused[0]?.client} was refused with a passkey that is good`
  }
}
