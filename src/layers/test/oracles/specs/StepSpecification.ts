/**
 * The production steps as a sequential specification: one after the other over plain rows, at the time of each.
 *
 * What is checked by it is not a step but everything around one: that an operation, of however many calls, layers and
 * copies it is made, answers as if it were this one step at one moment.
 */
import { Exit, Result } from "effect"
import type { Step, Steps } from "../../../objects/Step.ts"
import type { TableSpecs } from "../../../objects/Table.ts"
import { agreesBy } from "../Linearizable.ts"
import type { Specification } from "../Linearization.ts"
import { noRows, RowDraft, type RowState, textOfRows } from "./Rows.ts"
import { withoutTimes } from "./WithoutTimes.ts"

/** A step by its name, and what it is asked. */
export interface StepRequest {
  readonly step: string
  readonly request: unknown
}

/** A request at a time, done before the history begins. */
export interface Before {
  readonly key: string
  readonly request: StepRequest
  readonly now: number
}

/** The steps over these tables, beginning with what `before` made. */
export const stepSpecification = (
  tables: TableSpecs,
  steps: Steps,
  before: ReadonlyArray<Before> = []
): Specification<RowState, StepRequest> => {
  const apply = (state: RowState, { request, step: name }: StepRequest, now: number) => {
    const step: Step<unknown, unknown, unknown, unknown> | undefined = steps[name]
    if (step === undefined) throw new Error(`there is no step ${name}`)
    const draft = new RowDraft(state)
    // What goes into the outbox is no row that an operation reads: the audit has an oracle of its own.
    const tx = { ...draft.tables(tables), now, audit: ignored, mirror: ignored, tell: ignored, bytes: () => 0 }
    const result = step.run(tx as never, request)
    const answer: Exit.Exit<unknown, unknown> = Result.isSuccess(result)
      ? Exit.succeed(result.success)
      : Exit.fail(result.failure)
    return [draft.state, answer] as const
  }
  return {
    initial: (key) =>
      before
        .filter((done) => done.key === key)
        .reduce<RowState>((state, { now, request }) => apply(state, request, now)[0], noRows),
    apply,
    agrees: agreesBy(withoutTimes),
    textOf: textOfRows
  }
}

const ignored = (): void => undefined
