/** Who makes a change: for its audit event, and for what they may hand on. docs/decisions/0029-admin-api.md. */
import { Context } from "effect"
import type { AdminScope } from "../../domain/AdminScope.ts"

export interface Acting {
  /** A user's or a client's id, or `operator`. */
  readonly by: string
  /** What they may do at the admin API; null for all of it. */
  readonly permitted: ReadonlyArray<AdminScope> | null
}

/** Undefined for whoever changes what is their own. */
export const Actor = Context.Reference<Acting | undefined>("hapax/ports/Actor", { defaultValue: () => undefined })
