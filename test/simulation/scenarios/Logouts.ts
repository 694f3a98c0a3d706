/**
 * Races over who is to be told of a session's end: clients come into a session while it ends or goes on by a new login.
 * A client that was given a code in a session hears of its end, once. OIDC Back-Channel Logout 1.0 §2.5.
 */
import { Effect } from "effect"
import { Client } from "../../../src/domain/Client.ts"
import type { LogoutNotice } from "../../../src/domain/Logout.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryWorld } from "../../../src/layers/test/Memory.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import type { LoggedOut } from "../../../src/services/flows/Logout.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"
import { updatedEvent } from "../../../src/services/storage/StoredClient.laws.ts"
import type { Entry } from "../Entry.ts"
import {
  asks,
  browserOf,
  codeOf,
  type Provider,
  redeem,
  signIn,
  signOut,
  signOutByHint,
  stepOf,
  withOnlineCode,
  withOnlineTokens
} from "../Scene.ts"
import { endings } from "./Codes.ts"
import { actionsOf, doing, isAcknowledged, patient, race, type Rule, type Told } from "./Race.ts"
import { finishes, givenIsGood } from "./Rules.ts"

/** What waits for the queue. */
const notices = MemoryWorld.use(({ accounts }) =>
  Effect.sync(() =>
    [...accounts.objects.values()].flatMap(({ outbox }) =>
      outbox
        .values()
        .flatMap((message): ReadonlyArray<LogoutNotice> => (message._tag === "logout" ? [message.notice] : []))
    )
  )
)

const isGivenCode = (run: Told): boolean =>
  actionsOf(run, "authorize").some((action) => succeeded(action) && codeOf(valueOf(action) as Outcome) !== undefined)

/** Who was given a code in a session that has ended hears of it, and nobody hears of one end twice. */
const hears = (ending: string): Rule => ({
  name: "Logout",
  judge: (run) => {
    const said = run.ask(notices)
    if (said._tag === "Failure") return "nobody can say who is to be told"
    if (said.value.length > 1) return `${said.value.length} notices of one end`
    const isMissing = said.value.length === 0 && isAcknowledged(run, ending) && isGivenCode(run)
    return isMissing ? "the client was given a code in a session that has ended, and is not told" : undefined
  }
})

/** Whoever is told that they are signed out shows the frame of the client. OIDC Front-Channel Logout 1.0 §3. */
const showsFrames: Rule = {
  name: "Frames",
  judge: (run) => {
    const without = actionsOf(run, "logout")
      .filter(succeeded)
      .find((action) => (valueOf(action) as LoggedOut).frames.length !== 1)
    return without === undefined ? undefined : "signed out, and the client does not hear of it"
  }
}

/** Alice is signed in at a client that asks to be told of logouts from now on. */
const withListener = Effect.gen(function* () {
  const scene = yield* withOnlineTokens
  const client = (yield* Clients.find("rp" as never)) ?? (yield* Effect.die("no client"))
  const metadata = {
    ...client.metadata,
    backchannel_logout_uri: "https://rp.example/logout",
    frontchannel_logout_uri: "https://rp.example/front"
  }
  const changed = new Client({ ...client, version: client.version + 1, metadata })
  yield* Clients.update(changed, yield* updatedEvent(changed))
  return { ...scene, again: stepOf(yield* authorize(asks({ prompt: "login" }), scene.browser)) }
})

export type WithListener = Effect.Success<typeof withListener>

const silently = (browser: ReturnType<typeof browserOf>) =>
  act("authorize", authorize(asks({ scope: "openid profile" }), browser))

/** All but the withdrawal of a consent, which has nothing to do with sessions. */
const endsSessions = endings.filter(({ name }) => name !== "withdraw consent")

/** Whether the client came before the new login or after it: the session that goes on knows it. */
export const renewedMeanwhile: Omit<Scenario<WithListener, Provider>, "layer"> = {
  name: "authorize/login again and logout, of a client that is to be told",
  setup: withListener,
  clients: ({ again, browser }) => ({
    client: silently(browser),
    browser: Effect.gen(function* () {
      const signed = yield* act("login", signIn(again, browser))
      if (signed._tag === "SignedIn") yield* act("logout", signOut(browserOf("b", signed.cookie)))
    })
  }),
  oracles: [hears("logout")]
}

export const logouts: ReadonlyArray<Entry> = [
  race({
    name: "authorize/logout, of a client that is to be told",
    setup: withListener,
    clients: ({ browser }) => ({ client: silently(browser), browser: act("logout", signOut(browser)) }),
    oracles: [hears("logout")]
  }),
  ...endsSessions.map(({ name, run }) =>
    race({
      name: `authorize/${name}, of a client that is to be told`,
      setup: withListener,
      clients: ({ browser, user }) => ({ client: silently(browser), operator: act(name, patient(run(user.id))) }),
      oracles: [hears(name)]
    })
  ),
  race(renewedMeanwhile),
  race({
    // The session ends before it is known which frames there are: whoever is answered at last is given them all.
    name: "logout by the relying party and again after 503, with frames, two faults",
    atMost: 2,
    setup: Effect.gen(function* () {
      const scene = yield* withListener
      yield* silently(scene.browser)
      return scene
    }),
    clients: ({ browser, idToken }) => ({ browser: act("logout", patient(signOutByHint(browser, idToken))) }),
    oracles: [showsFrames, finishes]
  }),
  race({
    // The session of a code goes on by the new login, and so does what the code is good for.
    name: "redeem/login again",
    setup: Effect.gen(function* () {
      const scene = yield* withOnlineCode
      return { ...scene, again: stepOf(yield* authorize(asks({ prompt: "login" }), scene.browser)) }
    }),
    clients: (scene) => ({
      client: act("redeem", patient(redeem(scene))),
      browser: act("login", signIn(scene.again, scene.browser))
    }),
    oracles: [givenIsGood(), once({ thing: "code", of: doing("redeem") })]
  })
]
