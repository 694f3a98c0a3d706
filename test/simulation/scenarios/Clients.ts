/** Races over registered clients: a change replaces what it was made from, or is refused. RFC 7591, RFC 7592 §2.2. */
import { Effect, Exit } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { tagOf } from "../../../src/domain/EntityTag.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { deleteClient } from "../../../src/services/flows/operator/DeleteClient.ts"
import { ClientConflict } from "../../../src/services/flows/operator/Refusals.ts"
import { registerClient } from "../../../src/services/flows/operator/RegisterClient.ts"
import { type ShownClient, showClient } from "../../../src/services/flows/operator/ShowClient.ts"
import { updateClient } from "../../../src/services/flows/operator/UpdateClient.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import type { Entry } from "../Entry.ts"
import { asks, browserOf, codeOf, type Provider, registered, withOnlineTokens } from "../Scene.ts"
import { actionsOf, doing, isAcknowledged, patient, race, type Rule, saying } from "./Race.ts"
import { finishes } from "./Rules.ts"

const withClient = Effect.map(registered("rp"), (client) => ({ client }))

/** The client, and the tag of the state that it is in. */
const withState = Effect.gen(function* () {
  yield* registered("rp")
  return { expected: [tagOf(yield* showClient("rp"))] }
})

const renamed = (name: string) => updateClient({ id: "rp", metadata: { client_name: name } })
const moved = updateClient({ id: "rp", metadata: { client_uri: "https://rp.example/" } })

/** What was acknowledged last is what the client is. */
const nothingIsLost: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const clients = actionsOf(run, "update")
      .filter(succeeded)
      .map((action) => (valueOf(action) as { readonly client: ShownClient }).client)
    return isAcknowledged(run, "delete")
      ? []
      : clients.map(({ version, metadata }) => ({
          what: `version ${version} of the client`,
          question: Effect.map(
            showClient("rp"),
            (now) => now.version > version || now.metadata.client_name === metadata.client_name
          )
        }))
  }
})

/** Two versions that were acknowledged are not the same version. */
const versionsDiffer: Rule = once({
  thing: "version of the client",
  of: (action) =>
    action.action === "update" && succeeded(action)
      ? String((valueOf(action) as { readonly client: ShownClient }).client.version)
      : undefined
})

/** Of those who change one version, one does. */
const oneWins: Rule = noBurn({
  thing: "version of the client",
  of: doing("update"),
  refused: (error) => error instanceof ClientConflict
})

const isGone: Rule = {
  name: "Durability",
  judge: (run) =>
    isAcknowledged(run, "delete") && Exit.isSuccess(run.ask(showClient("rp"))) ? "a deleted client is there" : undefined
}

export const clients: ReadonlyArray<Entry> = [
  race({
    name: "update client/update client",
    setup: withClient,
    clients: () => ({ first: act("update", renamed("first")), second: act("update", renamed("second")) }),
    oracles: [nothingIsLost, versionsDiffer, oneWins]
  }),
  race({
    name: "update client/update client, of different members",
    setup: withClient,
    clients: () => ({ first: act("update", renamed("first")), second: act("update", moved) }),
    oracles: [versionsDiffer]
  }),
  race({
    name: "update client, and again after 503, two faults",
    atMost: 2,
    setup: withClient,
    clients: () => ({ operator: act("update", patient(renamed("first"))) }),
    oracles: [nothingIsLost, finishes]
  }),
  race({
    name: "update client/delete client",
    setup: withClient,
    clients: () => ({ first: act("update", renamed("first")), second: act("delete", deleteClient("rp")) }),
    oracles: [isGone, versionsDiffer]
  }),
  race({
    name: "update client as of a state/delete client as of that state",
    setup: withState,
    clients: ({ expected }) => ({
      first: act("change", updateClient({ id: "rp", metadata: { client_name: "first" } }, expected)),
      second: act("change", deleteClient("rp", expected))
    }),
    oracles: [once({ thing: "state of the client", of: doing("change") })]
  }),
  race({
    name: "delete client/delete client",
    setup: withClient,
    clients: () => ({ first: act("delete", deleteClient("rp")), second: act("delete", deleteClient("rp")) }),
    oracles: [isGone, once({ thing: "client", of: doing("delete") })]
  }),
  race({
    name: "register client/register client",
    setup: withClient,
    clients: () => ({
      first: act("register", registerClient({ id: "new", metadata: { redirect_uris: ["https://a.example/cb"] } })),
      second: act("register", registerClient({ id: "new", metadata: { redirect_uris: ["https://b.example/cb"] } }))
    }),
    oracles: [once({ thing: "client id", of: doing("register") })]
  }),
  race({
    name: "authorize/delete client",
    setup: withOnlineTokens,
    clients: ({ browser }) => ({
      browser: act("authorize", authorize(asks({ scope: "openid profile" }), browser)),
      operator: act("delete client", deleteClient("rp"))
    }),
    oracles: [
      revocation({
        revoked: doing("delete client"),
        accepted: saying("authorize", (outcome: Outcome) => outcome._tag !== "Unanswerable")
      })
    ]
  }),
  race({
    name: "authorize/deregister the redirect URI",
    setup: withOnlineTokens,
    clients: ({ browser }) => ({
      browser: act("authorize", authorize(asks({ scope: "openid profile" }), browser)),
      operator: act("deregister", updateClient({ id: "rp", metadata: { redirect_uris: ["https://rp.example/new"] } }))
    }),
    oracles: [
      revocation({
        revoked: doing("deregister"),
        accepted: saying("authorize", (outcome: Outcome) => codeOf(outcome) !== undefined)
      })
    ]
  }),
  race({
    name: "authorize in a new browser/deregister the redirect URI",
    setup: withClient,
    clients: () => ({
      browser: act("authorize", patient(authorize(asks(), browserOf("n")))),
      operator: act(
        "deregister",
        patient(updateClient({ id: "rp", metadata: { redirect_uris: ["https://rp.example/new"] } }))
      )
    }),
    oracles: [
      finishes,
      revocation({
        revoked: doing("deregister"),
        accepted: saying("authorize", (outcome: Outcome) => outcome._tag !== "Unanswerable")
      })
    ]
  })
]
