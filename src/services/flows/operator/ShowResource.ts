/** What an operator sees of resource servers. */
import { Effect } from "effect"
import { ResourceServers } from "../../storage/ResourceServers.ts"
import { retried } from "../../storage/Retry.ts"
import { type Page, pageOf } from "./Page.ts"
import { noSuchResource } from "./Refusals.ts"

export const showResource = Effect.fn("ShowResource")(function* (id: string) {
  const [server] = yield* retried(ResourceServers.find)([id])
  return server ?? (yield* noSuchResource(id))
})

/** Resource servers in the order of their identifiers, a page at a time. */
export const listResources = Effect.fn("ListResources")(function* (asked: Page) {
  const page = yield* pageOf(asked)
  const resources = yield* retried(ResourceServers.list)(page)
  return { resources, next: resources.length < page.limit ? null : (resources.at(-1)?.id ?? null) }
})
