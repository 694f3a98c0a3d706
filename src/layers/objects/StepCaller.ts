/** How a layer asks an object for a step: by the step's name, and the id of the thing it is about. */
import type { Effect } from "effect"
import type { StorageError } from "../../services/storage/StorageError.ts"
import type { RefusalOf, ReplyOf, RequestOf, Steps } from "./Step.ts"

/** Calls steps of the objects of one class. The id's locator says which object. */
export interface StepCaller<S extends Steps> {
  readonly call: <K extends keyof S & string>(
    step: K,
    id: string,
    request: RequestOf<S[K]>
  ) => Effect.Effect<ReplyOf<S[K]>, RefusalOf<S[K]> | StorageError>
}
