/**
 * What the isolate at hand holds of what was leased to it. It is nobody else's, so it is no storage: whoever has none
 * asks for it. docs/decisions/0034-limits-everywhere.md.
 */
import { Context, type Effect } from "effect"
import type { Allowance } from "../../domain/Allowance.ts"
import type { Held } from "../../domain/Permit.ts"

/** What comes of a look at something held, and what is kept of it, at least until then (milliseconds). */
export interface Change<A> {
  readonly answer: A
  readonly held: Held
  readonly until: number
}

/** Each change is one turn: nothing of another request comes between what it reads and what it writes. */
export interface PermitMemory {
  /** `isRoom` says whether it will be kept: what is not may not be used either. */
  readonly change: <A>(
    name: string,
    change: (found: Held | undefined, isRoom: boolean) => Change<A>
  ) => Effect.Effect<A>
  readonly changeAllowance: <A>(
    change: (found: Allowance | undefined) => { readonly answer: A; readonly allowance: Allowance }
  ) => Effect.Effect<A>
}

export class HeldPermits extends Context.Service<HeldPermits, PermitMemory>()("hapax/ports/HeldPermits") {}
