/**
 * Storage itself: the only place where trust is created.
 *
 * A token made by `storage.strong` or `storage.eventual` names a backend and claims a level for it; the claims are
 * few, stand in the layers with the reason for each (a lint rule and a test see to it), and are what a reviewer
 * disputes with the platform's own words.
 */
import { Context } from "effect"

/** A backend in which every read sees every acknowledged write. */
export interface StrongStorage<in out Backend extends string> {
  readonly "~hapax/StrongStorage": Backend
}

/** A backend whose reads may be stale. */
export interface EventualStorage<in out Backend extends string> {
  readonly "~hapax/EventualStorage": Backend
}

// The level is part of the key: were a backend claimed both ways by mistake, neither could answer for the other.
export const storage = {
  /** Claims that `backend` answers every read with what was acknowledged before it. */
  strong:
    <const Backend extends string>(backend: Backend) =>
    <Shape>() =>
      Context.Service<StrongStorage<Backend>, Shape>(`hapax/storage/backend/Strong/${backend}`),
  /** Admits that `backend` may answer with what was true some time ago. */
  eventual:
    <const Backend extends string>(backend: Backend) =>
    <Shape>() =>
      Context.Service<EventualStorage<Backend>, Shape>(`hapax/storage/backend/Eventual/${backend}`)
}
