/**
 * Work that the platform sets off by itself, and may end in the middle: the handler of an alarm, of a queue, of a cron.
 *
 * It is a process of the run like a client, so its calls interleave with everybody's and may fail. In addition each of
 * them may be the last thing that the handler does ("consumer failure"): before the call was executed, or after it.
 */
import { Effect, Exit } from "effect"
import type { Befall } from "../kernel/Fault.ts"
import { type Call, type Caller, CurrentCaller } from "../kernel/World.ts"

/** The handler was ended where it was. */
export class HandlerEnded extends Error {
  override readonly name = "HandlerEnded"
}

const ended = Exit.die(new HandlerEnded("the platform ended the handler"))

const endings: ReadonlyArray<Befall<never>> = [
  { fault: "consumer failure", executes: "now", hears: ended },
  { fault: "consumer failure", executes: "never", hears: ended }
]

/** The same work, which may be ended at each of its calls. Nothing of it runs after that. */
export const mayBeEnded = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    const caller = fiber.getRef(CurrentCaller)
    return caller === undefined ? work : Effect.provideService(work, CurrentCaller, ending(caller))
  })

const ending = (caller: Caller): Caller => ({
  get memory() {
    return caller.memory
  },
  act: (name, run) => caller.act(name, run),
  suspend: <A, E>(call: Call<A, E>) => caller.suspend<A, E>({ ...call, befalls: [...call.befalls, ...endings] })
})
