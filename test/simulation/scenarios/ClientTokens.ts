/** Races over the tokens that clients got for themselves: once ended, never active again. RFC 7009 §2.1, RFC 7662. */
import { Effect, Redacted } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { currentRing } from "../../../src/services/flows/keys/Keys.ts"
import { deleteClient } from "../../../src/services/flows/operator/DeleteClient.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { token } from "../../../src/services/flows/Token.ts"
import { makeClient } from "../../workerd/Fixtures.ts"
import type { Entry } from "../Entry.ts"
import { credentialsOf, form, type Provider, registered, stranger } from "../Scene.ts"
import { anyway, doing, patient, race, saying } from "./Race.ts"
import { finishes } from "./Rules.ts"

const machine = credentialsOf("machine")

const askForToken = Effect.map(
  token(machine, form({ grant_type: "client_credentials" })),
  ({ access_token }) => access_token
)

/** A client that has a token for itself, and another that has no business with it. */
const withClientToken = Effect.gen(function* () {
  yield* makeClient("machine", Redacted.value(machine.secret), { grant_types: ["client_credentials"] })
  yield* registered("other")
  yield* currentRing()
  return { accessToken: yield* askForToken }
})

const isActive = (answer: { readonly active: boolean }) => answer.active

/** Whoever asks after the revocation was acknowledged hears that the token is none. */
const staysRevoked = revocation({ revoked: doing("revoke"), accepted: saying("introspect", isActive) })

export const clientTokens: ReadonlyArray<Entry> = [
  race({
    name: "revoke a client's token/introspect it twice",
    setup: withClientToken,
    clients: ({ accessToken }) => ({
      client: act("revoke", revoke(machine, accessToken)),
      api: Effect.andThen(
        anyway(act("introspect", introspect(machine, accessToken))),
        act("introspect", introspect(machine, accessToken))
      )
    }),
    oracles: [staysRevoked]
  }),
  race({
    name: "revoke a client's token, and again after 503/introspect it",
    setup: withClientToken,
    clients: ({ accessToken }) => ({
      client: act("revoke", patient(revoke(machine, accessToken))),
      api: act("introspect", patient(introspect(machine, accessToken)))
    }),
    oracles: [staysRevoked, finishes]
  }),
  race({
    name: "a stranger revokes a client's token/introspect it",
    setup: withClientToken,
    clients: ({ accessToken }) => ({
      stranger: act("revoke", revoke(stranger, accessToken)),
      api: act("introspect", introspect(machine, accessToken))
    }),
    oracles: [
      durability<{ readonly accessToken: string }, Provider>({
        kept: ({ scene }) => [
          {
            what: "a token that its client never revoked",
            question: Effect.map(introspect(machine, scene.accessToken), isActive)
          }
        ]
      })
    ]
  }),
  race({
    name: "delete client/ask for a token and introspect it",
    setup: withClientToken,
    clients: ({ accessToken }) => ({
      operator: act("delete client", deleteClient("machine")),
      client: Effect.andThen(anyway(act("token", askForToken)), act("introspect", introspect(machine, accessToken)))
    }),
    oracles: [revocation({ revoked: doing("delete client"), accepted: doing("token", "introspect") })]
  })
]
