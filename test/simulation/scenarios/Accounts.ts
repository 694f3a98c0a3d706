/**
 * Races over what people change of their own account: a profile, an e-mail address, what an application may do.
 * docs/decisions/0025-account.md.
 */
import { Clock, Effect, Exit } from "effect"
import { EmailChangeLink } from "../../../src/domain/EmailChange.ts"
import type { User } from "../../../src/domain/User.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { viewApplications, withdrawApplication } from "../../../src/services/flows/account/Applications.ts"
import { confirmEmail, viewEmailLink } from "../../../src/services/flows/account/ConfirmEmail.ts"
import { saveProfile, viewProfile } from "../../../src/services/flows/account/OwnProfile.ts"
import { createUser, type NewUser } from "../../../src/services/flows/operator/CreateUser.ts"
import { showUser } from "../../../src/services/flows/operator/ShowUser.ts"
import { drawTicketId } from "../../../src/services/flows/Secrets.ts"
import { Sealer } from "../../../src/services/ports/Sealer.ts"
import { ClientId } from "../../../src/domain/Ids.ts"
import type { Entry } from "../Entry.ts"
import { type BoundBrowser, type Provider, refresh, withConsentStep, withOfflineTokens } from "../Scene.ts"
import { actionsOf, patient, race, type Rule, saying, type Told } from "./Race.ts"
import { allFallsWith, finishes } from "./Rules.ts"

/** Alice is signed in, and has the form of her profile open. */
const withProfileForm = Effect.gen(function* () {
  const scene = yield* withConsentStep
  const view = yield* viewProfile(scene.browser)
  return view._tag === "Own" ? { ...scene, form: view.form } : yield* Effect.die("the set-up is not signed in")
})

const save = (browser: BoundBrowser, { form, user }: { form: string; user: User }, name: string) =>
  act("save", saveProfile({ sealed: form, version: user.version, filled: { name } }, browser))

const isSaved = (value: { readonly _tag: string }): boolean => value._tag === "Saved"

/** Of two forms that were shown the same profile one is saved, and what was saved is there. */
const savedStays: Rule = {
  name: "Durability",
  judge: (run) => {
    const saved = actionsOf(run, "save").filter((action) => succeeded(action) && isSaved(valueOf(action) as never))
    const there = run.ask(showUser("alice"))
    if (!Exit.isSuccess(there)) return "nobody is there"
    return saved.every(({ client }) => there.value.profile.name === client) ? undefined : "a saved profile is lost"
  }
}

const carol: NewUser = { username: "carol", email: "new@example.com" }

/** Alice has a link that makes one address of hers another, and its page open. */
const openLink = Effect.fnUntraced(function* (
  { browser }: Effect.Success<typeof withConsentStep>,
  from: string,
  to: string
) {
  const user = yield* showUser("alice")
  const link = new EmailChangeLink({
    ticket: yield* drawTicketId([2]),
    userId: user.id,
    from,
    fromVerified: true,
    addressChanges: user.addressChanges ?? 0,
    to,
    expiresAt: (yield* Clock.currentTimeMillis) + 1_800_000
  })
  const token = yield* Sealer.use((sealer) => sealer.seal("link", link))
  const view = yield* viewEmailLink(token, browser)
  return view._tag === "Ask" ? { browser, token, form: view.form } : yield* Effect.die("the set-up has no link")
})

const withLink = Effect.flatMap(withConsentStep, (scene) => openLink(scene, "alice@example.com", "new@example.com"))

/** The address was changed by a link that is pressed again; another link takes the former one back. */
const withLinkBack = Effect.gen(function* () {
  const scene = yield* withConsentStep
  const there = yield* openLink(scene, "alice@example.com", "new@example.com")
  yield* confirm(there)
  const back = yield* openLink(scene, "new@example.com", "alice@example.com")
  return { there, back }
})

type WithLink = Effect.Success<typeof withLink>

const confirm = ({ browser, form, token }: WithLink) =>
  act("confirm", patient(confirmEmail({ sealed: form, token, language: "en" }, browser)))

const isChanged = (value: { readonly _tag: string }): boolean => value._tag === "Changed"

const isConfirmed = (run: Told): boolean =>
  actionsOf(run, "confirm").some((one) => succeeded(one) && isChanged(valueOf(one) as never))

/** Whom a name leads to is who has it in their profile. */
const namesAreOwn: Rule = durability<unknown, Provider>({
  kept: (run) => [
    {
      what: "that a name leads to the account that has it",
      question: Effect.gen(function* () {
        const alice = yield* showUser("alice")
        const own = yield* showUser(alice.profile.email ?? "")
        if (!isConfirmed(run)) return own.id === alice.id
        const former = yield* Effect.option(showUser("alice@example.com"))
        return own.id === alice.id && alice.profile.email === "new@example.com" && former._tag === "None"
      })
    }
  ]
})

/** The address that alice has at the end is hers to sign in with, whichever of her links came last. */
const addressIsOwn: Rule = durability<unknown, Provider>({
  kept: () => [
    {
      what: "that the address of an account leads to it",
      question: Effect.gen(function* () {
        const alice = yield* showUser("alice")
        return (yield* showUser(alice.profile.email ?? "")).id === alice.id
      })
    }
  ]
})

export const accounts: ReadonlyArray<Entry> = [
  race({
    name: "save profile/save profile",
    setup: withProfileForm,
    clients: (scene) => ({
      first: save(scene.browser, scene, "first"),
      second: save(scene.browser, scene, "second")
    }),
    oracles: [savedStays, once({ thing: "version", of: saying("save", isSaved) })]
  }),
  race({
    name: "confirm address, and again after 503, two faults",
    atMost: 2,
    faults: ["disconnect", "lost reply", "overload"],
    setup: withLink,
    clients: (scene) => ({ browser: confirm(scene) }),
    oracles: [finishes, namesAreOwn]
  }),
  race({
    name: "confirm address/create user with that address",
    setup: withLink,
    clients: (scene) => ({ browser: confirm(scene), operator: act("create", createUser(carol)) }),
    oracles: [namesAreOwn]
  }),
  race({
    name: "confirm address again/take the former one back",
    setup: withLinkBack,
    clients: ({ back, there }) => ({ again: confirm(there), back: confirm(back) }),
    oracles: [finishes, addressIsOwn]
  }),
  race({
    name: "refresh/withdraw one's own consent",
    setup: Effect.gen(function* () {
      const scene = yield* withOfflineTokens
      const view = yield* viewApplications(scene.browser)
      return view._tag === "Own" ? { ...scene, form: view.form } : yield* Effect.die("the set-up is not signed in")
    }),
    clients: ({ browser, form, refreshToken }) => ({
      client: act("refresh", refresh(refreshToken)),
      browser: act("withdraw", patient(withdrawApplication(form, ClientId.make("rp"), browser)))
    }),
    oracles: [
      allFallsWith("withdraw", ({ accessToken, refreshToken }: { accessToken: string; refreshToken: string }) => [
        accessToken,
        refreshToken
      ])
    ]
  })
]
