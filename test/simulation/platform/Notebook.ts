/** A place where background work writes down what it does, so that a test can read in which order it was done. */
import { Context, Effect, Exit, Layer } from "effect"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import { aWorld, TestWorld, type World } from "../../../src/layers/test/kernel/World.ts"

export class Notebook extends Context.Service<
  Notebook,
  {
    readonly world: World
    /** One call, which does nothing but write a word down. */
    readonly note: (word: string) => Effect.Effect<void>
    /** All words in their order. */
    readonly words: Effect.Effect<string>
  }
>()("hapax/test/Notebook") {}

export const aNotebook = Layer.effect(
  Notebook,
  TestWorld.use((world) => {
    const pages = new Cells<string>(world, "notebook")
    return Effect.succeed({
      world,
      note: (word) =>
        world.call({
          place: "notebook",
          operation: "note",
          execute: () => {
            const before = pages.get("")
            pages.set("", before === undefined ? word : `${before} ${word}`)
            return Exit.void
          },
          befalls: []
        }),
      words: Effect.sync(() => pages.get("") ?? "")
    })
  })
).pipe(Layer.provideMerge(aWorld))

/** Something over a notebook, and the notebook. */
export const withNotebook = <I, S>(
  service: Context.Key<I, S>,
  make: (notebook: Context.Service.Shape<typeof Notebook>) => S
) =>
  Layer.effect(
    service,
    Notebook.use((notebook) => Effect.succeed(make(notebook)))
  ).pipe(Layer.provideMerge(aNotebook))

export const note = (word: string) => Notebook.use((notebook) => notebook.note(word))
export const words = Notebook.use((notebook) => notebook.words)
