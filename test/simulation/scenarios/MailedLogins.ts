/**
 * Races over one letter that signs in. NIST SP 800-63B §3.1.3.3, §3.2.2: its link and its code together sign in one
 * browser, no more guesses are judged than there may be, and no failure on the way uses it up for nobody.
 */
import { Effect, Schema } from "effect"
import { GuessRefused } from "../../../src/domain/Guess.ts"
import { mostGuesses } from "../../../src/domain/MailedLogin.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { disableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { signOutUser } from "../../../src/services/flows/operator/SignOutUser.ts"
import type { useCode } from "../../../src/services/flows/signin/UseLetter.ts"
import type { Entry } from "../Entry.ts"
import { otherCode, pressElsewhere, pressHere, typeCode, type WithLetter, withOwnLetter } from "../LetterScene.ts"
import { type Provider, signOut } from "../Scene.ts"
import {
  actionsOf,
  doing,
  isAcknowledged,
  operationsOf,
  patient,
  race,
  refusalOf,
  type Rule,
  type Told
} from "./Race.ts"
import { finishes, isSignedIn, not } from "./Rules.ts"

/** The letter is good for nothing: what a page says that offers the way on. */
export class LetterVoid extends Schema.TaggedError<LetterVoid>()("LetterVoid", {}) {}

/** A guess that was judged, and there may be another. */
class WrongGuess extends Schema.TaggedError<WrongGuess>()("WrongGuess", {}) {}

type Used = Effect.Success<ReturnType<typeof useCode>>
export type Signed = Extract<Used, { readonly _tag: "SignedIn" }>

/** A use of a letter, where whoever is not signed in by it was refused. */
export const signedInBy = <E, R>(
  use: Effect.Effect<Used, E, R>
): Effect.Effect<Signed, E | LetterVoid | WrongGuess, R> =>
  Effect.flatMap(use, (used): Effect.Effect<Signed, LetterVoid | WrongGuess> => {
    if (used._tag === "SignedIn") return Effect.succeed(used)
    return Effect.fail(used._tag === "Void" ? new LetterVoid() : new WrongGuess())
  })

const isVoid = (error: unknown): boolean => error instanceof LetterVoid

const use = "use the letter"

/** Uses it in a browser. */
export const using = <E, R>(way: Effect.Effect<Used, E, R>) => act(use, signedInBy(way))

/** It signs in one browser, and does so unless somebody is still on the way. */
const signsInOnce: Rule = once({ thing: "letter", of: doing(use) })
const signsInSomebody: Rule = noBurn({ thing: "letter", of: doing(use), refused: isVoid })
export const lettersSignInOnce: ReadonlyArray<Rule> = [signsInOnce, signsInSomebody]

const cookiesOf = (run: Told): ReadonlyArray<string> =>
  actionsOf(run, use)
    .filter(succeeded)
    .map((action) => (valueOf(action) as Signed).cookie)

/** Whoever was told that they are signed in is, unless something that ends it was begun. */
const isGood = (...unless: ReadonlyArray<string>): Rule =>
  durability<unknown, Provider>({
    kept: (run) =>
      actionsOf(run, ...unless).length > 0
        ? []
        : cookiesOf(run).map((cookie) => ({ what: "a session", question: isSignedIn(cookie) }))
  })

/** No more guesses are judged than were left. */
export const judgedAtMost = (left: number): Rule => ({
  name: "Limit",
  judge: (run) => {
    const judged = operationsOf(run, "Ticket.guess").filter((one) => {
      const refusal = refusalOf(one)
      return succeeded(one) || (refusal instanceof GuessRefused && refusal.reason === "wrong")
    })
    const attempts = new Set(judged.map(({ call }) => (call.request[0] as { readonly attempt: string }).attempt))
    return attempts.size > left ? `${attempts.size} guesses were judged, where ${left} were left` : undefined
  }
})

/** A letter with so many guesses left. */
const withGuesses = (left: number) =>
  Effect.tap(withOwnLetter, (scene) =>
    Effect.replicateEffect(typeCode(scene, otherCode(scene.code)), mostGuesses - left)
  )

export const guessing = (scene: WithLetter) => using(typeCode(scene, otherCode(scene.code)))

/** Presses, signs out, and presses again. */
const afterLogout = (scene: WithLetter) =>
  Effect.gen(function* () {
    const signed = yield* patient(using(pressHere(scene)))
    const browser = { ...scene.browser, session: signed.cookie }
    yield* act("logout", patient(signOut(browser)))
    return yield* Effect.flip(act("press again", patient(signedInBy(pressHere({ ...scene, browser })))))
  })

/** Once a logout or the end of all sessions was acknowledged, what the letter gave before opens nothing any more. */
const endsFor = (...endings: ReadonlyArray<string>): Rule =>
  durability<unknown, Provider>({
    kept: (run) =>
      endings.some((ending) => isAcknowledged(run, ending))
        ? cookiesOf(run).map((cookie) => ({ what: "the end of a session", question: not(isSignedIn(cookie)) }))
        : []
  })

const notAgain: Rule = {
  name: "Once",
  judge: (run) => (isAcknowledged(run, "press again") ? "a letter signed in again after the logout" : undefined)
}

export const mailedLogins: ReadonlyArray<Entry> = [
  race({
    name: "letter: its link in two browsers",
    setup: withOwnLetter,
    clients: (scene) => ({ here: using(pressHere(scene)), elsewhere: using(pressElsewhere(scene)) }),
    oracles: [...lettersSignInOnce, isGood()]
  }),
  race({
    name: "letter: its code against its link elsewhere",
    setup: withOwnLetter,
    clients: (scene) => ({ here: using(typeCode(scene)), elsewhere: using(pressElsewhere(scene)) }),
    oracles: [...lettersSignInOnce, isGood()]
  }),
  race({
    name: "letter: its code, again after 503",
    setup: withOwnLetter,
    clients: (scene) => ({ only: patient(using(typeCode(scene))) }),
    oracles: [signsInSomebody, isGood(), finishes]
  }),
  race({
    name: "letter: its link elsewhere, again after 503, two faults",
    atMost: 2,
    setup: withOwnLetter,
    clients: (scene) => ({ only: patient(using(pressElsewhere(scene))) }),
    oracles: [signsInSomebody, isGood(), finishes]
  }),
  race({
    name: "letter: two wrong guesses and the right one, where one is left",
    setup: withGuesses(1),
    clients: (scene) => ({
      first: guessing(scene),
      second: guessing(scene),
      owner: using(pressHere(scene))
    }),
    oracles: [judgedAtMost(1), signsInOnce, isGood()],
    faults: ["lost reply"]
  }),
  race({
    name: "letter: pressed again after a logout",
    setup: withOwnLetter,
    clients: (scene) => ({ only: afterLogout(scene) }),
    oracles: [notAgain, endsFor("logout"), finishes]
  }),
  race({
    name: "letter: its link against the end of all sessions",
    setup: withOwnLetter,
    clients: (scene) => ({
      browser: using(pressHere(scene)),
      operator: act("sign out", signOutUser(scene.user.id))
    }),
    oracles: [signsInOnce, isGood("sign out")]
  }),
  race({
    name: "letter: its link against a user who is disabled",
    setup: withOwnLetter,
    clients: (scene) => ({
      browser: using(pressHere(scene)),
      operator: act("disable user", disableUser(scene.user.id))
    }),
    oracles: [signsInOnce, isGood("disable user"), endsFor("disable user")]
  })
]
