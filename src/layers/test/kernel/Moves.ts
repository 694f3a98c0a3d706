/**
 * What may happen next in a run, in the order in which it is offered: whoever moved last goes on, then the others, and
 * behind all of them what may go wrong. So choice 0 is always the quietest.
 */
import type { Exit } from "effect"
import type { Option } from "./Chooser.ts"
import type { Client, Suspension } from "./Client.ts"
import type { Befall, Fault } from "./Fault.ts"
import type { Call, Source } from "./World.ts"

/** A call whose caller no longer waits for it. */
export interface Orphan {
  readonly process: number
  readonly name: string
  readonly who: string
  readonly within: number
  readonly call: Call
}

export type Move = Option &
  (
    | { readonly _tag: "wakes" | "hangs up"; readonly client: Client; readonly suspension: Suspension }
    | {
        readonly _tag: "hears"
        readonly client: Client
        readonly suspension: Suspension
        readonly answer: Exit.Exit<unknown, unknown>
      }
    | {
        readonly _tag: "executes"
        readonly client: Client
        readonly suspension: Suspension
        readonly call: Call
        readonly befall: Befall | undefined
      }
    | { readonly _tag: "arrives late"; readonly orphan: Orphan }
    | { readonly _tag: "happens"; readonly source: Source; readonly label: string; readonly fire: () => void }
  )

/** Where a run stands. */
export interface Standing {
  /** All processes; who moved last is offered first. */
  readonly processes: ReadonlyArray<Client>
  readonly last: Client | undefined
  readonly orphans: ReadonlyArray<Orphan>
  /** Answers of calls that were executed and not heard yet. */
  readonly planned: ReadonlyMap<Suspension, Exit.Exit<unknown, unknown>>
  /** What the platform may do by itself, if it may now. */
  readonly sources: ReadonlyArray<Source>
  /** The faults that may happen now. */
  readonly faults: ReadonlySet<Fault>
  /** Clients that may hang up; the platform's own processes do not. */
  readonly mayHangUp: (client: Client) => boolean
  readonly numberOf: (process: string) => number
}

/** Moves of one process, apart from those of any other: no process has so many. */
const room = 2 ** 30

/** Moves of one suspension, apart. */
const variants = 32

export const movesFrom = (standing: Standing): ReadonlyArray<Move> => {
  const quiet: Array<Move> = []
  const faulty: Array<Move> = []
  const { last } = standing
  if (last !== undefined) ofClient(standing, last, quiet, faulty)
  for (const client of standing.processes) if (client !== last) ofClient(standing, client, quiet, faulty)
  for (const orphan of standing.orphans) {
    const { process } = orphan
    quiet.push({ _tag: "arrives late", id: process * room, process, fault: undefined, orphan })
  }
  for (const source of standing.sources) ofSource(standing, source, quiet, faulty)
  for (const move of faulty) quiet.push(move)
  return quiet
}

const ofClient = (standing: Standing, client: Client, quiet: Array<Move>, faulty: Array<Move>): void => {
  const { suspensions } = client.at
  if (suspensions.length === 0) return
  const { faults, planned } = standing
  const process = standing.numberOf(client.name)
  for (let index = 0; index < suspensions.length; index++) {
    const suspension = suspensions[index] as Suspension
    const id = process * room + suspension.number * variants
    const own = { process, client, suspension, fault: undefined }
    const answer = planned.get(suspension)
    const { call } = suspension
    if (call === undefined) quiet.push({ ...own, _tag: "wakes", id })
    else if (answer !== undefined) quiet.push({ ...own, _tag: "hears", id: id + 1, answer })
    else {
      quiet.push({ ...own, _tag: "executes", id: id + 2, call, befall: undefined })
      if (faults.size > 0) {
        for (let nth = 0; nth < call.befalls.length; nth++) {
          const befall = call.befalls[nth] as Befall
          const { fault } = befall
          if (faults.has(fault)) faulty.push({ ...own, _tag: "executes", id: id + 4 + nth, call, befall, fault })
        }
      }
    }
    if (faults.has("disconnect") && standing.mayHangUp(client)) {
      faulty.push({ ...own, _tag: "hangs up", id: id + 3, fault: "disconnect" })
    }
  }
}

const ofSource = (standing: Standing, source: Source, quiet: Array<Move>, faulty: Array<Move>): void => {
  const process = standing.numberOf(source.name)
  for (const [index, { fault, fire, label }] of source.options().entries()) {
    if (fault !== undefined && !standing.faults.has(fault)) continue
    const move = { _tag: "happens" as const, id: process * room + index, process, fault, source, label, fire }
    if (fault === undefined) quiet.push(move)
    else faulty.push(move)
  }
}
