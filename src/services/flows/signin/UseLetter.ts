/**
 * Using a letter that signs in: its code where it was asked for, or its link in any browser. Once, by whichever comes
 * first. NIST SP 800-63B §3.1.3.3; docs/decisions/0022-mailed-login.md.
 *
 * The attempt and the session's secret are made of the letter and the browser, not drawn: whoever presses again because
 * an answer was lost is the one who pressed before and finds the session that was opened then, wherever it was cut off.
 * Every other browser is refused, and a session that has ended is not opened again.
 */
import { Clock, Effect, Option } from "effect"
import { byMail } from "../../../domain/Authentication.ts"
import { equal } from "../../../domain/ConstantTime.ts"
import { Sid } from "../../../domain/Ids.ts"
import {
  begunHere,
  type MailedCodeInteraction,
  MailedLink,
  MailedLinkInteraction
} from "../../../domain/Interaction.ts"
import { letterAddress, mostGuesses, parseCode, parseConfirmation } from "../../../domain/MailedLogin.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { retried } from "../../storage/Retry.ts"
import { Tickets } from "../../storage/Tickets.ts"
import { Users } from "../../storage/Users.ts"
import { nameTag } from "../audit/Failures.ts"
import { purposeOf } from "../authorize/ClientStep.ts"
import { letterAttempt, letterLinkOpener } from "../letters/LetterLink.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { openStepOfAnyAge, sealStep } from "../SealedStep.ts"
import { drawAttempt, drawSecret, hashSecret } from "../Secrets.ts"
import { anotherStep, openAndGoOn } from "./SignIn.ts"
import { throttle } from "../limits/Throttle.ts"

const openMailedLink = letterLinkOpener(MailedLink)

type MailedStep = MailedCodeInteraction | MailedLinkInteraction

/** The page that waits for the code. Looking consumes nothing. */
export const viewCode = Effect.fn("UseLetter.viewCode")(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("mailed_code", sealed, browser)
  if (expired) return yield* anotherStep({ step }, browser)
  return { _tag: "Ask" as const, step, purpose: yield* purposeOf(step.request) }
})

/** Somebody would rather sign in another way. */
export const anotherLogin = Effect.fn("UseLetter.anotherLogin")(function* (sealed: string, browser: Browser) {
  const { step } = yield* openStepOfAnyAge("mailed_code", sealed, browser)
  return yield* anotherStep({ step }, browser)
})

/** What a link leads to: a button. Whoever only looks (a mail scanner) uses nothing up; `secret` is the browser's. */
export const openLink = Effect.fn("UseLetter.openLink")(function* (token: string, browser: Browser) {
  const link = yield* openMailedLink(token)
  const secret = browser.secret ?? (yield* drawSecret)
  const step = new MailedLinkInteraction({ ...link, browser: yield* hashSecret(secret) })
  if ((yield* Clock.currentTimeMillis) >= link.expiresAt) {
    return { _tag: "Void" as const, secret, next: yield* begunAnew(step, { ...browser, secret }) }
  }
  return { _tag: "Ask" as const, secret, sealed: yield* sealStep(step) }
})

/** The page with the button, and whether it asks for what the browser shows in which the letter was asked for. */
export const viewLink = Effect.fn("UseLetter.viewLink")(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("mailed_link", sealed, browser)
  if (expired) return yield* begunAnew(step, browser)
  return { _tag: "Ask" as const, step, isElsewhere: isElsewhere(step), purpose: yield* purposeOf(step.request) }
})

/** The code was typed. */
export const useCode = Effect.fn("UseLetter.code")(function* (sealed: string, typed: string, browser: Browser) {
  const { step } = yield* openStepOfAnyAge("mailed_code", sealed, browser)
  if ((yield* Clock.currentTimeMillis) >= step.codeExpiresAt) return yield* noLonger(step, browser)
  const code = parseCode(typed)
  // What can be no code is no guess either: a slip costs nothing.
  return Option.isNone(code) ? wrong : yield* guess(step, code.value, step.code, browser)
})

/** The button behind a link was pressed, with what was typed if it asked for it. */
export const useLink = Effect.fn("UseLetter.link")(function* (sealed: string, typed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("mailed_link", sealed, browser)
  if (expired) return yield* noLonger(step, browser)
  if (!isElsewhere(step)) return yield* useUp(step, true, browser)
  const confirmation = parseConfirmation(typed)
  return Option.isNone(confirmation) ? wrong : yield* guess(step, confirmation.value, step.confirmation, browser)
})

const wrong = { _tag: "Wrong" as const }

const isElsewhere = (step: MailedStep): boolean => step._tag === "mailed_link" && !equal(step.browser, step.asker)

/** A login in another way. */
const begunAnew = (step: MailedStep, browser: Browser) =>
  anotherStep({ step: begunHere(step, !isElsewhere(step)) }, browser)

/** The letter is good for nothing (any more); the request is not lost by that. */
const noLonger = Effect.fnUntraced(function* (step: MailedStep, browser: Browser) {
  return { _tag: "Void" as const, next: yield* begunAnew(step, browser) }
})

/** Counted for the name before it is compared. Whoever needs no guess is not counted, and locked out by nobody. */
const guess = Effect.fnUntraced(function* (step: MailedStep, typed: string, hash: string, browser: Browser) {
  yield* throttle("code_account", step.name)
  return yield* useUp(step, equal(yield* hashSecret(typed), hash), browser)
})

/** The same calls, whether there is such a person or not, and whether the guess is right or not. */
const useUp = Effect.fnUntraced(function* (step: MailedStep, isRight: boolean, browser: Browser) {
  const purpose = yield* purposeOf(step.request)
  const user = yield* retried(Users.find)(step.userId)
  const address = user === null ? undefined : letterAddress(user)
  const isTheirs = address !== undefined && equal(yield* hashSecret(address), step.address)
  const right = isRight && isTheirs
  const { attempt, named } = yield* derivedOf(step, browser)
  const { expiresAt, ticket: id } = step
  const guessed = yield* retried(Tickets.guess)({
    kind: "mailed_login",
    id,
    expiresAt,
    most: mostGuesses,
    name: yield* nameTag(step.name),
    right,
    // Of a wrong guess the next may be another, in the same browser: it is not the same attempt again.
    attempt: right ? attempt : yield* drawAttempt
  }).pipe(
    Effect.as("right" as const),
    Effect.catchTag("GuessRefused", ({ reason }) => Effect.succeed(reason))
  )
  // A right one to an address that is nobody's any more: there is no use in trying again.
  if (guessed === "wrong" && !isRight) return wrong
  if (guessed !== "right" || user === null) return yield* noLonger(step, browser)
  const proof = { user, authentication: byMail(yield* Clock.currentTimeMillis), named }
  const signedIn = yield* openAndGoOn(proof, { step, purpose }, browser)
  return signedIn._tag === "SignedIn" ? signedIn : { _tag: "Void" as const, next: signedIn.next }
})

/** What this letter is to this browser, however often its button is pressed: one attempt, and one session. */
const derivedOf = Effect.fnUntraced(function* ({ ticket }: MailedStep, { secret = "" }: Browser) {
  const sealer = yield* Sealer
  const tag = (purpose: "session-secret" | "sid") => sealer.tag(purpose, JSON.stringify([ticket, secret]))
  return {
    attempt: yield* letterAttempt(ticket, secret),
    named: { secret: yield* tag("session-secret"), sid: Sid.make((yield* tag("sid")).slice(0, 22)) }
  }
})
