/** Races over resource servers: changed, deleted, and named by whoever asks for access. RFC 8707. */
import { Effect, Exit } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { createResource } from "../../../src/services/flows/operator/CreateResource.ts"
import { deleteResource } from "../../../src/services/flows/operator/DeleteResource.ts"
import { ResourceConflict } from "../../../src/services/flows/operator/Refusals.ts"
import { showResource } from "../../../src/services/flows/operator/ShowResource.ts"
import { updateResource } from "../../../src/services/flows/operator/UpdateResource.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import type { Entry } from "../Entry.ts"
import { asks, browserOf, type Provider, registered } from "../Scene.ts"
import { actionsOf, doing, isAcknowledged, patient, race, type Rule, saying } from "./Race.ts"
import { finishes } from "./Rules.ts"

const id = "https://api.example"

const withServer = Effect.map(createResource({ id, metadata: { scopes: ["read"] } }), (server) => ({ server }))

const renamed = (name: string) => updateResource({ id, metadata: { name } })

type Changed = Effect.Success<ReturnType<typeof updateResource>>

/** What was acknowledged last is what the resource server is. */
const nothingIsLost: Rule = durability<unknown, Provider>({
  kept: (run) =>
    actionsOf(run, "update")
      .filter(succeeded)
      .map((action) => valueOf(action) as Changed)
      .map(({ metadata, version }) => ({
        what: `version ${version} of the resource server`,
        question: Effect.map(showResource(id), (now) => now.version > version || now.metadata.name === metadata.name)
      }))
})

const isGone: Rule = {
  name: "Durability",
  judge: (run) =>
    isAcknowledged(run, "delete") && Exit.isSuccess(run.ask(showResource(id)))
      ? "a deleted resource server is there"
      : undefined
}

/** Of those who change one version, one does. */
const oneWins: Rule = noBurn({
  thing: "version of the resource server",
  of: doing("update"),
  refused: (error) => error instanceof ResourceConflict
})

const isOnce = once({ thing: "resource server", of: doing("create", "delete") })

export const resourceServers: ReadonlyArray<Entry> = [
  race({
    name: "update resource server/update resource server",
    setup: withServer,
    clients: () => ({ first: act("update", renamed("first")), second: act("update", renamed("second")) }),
    oracles: [nothingIsLost, oneWins]
  }),
  race({
    name: "update resource server, and again after 503, two faults",
    atMost: 2,
    setup: withServer,
    clients: () => ({ operator: act("update", patient(renamed("first"))) }),
    oracles: [nothingIsLost, finishes]
  }),
  race({
    name: "update resource server/delete resource server",
    setup: withServer,
    clients: () => ({ first: act("update", renamed("first")), second: act("delete", deleteResource(id)) }),
    oracles: [isGone, isOnce]
  }),
  race({
    name: "create resource server/create resource server",
    setup: registered("rp").pipe(Effect.as({})),
    clients: () => ({
      first: act("create", createResource({ id, metadata: { name: "first" } })),
      second: act("create", createResource({ id, metadata: { name: "second" } }))
    }),
    oracles: [isOnce]
  }),
  race({
    name: "authorize for a resource server/delete it",
    setup: Effect.andThen(registered("rp"), withServer),
    clients: () => ({
      browser: act("authorize", authorize(asks({ resource: id }), browserOf("n"))),
      operator: act("delete", deleteResource(id))
    }),
    oracles: [
      revocation({
        revoked: doing("delete"),
        accepted: saying("authorize", (outcome: Outcome) => outcome._tag === "Login")
      })
    ]
  })
]
