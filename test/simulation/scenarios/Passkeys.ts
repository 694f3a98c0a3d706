/**
 * Races over a passkey's challenge, its counter, and what ends it. WebAuthn Level 3 §7.1, §7.2, §13.4.3; an assertion
 * is good once, a counter opens one session, and one that does not count keeps nobody out.
 */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { signOutUser } from "../../../src/services/flows/operator/SignOutUser.ts"
import { Passkeys } from "../../../src/services/storage/Passkeys.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import type { Entry } from "../Entry.ts"
import { countersGoUp, goodIsLetIn, signedInBy, signInByPasskey, withAddPage, withPasskey } from "../PasskeyScene.ts"
import type { Provider } from "../Scene.ts"
import { actionsOf, doing, overOperations, patient, race, type Rule, saying } from "./Race.ts"
import { finishes } from "./Rules.ts"

/** A page signs nobody in twice, whatever it is answered with. */
const pageOnce: Rule = once({
  thing: "login page",
  of: (action) => (action.action === "login" && succeeded(action) ? signedInBy(action) : undefined)
})

const goUp = overOperations(countersGoUp)

/** What was told to be added is there, unless it was removed or all that could have added it ended. */
const addedStays: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const { user } = run.scene as Effect.Success<typeof withAddPage>
    const isAdded = actionsOf(run, "add").some(
      (action) => succeeded(action) && (valueOf(action) as { readonly _tag: string })._tag === "Done"
    )
    const question = Effect.map(Passkeys.list(user.id), ({ length }) => length === 1)
    return isAdded ? [{ what: "the passkey that was added", question }] : []
  }
})

const isDone = ({ _tag }: { readonly _tag: string }): boolean => _tag === "Done"

/** Once this was acknowledged, no login by the passkey that begins then succeeds. */
const nobodyAfter = (ending: string): Rule =>
  revocation({
    revoked: doing(ending),
    accepted: saying("login", ({ _tag }: { readonly _tag: string }) => _tag === "SignedIn")
  })

const logins = [
  race({
    name: "passkey/passkey with one challenge",
    setup: withPasskey(5),
    clients: ({ first }) => ({
      first: act("login", signInByPasskey(first, 6)),
      second: act("login", signInByPasskey(first, 7))
    }),
    oracles: [pageOnce, goUp]
  }),
  race({
    name: "passkey/passkey with one counter: a clone",
    setup: withPasskey(5),
    clients: ({ first, second }) => ({
      person: act("login", signInByPasskey(first, 6)),
      thief: act("login", signInByPasskey(second, 6))
    }),
    oracles: [goUp]
  }),
  race({
    name: "passkey/passkey that counts on",
    setup: withPasskey(5),
    clients: ({ first, second }) => ({
      first: act("login", signInByPasskey(first, 6)),
      second: act("login", signInByPasskey(second, 7))
    }),
    oracles: [goUp]
  }),
  race({
    name: "passkey/passkey that does not count",
    setup: withPasskey(0),
    clients: ({ first, second }) => ({
      first: act("login", patient(signInByPasskey(first, 0))),
      second: act("login", patient(signInByPasskey(second, 0)))
    }),
    oracles: [goodIsLetIn, goUp, finishes]
  })
]

const ends = [
  race({
    name: "passkey/its removal",
    setup: withPasskey(5),
    clients: ({ first, passkey: { credentialId, userId }, session }) => ({
      person: act("login", signInByPasskey(first, 6)),
      owner: act("remove", retried(Passkeys.remove)({ userId, credentialId, by: session.hash, byLetter: false }))
    }),
    oracles: [nobodyAfter("remove"), goUp]
  })
]

const additions = [
  race({
    name: "a passkey is added/added with one form",
    setup: withAddPage,
    clients: ({ add }) => ({ first: act("add", add), second: act("add", add) }),
    oracles: [
      once({
        thing: "form",
        of: (action) =>
          action.action === "add" && succeeded(action) && isDone(valueOf(action) as { readonly _tag: string })
            ? "of the page"
            : undefined
      }),
      addedStays
    ]
  }),
  race({
    name: "a passkey is added/sign out everywhere",
    setup: withAddPage,
    clients: ({ add, user }) => ({
      person: act("add", add),
      operator: act("sign out everywhere", patient(signOutUser(user.id)))
    }),
    oracles: [addedStays, revocation({ revoked: doing("sign out everywhere"), accepted: saying("add", isDone) })]
  })
]

export const passkeys: ReadonlyArray<Entry> = [...logins, ...ends, ...additions]
