/** Races of those who register clients by one token, and look after them. RFC 7591 §3, RFC 7592 §2. */
import { Effect, Exit, Redacted } from "effect"
import { InvalidToken } from "../../../src/domain/OAuthError.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { testProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { limit } from "../../../src/layers/test/oracles/Limit.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import {
  createRegistrationToken,
  revokeRegistrationToken
} from "../../../src/services/flows/operator/RegistrationTokens.ts"
import { updateClient } from "../../../src/services/flows/operator/UpdateClient.ts"
import { readClient, removeClient, replaceClient } from "../../../src/services/flows/registration/ManageClient.ts"
import { register } from "../../../src/services/flows/registration/Register.ts"
import { Provider as Configured, ProviderConfig } from "../../../src/services/ports/ProviderConfig.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"
import { InitialAccessTokens } from "../../../src/services/storage/InitialAccessTokens.ts"
import type { Entry } from "../Entry.ts"
import type { Provider } from "../Scene.ts"
import { actionsOf, doing, isAcknowledged, patient, race, type Rule } from "./Race.ts"
import { finishes } from "./Rules.ts"

const byToken = new Configured({ ...testProvider, registration: "token" })

const redirect_uris = ["https://rp.example/cb"]

/** Registers a client with this name. */
const registerBy = (token: string, client_name: string) =>
  Effect.provideService(register(token, JSON.stringify({ redirect_uris, client_name })), ProviderConfig, byToken)

type Information = Effect.Success<ReturnType<typeof registerBy>> & Readonly<Record<string, unknown>>

/** A token for so many clients. */
const withToken = (uses: number) =>
  Effect.map(createRegistrationToken({ uses, lifetime: 3_600_000 }), ({ secret, token }) => ({
    tokenId: token.id,
    token: Redacted.value(secret)
  }))

const shownBy = (information: Information) => ({
  clientId: String(information["client_id"]),
  token: Redacted.make(information.registration_access_token)
})

/** Never more clients than uses, whatever was heard of them. */
const notTooMany = (most: number) => limit({ of: doing("register"), most, windowMillis: 3_600_000 })

/** Of those who use a token that is good somebody succeeds. */
const nobodyIsLeftOut: Rule = noBurn({
  thing: "registration token",
  of: doing("register"),
  refused: (error) => error instanceof InvalidToken
})

/** A use that is counted has a client, and a client a use that is counted. */
const usesAreClients: Rule = {
  name: "Limit",
  judge: (run) => {
    const counted = run.ask(
      Effect.gen(function* () {
        const [token] = yield* InitialAccessTokens.list({ after: "", limit: 1 })
        const clients = yield* Clients.list({ after: "", limit: 10 })
        return { used: token?.used, clients: clients.length }
      })
    )
    if (Exit.isFailure(counted)) return "nobody says how often the token was used"
    const { clients, used } = counted.value
    return used === undefined || used === clients
      ? undefined
      : `${used} uses are counted, and there are ${clients} clients`
  }
}

/** Whoever was told of a client has it, and may look after it. */
const clientsStay: Rule = durability<unknown, Provider>({
  kept: (run) =>
    actionsOf(run, "register")
      .filter(succeeded)
      .map((action) => {
        const information = valueOf(action) as Information
        return {
          what: `the client ${String(information["client_name"])}`,
          question: Effect.as(readClient(shownBy(information)), true)
        }
      })
})

const registering = [nobodyIsLeftOut, usesAreClients, clientsStay]

/** A client that somebody has registered, and the token that looks after it. */
const withRegistered = Effect.gen(function* () {
  const { token } = yield* withToken(1)
  return shownBy(yield* registerBy(token, "first"))
})

type Registered = Effect.Success<typeof withRegistered>

const renamed = (shown: Registered, client_name: string) =>
  replaceClient(shown, JSON.stringify({ client_id: shown.clientId, redirect_uris, client_name }))

/** What was replaced does not come back with a change that was made from what was there before. */
const replacementsStand: Rule = durability<unknown, Provider>({
  kept: (run) =>
    isAcknowledged(run, "replace")
      ? [
          {
            what: "a replacement",
            question: Effect.map(
              Clients.list({ after: "", limit: 1 }),
              ([client]) => client?.metadata.client_name !== "first"
            )
          }
        ]
      : []
})

const isGone: Rule = {
  name: "Durability",
  judge: (run) => {
    const left = run.ask(Clients.list({ after: "", limit: 1 }))
    return isAcknowledged(run, "remove") && (Exit.isFailure(left) || left.value.length > 0)
      ? "a deleted client is there"
      : undefined
  }
}

export const registrations: ReadonlyArray<Entry> = [
  race({
    name: "register/register, by a token for one",
    setup: withToken(1),
    clients: ({ token }) => ({
      first: act("register", registerBy(token, "first")),
      second: act("register", registerBy(token, "second"))
    }),
    oracles: [notTooMany(1), ...registering]
  }),
  race({
    name: "register/register/register, by a token for two, without faults",
    faults: [],
    setup: withToken(2),
    clients: ({ token }) => ({
      first: act("register", registerBy(token, "first")),
      second: act("register", registerBy(token, "second")),
      third: act("register", registerBy(token, "third"))
    }),
    oracles: [notTooMany(2), ...registering]
  }),
  race({
    name: "register, and again after 503",
    atMost: 2,
    setup: withToken(5),
    clients: ({ token }) => ({ developer: act("register", patient(registerBy(token, "first"))) }),
    oracles: [finishes, ...registering]
  }),
  race({
    name: "register/revoke the token",
    setup: withToken(2),
    clients: ({ token, tokenId }) => ({
      developer: act("register", registerBy(token, "first")),
      operator: act("revoke", revokeRegistrationToken(tokenId))
    }),
    oracles: [revocation({ revoked: doing("revoke"), accepted: doing("register") }), usesAreClients, clientsStay]
  }),
  race({
    name: "replace client by its token/replace it",
    setup: withRegistered,
    clients: (shown) => ({
      first: act("replace", renamed(shown, "a")),
      second: act("replace", renamed(shown, "b"))
    }),
    oracles: [replacementsStand]
  }),
  race({
    name: "replace client by its token/update it by hand",
    setup: withRegistered,
    clients: (shown) => ({
      developer: act("replace", renamed(shown, "a")),
      operator: act("update", updateClient({ id: shown.clientId, metadata: { require_pkce: true } }))
    }),
    oracles: [replacementsStand]
  }),
  race({
    name: "replace client by its token/delete it by the same",
    setup: withRegistered,
    clients: (shown) => ({
      first: act("replace", renamed(shown, "a")),
      second: act("remove", removeClient(shown))
    }),
    oracles: [isGone]
  })
]
