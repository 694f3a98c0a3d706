/** Who makes a change, for its audit event. docs/decisions/0029-admin-api.md. */
import { Context } from "effect"

/** A user's or a client's id, or `operator`; undefined for whoever changes what is their own. */
export const Actor = Context.Reference<string | undefined>("hapax/ports/Actor", { defaultValue: () => undefined })
