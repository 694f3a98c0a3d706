/**
 * Which calls in conflict were seen in both orders, and with which faults.
 *
 * Two calls of different clients are in conflict where they touch the same data and one of them writes. Where only one
 * order was seen, either the other is impossible or nobody has looked.
 */
import { type Access, conflicts } from "../kernel/Access.ts"
import type { Fault } from "../kernel/Fault.ts"
import type { Ended } from "../kernel/Plan.ts"
import { dataOf } from "./Conflict.ts"
import { tableLines } from "./TextTable.ts"

/** A pair of operations: for one and the same, `first` is that of the client whose name comes first. */
export interface Pair {
  readonly first: string
  readonly second: string
  /** Runs in which `first` came first, and in which it came second. */
  readonly forward: number
  readonly backward: number
  /** What happened in runs with this pair, and what could have in the scenarios in which it was seen. */
  readonly faults: ReadonlyArray<Fault>
  readonly possible: ReadonlyArray<Fault>
}

/** What was seen; it can be sent from one thread to another. */
export interface Seen {
  readonly runs: number
  /** Runs that were looked at. */
  readonly sampled: number
  readonly pairs: ReadonlyArray<Pair>
}

export const nothingSeen: Seen = { runs: 0, sampled: 0, pairs: [] }

interface Executed {
  readonly client: string
  readonly operation: string
  readonly data: Access
}

interface Counted {
  readonly first: string
  readonly second: string
  readonly orders: [number, number]
  readonly faults: Set<Fault>
}

/** Of the runs after the first thousand, one in so many is looked at: there are a million, and they are alike. */
export const sampling = { always: 1_000, thenOneIn: 16 } as const

/** Counts for one search: hears of calls as they are executed, and of the end of each run. */
export class Coverage {
  private readonly possible: ReadonlyArray<Fault>
  private readonly pairs = new Map<string, Counted>()
  private runs = 0
  private sampled = 0
  private executed: Array<Executed> = []

  /** `possible`: the faults of the scenario. */
  constructor(possible: ReadonlyArray<Fault>) {
    this.possible = possible
  }

  readonly observe = (client: string, { operation }: { readonly operation: string }, access: Access): void => {
    if (this.isLooking) this.executed.push({ client, operation, data: dataOf(access) })
  }

  /** A run is over. */
  readonly ended = ({ faults }: Pick<Ended, "faults">, counts: boolean): void => {
    if (counts && this.isLooking) {
      this.sampled++
      this.count(faults)
    }
    this.executed = []
    if (counts) this.runs++
  }

  seen(): Seen {
    return {
      runs: this.runs,
      sampled: this.sampled,
      pairs: [...this.pairs.values()].map(({ faults, first, orders: [forward, backward], second }) => ({
        first,
        second,
        forward,
        backward,
        faults: [...faults],
        possible: this.possible
      }))
    }
  }

  private get isLooking(): boolean {
    return this.runs < sampling.always || this.runs % sampling.thenOneIn === 0
  }

  private count(befallen: ReadonlyArray<Fault>): void {
    const known = new Set<string>()
    for (let later = 1; later < this.executed.length; later++) {
      const after = this.executed[later] as Executed
      for (let earlier = 0; earlier < later; earlier++) {
        const before = this.executed[earlier] as Executed
        if (before.client === after.client || !conflicts(before.data, after.data)) continue
        const { faults } = this.note(before, after, known)
        for (const fault of befallen) faults.add(fault)
      }
    }
  }

  /** Counts an order once a run. */
  private note(before: Executed, after: Executed, known: Set<string>): Counted {
    const isSame = before.operation === after.operation
    const isForward = isSame ? before.client < after.client : before.operation < after.operation
    const [{ operation: first }, { operation: second }] = isForward ? [before, after] : [after, before]
    const name = nameOf({ first, second })
    const made: Counted = this.pairs.get(name) ?? { first, second, orders: [0, 0], faults: new Set() }
    this.pairs.set(name, made)
    const order = `${name}\n${isForward}`
    if (!known.has(order)) made.orders[isForward ? 0 : 1]++
    known.add(order)
    return made
  }
}

const nameOf = ({ first, second }: Pick<Pair, "first" | "second">): string => `${first}\n${second}`

/** What two searches saw, together. */
export const together = (a: Seen, b: Seen): Seen => {
  const pairs = new Map(a.pairs.map((pair) => [nameOf(pair), pair]))
  for (const pair of b.pairs) {
    const name = nameOf(pair)
    const known = pairs.get(name)
    pairs.set(name, {
      first: pair.first,
      second: pair.second,
      forward: pair.forward + (known?.forward ?? 0),
      backward: pair.backward + (known?.backward ?? 0),
      faults: union(pair.faults, known?.faults ?? []),
      possible: union(pair.possible, known?.possible ?? [])
    })
  }
  return {
    runs: a.runs + b.runs,
    sampled: a.sampled + b.sampled,
    pairs: [...pairs.values()]
  }
}

const union = <A>(some: ReadonlyArray<A>, others: ReadonlyArray<A>): ReadonlyArray<A> => [
  ...new Set([...some, ...others])
]

/** The table: the pairs of which one order was never seen are pointed at, and come first. */
export const coverageText = ({ pairs, runs, sampled }: Seen): string => {
  const sorted = pairs.toSorted(
    (a, b) => Number(isBoth(a)) - Number(isBoth(b)) || (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0)
  )
  const rows = sorted.map((pair) => ({
    mark: isBoth(pair) ? "  " : "→ ",
    cells: [pair.first, pair.second, digits(pair.forward), digits(pair.backward), faultsOf(pair)]
  }))
  const head = ["one call", "another in conflict", "in this order", "in the other", "faults in the same run"]
  const once = pairs.filter((pair) => !isBoth(pair)).length
  return [
    `Both orders of ${pairs.length - once} of ${pairs.length} pairs of calls in conflict were seen` +
      (once === 0 ? "." : `; → only one order of ${once}.`),
    ...(sampled === runs
      ? []
      : [
          `Counted in ${digits(sampled)} of ${digits(runs)} schedules: in each search the first ` +
            `${digits(sampling.always)}, then one in ${sampling.thenOneIn}.`
        ]),
    "",
    ...(rows.length === 0 ? [] : tableLines(head, rows, { rigid: new Set([2, 3]), width: 120 }))
  ].join("\n")
}

const isBoth = ({ backward, forward }: Pair): boolean => backward > 0 && forward > 0

/** That all possible faults happened, or which of them did not. */
const faultsOf = ({ faults, possible }: Pair): string => {
  const missing = possible.filter((fault) => !faults.includes(fault)).toSorted()
  if (possible.length === 0) return "none"
  return missing.length === 0
    ? `all ${possible.length}`
    : `${possible.length - missing.length} of ${possible.length}, without ${missing.join(", ")}`
}

const digits = (number: number): string => number.toLocaleString("en-US")
