/**
 * Races over one authorization code. RFC 6749 §4.1.2: a client must not use a code more than once; if it is, the server
 * must deny it and should revoke what it gave.
 */
import { Effect, Exit, Redacted } from "effect"
import type { AuditType } from "../../../src/domain/AuditEvent.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import type { Finished } from "../../../src/layers/test/Scenario.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { deleteClient } from "../../../src/services/flows/operator/DeleteClient.ts"
import { deleteUser } from "../../../src/services/flows/operator/DeleteUser.ts"
import { setPassword } from "../../../src/services/flows/operator/SetPassword.ts"
import { signOutUser } from "../../../src/services/flows/operator/SignOutUser.ts"
import { updateClient } from "../../../src/services/flows/operator/UpdateClient.ts"
import { disableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { withdrawConsent } from "../../../src/services/flows/operator/WithdrawConsent.ts"
import type { Entry } from "../Entry.ts"
import {
  type Provider,
  redeem,
  relyingParty,
  signOut,
  signOutByHint,
  stranger,
  withCode,
  withOfflineTokens,
  withOnlineCode
} from "../Scene.ts"
import { isTold } from "./Audited.ts"
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
import { allFallsWith, finishes, givenIsGood, isInvalidGrant, nothingAfter, reuseEndsAll } from "./Rules.ts"
import { isUnknown, succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { NotExecuted } from "../../../src/services/storage/StorageError.ts"

/** What an operator may set instead of the password of all test users. */
export const newPassword = Redacted.make("another long password")

const redeemedOnce: Rule = once({ thing: "code", of: doing("redeem", "steal") })

/**
 * Whether the code was redeemed for somebody who never heard of it. Then whoever presents it next is what RFC 6749
 * §4.1.2 calls a second use: it is refused, and what was given is revoked. The client asks its user again.
 */
const isAnswerLost = (run: Finished<unknown, Provider>): boolean =>
  isTold(run, "code.redeemed") && !actionsOf(run, "redeem").some(succeeded)

/** A code that was refused to everybody was given to somebody who did not hear of it. */
const notBurnt: Rule = noBurn<unknown, Provider>({
  thing: "code",
  of: doing("redeem"),
  refused: isInvalidGrant,
  unless: isAnswerLost
})

/** Its own client gets what the code is worth, whoever else presented it and whatever befell one of its calls. */
export const ownerIsServed: Rule = noBurn({ thing: "code", of: doing("redeem"), refused: isInvalidGrant })

/** Nobody is told that nothing was done when one of the tries may have been executed. */
const neverDenied: Rule = {
  name: "Honesty",
  judge: (run) => {
    const denied = actionsOf(run, "redeem").find(
      (action) =>
        refusalOf(action) instanceof NotExecuted &&
        operationsOf(run, "AuthorizationCode.redeem").some((one) => one.client === action.client && isUnknown(one))
    )
    return denied === undefined ? undefined : `${denied.client} was told that nothing was done, which nobody knows`
  }
}

const neverStolen: Rule = {
  name: "No theft",
  judge: (run) => (isAcknowledged(run, "steal") ? "a code gave tokens to somebody else" : undefined)
}

/** Whoever was told that a client is gone, or its secret replaced, sees no request begin and succeed after that. */
const refusedAfter = (revoking: string): Rule => revocation({ revoked: doing(revoking), accepted: doing("redeem") })

const competing = [
  race({
    name: "redeem/redeem",
    setup: withCode,
    clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
    oracles: [redeemedOnce, reuseEndsAll, givenIsGood(), notBurnt]
  }),
  race({
    name: "redeem/redeem, two faults",
    atMost: 2,
    setup: withCode,
    clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
    oracles: [neverDenied, redeemedOnce, reuseEndsAll, givenIsGood(), notBurnt]
  }),
  race({
    // An answer is heard some time after what it answers was done.
    name: "redeem/redeem, answers later",
    moments: "apart",
    setup: withCode,
    clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
    oracles: [redeemedOnce, reuseEndsAll, givenIsGood(), notBurnt]
  }),
  race({
    name: "redeem/redeem/redeem",
    setup: withCode,
    clients: (scene) => ({
      first: act("redeem", redeem(scene)),
      second: act("redeem", redeem(scene)),
      third: act("redeem", redeem(scene))
    }),
    oracles: [redeemedOnce, reuseEndsAll, givenIsGood(), notBurnt]
  }),
  race({
    name: "redeem/redeem by another client",
    setup: withCode,
    clients: (scene) => ({
      owner: act("redeem", patient(redeem(scene))),
      thief: act("steal", redeem(scene, stranger))
    }),
    oracles: [redeemedOnce, reuseEndsAll, givenIsGood(), neverStolen, ownerIsServed]
  }),
  race({
    name: "redeem/redeem with another verifier",
    setup: withCode,
    clients: (scene) => ({
      owner: act("redeem", patient(redeem(scene))),
      thief: act("steal", redeem(scene, relyingParty, { code_verifier: "w".repeat(43) }))
    }),
    // The thief comes as the client itself. Before the redemption nothing happens to the code; after it, this is a
    // second use like any other, and an owner whose answer was on its way loses it with everybody else.
    oracles: [redeemedOnce, reuseEndsAll, givenIsGood(), neverStolen, notBurnt]
  }),
  race({
    name: "redeem/redeem with another redirect_uri",
    setup: withCode,
    clients: (scene) => ({
      owner: act("redeem", patient(redeem(scene))),
      thief: act("steal", redeem(scene, relyingParty, { redirect_uri: "https://thief.example/cb" }))
    }),
    oracles: [redeemedOnce, reuseEndsAll, givenIsGood(), neverStolen, notBurnt]
  })
]

const alone = [
  race({
    // One fault is repaired within one request, by the attempt id, or did nothing: so the request that follows a 503 is
    // the first that reaches the code, and the client is served.
    name: "redeem, and again after 503",
    setup: withCode,
    clients: (scene) => ({ client: act("redeem", patient(redeem(scene))) }),
    oracles: [redeemedOnce, givenIsGood(), ownerIsServed, finishes]
  }),
  race({
    // Two faults may lose the answer and then turn the repetition away. Then the client's next request is another
    // attempt, which is a second use of the code, and the client has to ask its user again: so it may be refused.
    name: "redeem, and again after 503, two faults",
    atMost: 2,
    setup: withCode,
    clients: (scene) => ({ client: act("redeem", patient(redeem(scene))) }),
    oracles: [redeemedOnce, reuseEndsAll, givenIsGood(), notBurnt, finishes]
  })
]

/** What an operator does that ends a user's sessions and all that rests on them. */
export const endings: ReadonlyArray<{
  readonly name: string
  readonly ends: AuditType
  readonly run: (who: string) => Effect.Effect<unknown, unknown, Provider>
}> = [
  { name: "sign out everywhere", run: signOutUser, ends: "session.ended" },
  { name: "disable user", run: disableUser, ends: "user.disabled" },
  { name: "delete user", run: deleteUser, ends: "user.deleted" },
  { name: "set password", run: (who) => setPassword(who, newPassword), ends: "session.ended" },
  { name: "withdraw consent", run: (who) => withdrawConsent(who, "rp"), ends: "consent.withdrawn" }
]

/** Whether a code gives tokens; if it does, it did. */
export const isRedeemable = (code: string) =>
  redeem({ code }).pipe(
    Effect.as(true),
    Effect.catchTag("InvalidGrant", () => Effect.succeed(false))
  )

/** Each of these codes is good, once. */
export const codesAreGood = (given: (run: Told) => ReadonlyArray<string>): Rule => ({
  name: "Durability",
  judge: (run) => {
    const bad = given(run).find((code) => {
      const answer = run.ask(isRedeemable(code))
      return Exit.isFailure(answer) || !answer.value
    })
    return bad === undefined ? undefined : "a code that was given is not good"
  }
})

/** A user who is disabled is so from that operation on, not only when the sessions have ended as well. */
export const atOnce = (name: string, ...accepting: ReadonlyArray<string>): ReadonlyArray<Rule> =>
  name === "disable user" ? [nothingAfter("User.change", ...accepting)] : []

const falling = [
  race({
    name: "redeem/logout",
    setup: withOnlineCode,
    clients: (scene) => ({
      client: act("redeem", redeem(scene)),
      browser: act("logout", signOut(scene.browser))
    }),
    oracles: [
      redeemedOnce,
      nothingAfter("logout", "AuthorizationCode.redeem"),
      allFallsWith("logout"),
      givenIsGood("session.ended")
    ]
  }),
  race({
    name: "redeem offline access/logout",
    // OIDC Core §11: offline access is for when nobody is signed in any more.
    setup: withCode,
    clients: (scene) => ({
      client: act("redeem", patient(redeem(scene))),
      operator: act("sign out", signOutUser(scene.user.id))
    }),
    oracles: [redeemedOnce, givenIsGood(), ownerIsServed]
  }),
  race({
    name: "redeem/logout by the relying party",
    setup: withOfflineTokens,
    clients: (scene) => ({
      client: act("redeem", redeem(scene)),
      browser: act("logout", signOutByHint(scene.browser, scene.idToken))
    }),
    oracles: [reuseEndsAll, neverStolen]
  }),
  ...[1, 2].flatMap((atMost) =>
    endings.map(({ ends, name, run }) =>
      race({
        name: `redeem/${name}${atMost === 2 ? ", two faults" : ""}`,
        atMost,
        setup: withOnlineCode,
        clients: (scene) => ({
          client: act("redeem", redeem(scene)),
          operator: act(name, patient(run(scene.user.id)))
        }),
        oracles: [
          redeemedOnce,
          nothingAfter(name, "AuthorizationCode.redeem"),
          allFallsWith(name),
          givenIsGood(ends, "session.ended")
        ]
      })
    )
  ),
  race({
    // Whoever authenticated before the client was deleted is answered; whoever comes later is not.
    name: "redeem/delete client",
    setup: withCode,
    clients: (scene) => ({
      client: act("redeem", redeem(scene)),
      operator: act("delete client", deleteClient("rp"))
    }),
    oracles: [redeemedOnce, refusedAfter("delete client")]
  }),
  race({
    name: "redeem/replace the client's secret",
    setup: withCode,
    clients: (scene) => ({
      client: act("redeem", redeem(scene)),
      operator: act("replace secret", updateClient({ id: "rp", newSecret: "replace" }))
    }),
    oracles: [redeemedOnce, givenIsGood(), refusedAfter("replace secret")]
  }),
  race({
    // The code was sent to an address that was registered then; only the client who asked can redeem it (§4.1.3).
    name: "redeem/deregister the redirect URI",
    setup: withCode,
    clients: (scene) => ({
      client: act("redeem", patient(redeem(scene))),
      operator: act("deregister", updateClient({ id: "rp", metadata: { redirect_uris: ["https://rp.example/new"] } }))
    }),
    oracles: [redeemedOnce, givenIsGood(), ownerIsServed]
  })
]

export const codes: ReadonlyArray<Entry> = [...competing, ...alone, ...falling]
