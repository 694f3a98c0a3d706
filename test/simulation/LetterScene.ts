/** A letter that signs in: what there is before somebody uses it, and the uses. */
import { Effect } from "effect"
import { lettersTo } from "../../src/layers/test/MemoryLetters.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import type { Browser, Outcome } from "../../src/services/flows/authorize/Outcome.ts"
import { requestLetter } from "../../src/services/flows/signin/RequestLetter.ts"
import { openLink, useCode, useLink, viewCode } from "../../src/services/flows/signin/UseLetter.ts"
import { asks, type BoundBrowser, browserOf, ownLogin, stepOf, withUser } from "./Scene.ts"

/** Asks for a letter at a login form; the page that waits for the code. */
export const askForLetter = Effect.fnUntraced(function* (form: string, browser: Browser, login = "alice") {
  const asked = yield* requestLetter({ sealed: form, login, language: "en" }, browser)
  if (asked._tag !== "Asked") return yield* Effect.die(`no letter, but ${asked.problem}`)
  return stepOf(asked.outcome)
})

/** Asks for a letter to Alice, and reads it. */
export const getLetter = Effect.fnUntraced(function* (form: string, browser: Browser) {
  const read = lettersTo("alice@example.com")
  const before = (yield* read).map((letter) => JSON.stringify(letter))
  const page = yield* askForLetter(form, browser)
  const letter = (yield* read).find((one) => !before.includes(JSON.stringify(one)))
  if (letter?._tag !== "SignInLetter") return yield* Effect.die("there is no letter")
  return { page, token: new URL(letter.link).searchParams.get("token") ?? "", code: letter.code }
})

/** What the page shows that is typed where the link is opened. */
export const confirmationOn = Effect.fnUntraced(function* (page: string, browser: Browser) {
  const view = yield* viewCode(page, browser)
  return view._tag === "Ask" ? view.step.confirmation : yield* Effect.die("the page is not there any more")
})

/** Opens a link; the step of the page that it leads to. */
export const stepBehind = Effect.fnUntraced(function* (token: string, browser: Browser) {
  const opened = yield* openLink(token, browser)
  return opened._tag === "Ask" ? opened.sealed : yield* Effect.die("the link is too old")
})

/** Another code than this one. */
export const otherCode = (code: string): string => (code === "000000" ? "000001" : "000000")

/** Alice asks for a letter in browser b, at the login form that it shows, and opens the link there and in browser c. */
const letterAt = Effect.fnUntraced(function* (outcome: Outcome, browser: BoundBrowser) {
  const elsewhere = browserOf("c")
  const { code, page, token } = yield* getLetter(stepOf(outcome), browser)
  return {
    browser,
    elsewhere,
    page,
    code,
    token,
    confirmation: yield* confirmationOn(page, browser),
    link: yield* stepBehind(token, browser),
    linkElsewhere: yield* stepBehind(token, elsewhere)
  }
})

/** For a relying party's request. */
export const withLetter = Effect.gen(function* () {
  const { user } = yield* withUser
  const browser = browserOf("b")
  return { user, ...(yield* letterAt(yield* authorize(asks(), browser), browser)) }
})

/** For her own account: signing in is all there is to do. */
export const withOwnLetter = Effect.gen(function* () {
  const { user } = yield* withUser
  const browser = browserOf("b")
  const form = yield* ownLogin(browser)
  return { user, ...(yield* letterAt(form, browser)) }
})

export type WithLetter = Effect.Success<typeof withLetter>

export const typeCode = ({ browser, code, page }: WithLetter, typed = code) => useCode(page, typed, browser)

export const pressHere = ({ browser, link }: WithLetter) => useLink(link, "", browser)

export const pressElsewhere = ({ confirmation, elsewhere, linkElsewhere }: WithLetter, typed: string = confirmation) =>
  useLink(linkElsewhere, typed, elsewhere)
