/** Devices that wait for a person: started, decided once, taken once. RFC 8628 §3. */
import type { Effect } from "effect"
import type {
  DecisionRefused,
  DeviceAuthorization,
  DeviceDecision,
  DevicePoll,
  PollRefused,
  UserCodeTaken
} from "../../domain/DeviceAuthorization.ts"
import type { DeviceId, GrantId } from "../../domain/Ids.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export const Devices = operations("Device", {
  /** Lets a device wait under its user code, unless another waits under it. */
  start: Strong<(device: DeviceAuthorization) => Effect.Effect<void, UserCodeTaken | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** The device, as long as it waits for a decision; null for one that never was, is decided, or came too late. */
  find: Strong<(id: DeviceId) => Effect.Effect<DeviceAuthorization | null, StorageError>>({ kind: "read" }),
  /** Decides for a device that waits: the first decision stands. */
  decide: Strong<(decision: DeviceDecision) => Effect.Effect<void, DecisionRefused | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** The grant that was approved, given to one poll. */
  poll: Strong<(request: DevicePoll) => Effect.Effect<GrantId, PollRefused | StorageError>>({
    kind: "consume",
    repeat: "attempt"
  })
})
