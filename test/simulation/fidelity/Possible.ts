/**
 * Whether the model could have answered what was recorded: is there an order of its moments, in which nothing begins
 * before what had ended before it, and in which everybody hears what they heard?
 *
 * Every order is tried, and given up as soon as somebody hears something else. What a fault could explain is looked for
 * only where nothing simpler does: first without, then with one, then with two.
 */
import { Effect, Exit } from "effect"
import type { Chooser, Option } from "../../../src/layers/test/kernel/Chooser.ts"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import type { Move } from "../../../src/layers/test/kernel/Moves.ts"
import { Stage } from "../../../src/layers/test/kernel/Stage.ts"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import { type Call, TestWorld, type World } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { type Answer, type Holds, noAnswer, step } from "./Action.ts"
import { model, type ModelServices } from "./Model.ts"
import { namesOf, type Recording, type Request } from "./Recording.ts"
import { roundOf } from "./Rounds.ts"

export type Verdict =
  | {
      readonly possible: true
      /** How many faults it takes. */
      readonly faults: number
      readonly schedules: number
    }
  | {
      readonly possible: false
      /** Some of what the model allows in this order of requests and without faults: each a list of answers. */
      readonly allowed: ReadonlyArray<string>
      readonly schedules: number
      /** Whether there were more orders with faults than anybody has patience for. */
      readonly gaveUp: boolean
    }

/** What an eviction in the middle of a request could look like to its Worker. */
const breakages: ReadonlyArray<Fault> = ["lost request", "lost reply", "late execution", "commit failure"]

/** More runs than these are not tried. */
const patience = 20_000

/** Nor are more than these to show what would be possible. */
const shown = 2_000

/** A call that a client makes around a request, to stand where the record has it. */
interface Mark extends Call {
  readonly mark: {
    readonly number: number
    /** What came of the request, where it ends. */
    readonly answered: Answer | undefined
    /** The requests that had ended where it begins. */
    readonly others: ReadonlyArray<number>
  }
}

/** What has ended, by the number of the request, of a world: only to say which moments depend on which. */
const endings = new WeakMap<World, Cells<boolean>>()

const endedOf = (world: World): Cells<boolean> => {
  const known = endings.get(world)
  if (known !== undefined) return known
  const made = new Cells<boolean>(world, "requests that ended")
  endings.set(world, made)
  return made
}

/** The requests of others that had ended before this one began; when one without an answer ended, nobody knows. */
const before = (requests: ReadonlyArray<Request>, { began, client }: Request): ReadonlyArray<number> =>
  requests.flatMap((other, number) =>
    other.ended < began && other.client !== client && other.outcome !== noAnswer ? [number] : []
  )

const marked = (number: number, answered: Answer | undefined, others: ReadonlyArray<number>) =>
  TestWorld.use((world) => {
    const ended = endedOf(world)
    const call: Mark = {
      mark: { number, answered, others },
      place: "record",
      operation: `request ${number} ${answered === undefined ? "begins" : "ends"}`,
      execute: () => {
        if (answered === undefined) for (const other of others) ended.get(`${other}`)
        else ended.set(`${number}`, true)
        return Exit.void
      },
      befalls: []
    }
    return world.call(call)
  })

/** The end of a client that left requests behind. */
const gone = TestWorld.use((world) =>
  world.call({ place: "record", operation: "is gone", execute: () => Exit.void, befalls: [] })
)

/**
 * A client of the record, in the model. A request that nobody answered goes on beside the others for as long as the
 * client is there, and that is for as long as the order of moments says: to its end, to its middle, or not at all.
 */
const clientOf = Effect.fnUntraced(function* ({ requests }: Recording, who: string, scene: Holds) {
  let holds = scene
  let leftBehind = false
  for (const [number, request] of requests.entries()) {
    if (request.client !== who) continue
    const others = before(requests, request)
    if (others.length > 0) yield* marked(number, undefined, others)
    if (request.outcome === noAnswer) {
      yield* Effect.forkChild(step(model, request.action, holds))
      leftBehind = true
      continue
    }
    const answer = yield* step(model, request.action, holds)
    yield* marked(number, answer, [])
    holds = { ...holds, ...answer.gives }
  }
  if (leftBehind) yield* gone
})

const scenarioOf = (recording: Recording, faults: number): Scenario<Holds, ModelServices> => ({
  name: recording.round,
  layer: MemoryProvider,
  setup: model.scene(roundOf(recording.round).scene),
  clients: (scene) =>
    Object.fromEntries(
      [...new Set(recording.requests.map(({ client }) => client))].map((who) => [who, clientOf(recording, who, scene)])
    ),
  oracles: [],
  ...(faults > 0 && { faults: breakages, atMost: faults })
})

/** A chooser that keeps to the record. */
interface AsRecorded extends Chooser {
  /** What was answered in the run at hand, by the number of the request. */
  readonly answers: ReadonlyMap<number, Answer>
}

const markOf = (option: Option): Mark["mark"] | undefined => {
  const { _tag, call } = option as Extract<Move, { _tag: "executes" }>
  return _tag === "executes" && "mark" in call ? (call as Mark).mark : undefined
}

/** Only what may begin begins; a run in which somebody hears something else is given up, if it `insists`. */
const asRecorded = (inner: Chooser, { requests }: Recording, insists: boolean): AsRecorded => {
  const answers = new Map<number, Answer>()
  const mayHappen = (option: Option): boolean => markOf(option)?.others.every((number) => answers.has(number)) ?? true
  const isOtherwise = (option: Option): boolean => {
    const mark = markOf(option)
    return mark?.answered !== undefined && mark.answered.outcome !== requests[mark.number]?.outcome
  }
  return {
    happened: (access) => inner.happened(access),
    value: (count, what) => inner.value(count, what),
    answers,
    pick: (options) => {
      if (insists && options.some(isOtherwise)) return -1
      const open = options.filter(mayHappen)
      const chosen = open[inner.pick(open)]
      if (chosen === undefined) return -1
      const mark = markOf(chosen)
      if (mark?.answered !== undefined) answers.set(mark.number, mark.answered)
      return options.indexOf(chosen)
    },
    next: () => {
      answers.clear()
      return inner.next()
    }
  }
}

/** What everybody heard in a run, with the names of refresh tokens as the record gives them: in the order of ends. */
const heard = ({ requests }: Recording, answers: ReadonlyMap<number, Answer>, scene: Holds): string => {
  const nameOf = namesOf(scene)
  const ends = [...requests.entries()].toSorted(([, a], [, b]) => a.ended - b.ended)
  const said = ends.map(([number, { action, client, outcome }]) => {
    const answer = outcome === noAnswer ? { outcome } : answers.get(number)
    return {
      number,
      text: answer === undefined ? "" : told({ client, action, outcome: answer.outcome, ...nameOf(answer) })
    }
  })
  return said
    .toSorted((a, b) => a.number - b.number)
    .map(({ text }) => text)
    .join("; ")
}

const told = ({ action, client, gave, outcome }: Pick<Request, "client" | "action" | "outcome" | "gave">): string =>
  `${client} ${action}: ${outcome}${gave === undefined ? "" : ` (${gave})`}`

/** Tries orders until one comes to what was recorded; `undefined` if there is none. */
const find = Effect.fnUntraced(function* (recording: Recording, faults: number, reduces: boolean) {
  const stage = yield* Stage.make(scenarioOf(recording, faults), { traced: false, remembers: true })
  const chooser = asRecorded(exhaustive({ reduces }), recording, true)
  const wanted = recording.requests.map(told).join("; ")
  let tried = 0
  do {
    tried++
    const found = stage.perform(
      chooser,
      (ended) => !ended.abandoned && heard(recording, chooser.answers, stage.scene) === wanted
    )
    if (found) return { found, tried }
  } while (tried < patience && chooser.next())
  return { found: false, tried }
})

/** All that the model answers in the order of requests that was recorded, without faults. */
const allowed = Effect.fnUntraced(function* (recording: Recording) {
  const stage = yield* Stage.make(scenarioOf(recording, 0), { traced: false, remembers: true })
  const chooser = asRecorded(exhaustive(), recording, false)
  const texts = new Set<string>()
  let tried = 0
  do
    stage.perform(chooser, (ended) => {
      if (!ended.abandoned) texts.add(heard(recording, chooser.answers, stage.scene))
    })
  while (++tried < shown && chooser.next())
  return [...texts]
})

/** How a recording is looked for. */
export interface Looking {
  /** With how many faults; where nothing was done to the platform, none may be needed. */
  readonly faults?: number
  /** Whether of orders that come to the same only one is tried. */
  readonly reduces?: boolean
  /** Whether what is possible is looked for too, if this is not. */
  readonly shows?: boolean
}

/** Whether the model could have answered this. */
export const possible = (
  recording: Recording,
  { faults, reduces = true, shows = true }: Looking = {}
): Effect.Effect<Verdict> =>
  Effect.gen(function* () {
    const most = faults ?? (recording.requests.some(({ action }) => action === "evict") ? 2 : 0)
    let schedules = 0
    let gaveUp = false
    for (let count = 0; count <= most; count++) {
      const { found, tried } = yield* find(recording, count, reduces)
      schedules += tried
      gaveUp = tried >= patience
      if (found) return { possible: true, faults: count, schedules }
      if (gaveUp) break
    }
    return { possible: false, allowed: shows ? yield* allowed(recording) : [], schedules, gaveUp }
  })
