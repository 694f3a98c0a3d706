/** That a single-use thing was used, in D1: looking at the mark is one call, setting it another. */
import { Exit } from "effect"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import type { Befall } from "../../../src/layers/test/kernel/Fault.ts"
import type { World } from "../../../src/layers/test/kernel/World.ts"
import { OutcomeUnknown, type StorageError } from "../../../src/services/storage/StorageError.ts"

const tables = new WeakMap<World, Cells<true>>()

/** A table of the world's own. */
const marksOf = (world: World): Cells<true> => {
  const known = tables.get(world) ?? new Cells<true>(world, "D1 marks")
  tables.set(world, known)
  return known
}

const turn = <A>(
  operation: string,
  run: (marks: Cells<true>) => A,
  befalls: ReadonlyArray<Befall<StorageError>> = []
) =>
  MemoryDatabase.use(({ world }) => {
    const execute = (): Exit.Exit<A, StorageError> => Exit.succeed(run(marksOf(world)))
    return world.call({ place: "D1", operation, execute, befalls })
  })

export const isMarked = (id: string) => turn("SELECT used", (marks) => marks.has(id))

export const mark = (id: string) => {
  const unknown = Exit.fail(new OutcomeUnknown({ operation: "UPDATE used", detail: "the database did not answer" }))
  return turn("UPDATE used", (marks) => void marks.set(id, true), [
    { fault: "lost reply", executes: "now", hears: unknown },
    { fault: "lost request", executes: "never", hears: unknown }
  ])
}
