/**
 * Crowds: several clients over one thing, with several faults in a run. Too many orders for all of them, and each so
 * short that a million by chance take minutes.
 */
import type { Effect } from "effect"
import { mostGuesses } from "../../../src/domain/MailedLogin.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import type { Oracle } from "../../../src/layers/test/Scenario.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { withPast, type WithPast } from "../../../src/layers/test/oracles/specs/Past.ts"
import { providerLinearizable } from "../../../src/layers/test/oracles/specs/ProviderSpecification.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { signOutUser } from "../../../src/services/flows/operator/SignOutUser.ts"
import { disableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { type Entry, entry } from "../Entry.ts"
import {
  browserOf,
  type Provider,
  redeem,
  refresh,
  relyingParty,
  signIn,
  withCode,
  withFamily,
  withLoginForm
} from "../Scene.ts"
import { withOwnLetter } from "../LetterScene.ts"
import { effectsAreAudited } from "./Audited.ts"
import { guessing, judgedAtMost } from "./MailedLogins.ts"
import { anyway, doing, patient, platformFaults } from "./Race.ts"

/** So many schedules of a crowd are run for one of a swarm. */
const weight = 200

const crowd = <S extends object>(
  name: string,
  setup: Effect.Effect<S, unknown, Provider>,
  clients: (scene: S) => Readonly<Record<string, Effect.Effect<unknown, unknown, Provider>>>,
  oracles: ReadonlyArray<Oracle<S, Provider>>,
  often = weight
): Entry =>
  entry<S & WithPast, Provider>(
    {
      name,
      layer: MemoryProvider,
      faults: platformFaults,
      atMost: 4,
      draws: "some",
      setup: withPast(setup),
      clients: (scene) => clients(scene),
      oracles: [...oracles, effectsAreAudited, providerLinearizable()]
    },
    "sampled",
    often
  )

export const crowds: ReadonlyArray<Entry> = [
  crowd(
    "four over one code",
    withCode,
    (scene) => ({
      first: act("redeem", redeem(scene)),
      second: act("redeem", patient(redeem(scene))),
      third: act("redeem", redeem(scene)),
      operator: act("sign out", signOutUser(scene.user.id))
    }),
    [once({ thing: "code", of: doing("redeem") })]
  ),
  crowd(
    "four over one family",
    withFamily,
    ({ refreshToken, user }) => ({
      first: act("refresh", refresh(refreshToken)),
      second: act("refresh", patient(refresh(refreshToken))),
      client: anyway(act("revoke", revoke(relyingParty, refreshToken))),
      operator: act("disable user", disableUser(user.id))
    }),
    []
  ),
  crowd(
    "four over one access token",
    withFamily,
    ({ accessToken, refreshToken, user }) => ({
      first: act("revoke", revoke(relyingParty, accessToken)),
      second: act("introspect", introspect(relyingParty, accessToken)),
      third: act("refresh", refresh(refreshToken)),
      operator: act("sign out", signOutUser(user.id))
    }),
    []
  ),
  crowd(
    "three over one login form",
    withLoginForm,
    ({ sealed, user }) => ({
      first: act("sign in", signIn(sealed, browserOf("b"))),
      second: act("sign in", signIn(sealed, browserOf("b"))),
      operator: act("sign out", signOutUser(user.id))
    }),
    []
  ),
  crowd(
    "six guesses at one letter, one more than there are",
    withOwnLetter,
    (scene) =>
      Object.fromEntries(
        Array.from({ length: mostGuesses + 1 }, (_, index) => [`guesser ${index + 1}`, guessing(scene)])
      ),
    [judgedAtMost(mostGuesses)],
    // Its schedules are longer: six clients, each with three calls.
    30
  )
]
