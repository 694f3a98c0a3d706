/** Other people's servers, as a test says they are: documents by address, and what was posted to them. */
import { Context, Effect, Layer } from "effect"
import { RemoteFailed, RemoteFetch } from "../../services/ports/RemoteFetch.ts"

export class RemoteServers extends Context.Service<
  RemoteServers,
  {
    /** What each address answers; an address that is not here does not answer at all. */
    readonly documents: Map<string, string>
    /** The addresses that take what is posted to them. */
    readonly takers: Set<string>
    readonly posted: Array<{ readonly uri: string; readonly form: Readonly<Record<string, string>> }>
  }
>()("hapax/test/RemoteServers") {}

const silent = (uri: string) => new RemoteFailed({ reason: "network", detail: `nothing answers at ${uri}` })

/** Every test has servers of its own. */
export const RemoteFetchMemory = Layer.effect(
  RemoteFetch,
  RemoteServers.use(({ documents, posted, takers }) =>
    Effect.succeed({
      read: (uri) => {
        const document = documents.get(uri)
        return document === undefined ? Effect.fail(silent(uri)) : Effect.succeed(document)
      },
      post: (uri, form) =>
        Effect.suspend(() => {
          if (!takers.has(uri)) return Effect.fail(silent(uri))
          posted.push({ uri, form })
          return Effect.void
        })
    })
  )
).pipe(
  Layer.provideMerge(
    Layer.sync(RemoteServers, () => ({ documents: new Map<string, string>(), takers: new Set<string>(), posted: [] }))
  )
)
