/**
 * Whether a history can be put in order: one operation after the other, as a sequential specification answers them.
 *
 * Wing & Gong's search (1993) with Lowe's memory (2017) of the configurations that lead nowhere, which are a set of
 * operations done and a state. States are kept as nodes of a graph and transitions as its edges, so that in the next of
 * a hundred thousand schedules the specification is asked only what it was not asked before.
 */
import type { Exit } from "effect"
import { fingerprint } from "../kernel/Fingerprint.ts"

/** What an object does if it is asked one thing after the other. Pure: a state is never changed in place. */
export interface Specification<State, Request> {
  /** What there is of a key before the first operation of the history. */
  readonly initial: (key: string) => State
  /** What an operation does at a time (milliseconds), and what it answers. */
  readonly apply: (state: State, request: Request, now: number) => readonly [State, Exit.Exit<unknown, unknown>]
  /** Whether an answer is the expected one, for all that a specification can know. */
  readonly agrees: (expected: Exit.Exit<unknown, unknown>, actual: Exit.Exit<unknown, unknown>) => boolean
  /** Equal texts for equal states, and none for one that is like no other; without it they are equal by their data. */
  readonly textOf?: (state: State) => string | undefined
}

/** An operation of a history. One ends before another if its `ended` is less than the other's `began`. */
export interface Interval<Request> {
  readonly request: Request
  /** Where what it asks for is remembered: the same object, the same request. */
  readonly origin: object
  readonly began: number
  /** Undefined if nobody knows whether it took effect: it may have from `began` on, at any time, or never. */
  readonly ended: number | undefined
  /** The answer; undefined if nobody knows. */
  readonly answer: Exit.Exit<unknown, unknown> | undefined
  /** The time at which it was executed, in milliseconds. */
  readonly now: number
  /** When it is tried first, among those that may be next. */
  readonly likely: number
}

interface Node<State> {
  readonly number: number
  readonly state: State
  readonly edges: Map<object, Map<number, Edge<State>>>
}

interface Edge<State> {
  readonly to: Node<State>
  readonly expected: Exit.Exit<unknown, unknown>
  readonly agreed: WeakMap<object, boolean>
}

/** Beyond this many states the graph is forgotten and begun anew. */
const mostNodes = 50_000

/** The states of one key, as far as they were ever reached. */
export class Linearization<State, Request> {
  private readonly spec: Specification<State, Request>
  private readonly key: string
  private nodes = new Map<string, Node<State>>()
  private edges = 0
  private root: Node<State>

  constructor(spec: Specification<State, Request>, key: string) {
    this.spec = spec
    this.key = key
    this.root = this.nodeOf(spec.initial(key))
  }

  /** Whether some order explains all answers. */
  explains(history: ReadonlyArray<Interval<Request>>): boolean {
    if (this.nodes.size > mostNodes || this.edges > mostNodes) {
      this.nodes = new Map()
      this.edges = 0
      this.root = this.nodeOf(this.spec.initial(this.key))
    }
    const likely = [...history].sort((a, b) => a.likely - b.likely || a.began - b.began)
    return new Search<State, Request>(likely, (node, interval) => this.edgeOf(node, interval), this.spec.agrees).from(
      this.root
    )
  }

  private edgeOf(node: Node<State>, { now, origin, request }: Interval<Request>): Edge<State> {
    let byTime = node.edges.get(origin)
    if (byTime === undefined) {
      byTime = new Map()
      node.edges.set(origin, byTime)
    }
    const known = byTime.get(now)
    if (known !== undefined) return known
    const [state, expected] = this.spec.apply(node.state, request, now)
    const made = { to: state === node.state ? node : this.nodeOf(state), expected, agreed: new WeakMap() }
    byTime.set(now, made)
    this.edges++
    return made
  }

  private nodeOf(state: State): Node<State> {
    const text = this.spec.textOf === undefined ? fingerprint(state) : this.spec.textOf(state)
    // A state that is more than data is like no other: the search is right without, and longer.
    if (text === undefined) return { number: -++this.edges, state, edges: new Map() }
    const known = this.nodes.get(text)
    if (known !== undefined) return known
    const made: Node<State> = { number: this.nodes.size, state, edges: new Map() }
    this.nodes.set(text, made)
    return made
  }
}

/** One search for an order. */
class Search<State, Request> {
  private readonly history: ReadonlyArray<Interval<Request>>
  private readonly edgeOf: (node: Node<State>, interval: Interval<Request>) => Edge<State>
  private readonly agrees: Specification<State, Request>["agrees"]
  private readonly done: Array<boolean>
  private readonly deadEnds = new Set<string>()

  constructor(
    history: ReadonlyArray<Interval<Request>>,
    edgeOf: (node: Node<State>, interval: Interval<Request>) => Edge<State>,
    agrees: Specification<State, Request>["agrees"]
  ) {
    this.history = history
    this.edgeOf = edgeOf
    this.agrees = agrees
    this.done = history.map(() => false)
  }

  from(node: Node<State>): boolean {
    const { done, history } = this
    // Whatever began after something had ended comes after it.
    let soonestEnd = Number.POSITIVE_INFINITY
    let isDone = true
    for (let index = 0; index < history.length; index++) {
      const ended = history[index]?.ended
      if (done[index] === true || ended === undefined) continue
      isDone = false
      if (ended < soonestEnd) soonestEnd = ended
    }
    // What nobody knows need not have happened.
    if (isDone) return true
    const configuration = this.deadEnds.size === 0 ? undefined : this.nameOf(node)
    if (configuration !== undefined && this.deadEnds.has(configuration)) return false
    for (let index = 0; index < history.length; index++) {
      const interval = history[index]
      if (interval === undefined || done[index] === true || interval.began > soonestEnd) continue
      const edge = this.edgeOf(node, interval)
      if (interval.answer !== undefined && !this.isExpected(edge, interval.answer)) continue
      // One that changes nothing and that nobody heard of need not be told from one that never happened.
      if (interval.ended === undefined && edge.to === node) continue
      done[index] = true
      if (this.from(edge.to)) return true
      done[index] = false
    }
    this.deadEnds.add(configuration ?? this.nameOf(node))
    return false
  }

  private isExpected({ agreed, expected }: Edge<State>, actual: Exit.Exit<unknown, unknown>): boolean {
    const known = agreed.get(actual)
    if (known !== undefined) return known
    const made = this.agrees(expected, actual)
    agreed.set(actual, made)
    return made
  }

  private nameOf(node: Node<State>): string {
    let name = `${node.number}`
    for (let index = 0; index < this.done.length; index++) if (this.done[index] === true) name += ` ${index}`
    return name
  }
}
