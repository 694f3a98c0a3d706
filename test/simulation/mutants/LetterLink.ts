/** The link of one letter, pressed where it was asked for and in another browser, or again where an answer was lost. */
import { pressElsewhere, pressHere, type WithLetter, withOwnLetter } from "../LetterScene.ts"
import { lettersSignInOnce, using } from "../scenarios/MailedLogins.ts"
import { patient } from "../scenarios/Race.ts"

export const pressedTwice = {
  setup: withOwnLetter,
  clients: (scene: WithLetter) => ({ here: using(pressHere(scene)), elsewhere: using(pressElsewhere(scene)) }),
  oracles: lettersSignInOnce
}

export const pressedAgain = {
  setup: withOwnLetter,
  clients: (scene: WithLetter) => ({ only: patient(using(pressHere(scene))) }),
  oracles: lettersSignInOnce,
  faults: ["lost request", "lost reply", "fail before", "restart"]
} as const
