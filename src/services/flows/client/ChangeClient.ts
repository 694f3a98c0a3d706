/**
 * Writing a change of a client: the copy in KV goes, then the change is made. docs/decisions/0031-client-cache.md.
 *
 * In this order a change is not acknowledged while an old copy is known to stay. A copy that is made of the old state
 * in between runs out by itself.
 */
import { Effect } from "effect"
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import type { Client } from "../../../domain/Client.ts"
import { looksOther } from "../../../domain/ClientDisplay.ts"
import type { ClientId } from "../../../domain/Ids.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"

/** What pages do not show is changed without KV: it keeps nobody from replacing a secret that is lost. */
export const changeClient = Effect.fn("ChangeClient")(function* (before: Client, after: Client, event: AuditEvent) {
  if (looksOther(before, after)) yield* retried(Clients.forgetDisplay)(after.id)
  yield* retried(Clients.update)(after, event)
})

/** Whether a client may still do anything is decided by D1 alone, so its end does not wait for KV. */
export const endClient = Effect.fn("EndClient")(function* (id: ClientId, event: AuditEvent, version?: number) {
  yield* retried(Clients.forgetDisplay)(id).pipe(
    Effect.catch(({ operation }) =>
      Effect.logWarning("what pages show of a client that is deleted stays until it runs out").pipe(
        Effect.annotateLogs({ clientId: id, operation })
      )
    )
  )
  yield* retried(Clients.remove)(id, event, version)
})
