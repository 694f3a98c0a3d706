/**
 * What a person has allowed applications, and taking it back. OIDC Core §3.1.2.4, RFC 6749 §10.2;
 * docs/decisions/0025-account.md.
 */
import { Effect } from "effect"
import type { Consent } from "../../../domain/Consent.ts"
import type { ClientId } from "../../../domain/Ids.ts"
import { nameOf } from "../../../domain/ResourceServer.ts"
import { accountPaths } from "../../../domain/PagePath.ts"
import { Clients } from "../../storage/Clients.ts"
import { Consents } from "../../storage/Consents.ts"
import { ResourceServers } from "../../storage/ResourceServers.ts"
import { retried } from "../../storage/Retry.ts"
import { mappingsOf } from "../Mappings.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { openAccountForm, viewAccount } from "./OwnAccount.ts"

const wanted = { path: accountPaths.applications }

/** Every consent with its client, if there still is one: what was allowed to one that is gone is taken back as well. */
export const viewApplications = Effect.fn("Applications.view")(function* (browser: Browser) {
  const own = yield* viewAccount(wanted, browser)
  if (own._tag === "SignIn") return own
  const consents = yield* retried(Consents.list)(own.user.id)
  const clients = consents.length === 0 ? [] : yield* retried(Clients.display)(consents.map(({ clientId }) => clientId))
  const named = yield* resourceNames(consents)
  const applications = consents.map((consent) => ({
    consent,
    client: clients.find(({ id }) => id === consent.clientId),
    resources: (consent.resources ?? []).map(({ resource, scopes }) => ({
      name: named.get(resource) ?? resource,
      scopes
    }))
  }))
  const mappings = yield* mappingsOf([...new Set(consents.flatMap(({ scopes }) => scopes))], [])
  return { ...own, applications, mappings }
})

/** What the resource servers call themselves, as far as they still are there. */
const resourceNames = Effect.fnUntraced(function* (consents: ReadonlyArray<Consent>) {
  const uris = [...new Set(consents.flatMap(({ resources = [] }) => resources.map(({ resource }) => resource)))]
  const servers = uris.length === 0 ? [] : yield* retried(ResourceServers.find)(uris)
  return new Map(servers.map((server): [string, string] => [server.id, nameOf(server)]))
})

/** Every grant that rests on the consent falls with it, from the answer on. Taken back twice is taken back. */
export const withdrawApplication = Effect.fn("Applications.withdraw")(function* (
  sealed: string,
  clientId: ClientId,
  browser: Browser
) {
  const own = yield* openAccountForm(sealed, wanted, browser)
  if (own._tag === "SignIn") return own
  yield* retried(Consents.withdraw)({ userId: own.user.id, clientId })
  return { _tag: "Withdrawn" as const }
})
