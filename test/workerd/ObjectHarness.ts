/** The production objects in real workerd, for laws and for tests of the objects themselves. */
import { build } from "esbuild"
import { Miniflare, type MiniflareOptions } from "miniflare"
import type { Objects } from "../../src/layers/cloudflare/Bindings.ts"
import { StepAnswer } from "../../src/layers/cloudflare/objects/StepAnswer.ts"
import { Schema } from "effect"
import type { Binding, Door, Isolate, Row } from "./ObjectWorker.ts"

const classes: Readonly<Record<Binding, string>> = {
  ACCOUNT: "AccountObject",
  TICKET: "TicketObject",
  LIMITER: "LimiterObject",
  KEY_RING: "KeyRingObject",
  TRIAL: "TrialObject"
}

const worker = "objects"
const queue = "outbox"

/** The Worker of the tests as one module. */
const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/ObjectWorker.ts`],
    bundle: true,
    write: false,
    format: "esm",
    target: "esnext",
    conditions: ["workerd", "worker"],
    external: ["cloudflare:*", "node:*"]
  })
  return outputFiles[0]?.text ?? ""
}

const options = (contents: string): MiniflareOptions => ({
  cf: false,
  workers: [
    {
      config: {
        name: worker,
        compatibilityDate: "2026-11-01",
        compatibilityFlags: ["nodejs_compat"],
        manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents } } },
        env: {
          ...Object.fromEntries(
            Object.entries(classes).map(([name, exportName]) => [
              name,
              { type: "durable-object" as const, worker, exportName }
            ])
          ),
          OUTBOX: { type: "queue", name: queue }
        },
        exports: Object.fromEntries(
          Object.values(classes).map((name) => [name, { type: "durable-object" as const, storage: "sqlite" as const }])
        ),
        triggers: [{ type: "queue", name: queue, maxBatchTimeout: 0 }]
      }
    }
  ]
})

/** One object, as a test holds it. */
export interface ObjectUnderTest {
  /** Runs a step and tells its whole answer. A failed call rejects. */
  readonly step: (name: string, request: unknown) => Promise<StepAnswer>
  readonly query: (statement: string, ...rows: ReadonlyArray<Row>) => Promise<ReadonlyArray<Record<string, unknown>>>
  /** Rings its alarm, and waits until it is done. */
  readonly ring: () => Promise<void>
  /** Loses its alarm, as the platform does after six failures. */
  readonly giveUp: () => Promise<void>
  /** When the platform will ring, in milliseconds. */
  readonly alarm: () => Promise<number | null>
  /** Throws it out of memory; its rows stay. */
  readonly evict: () => Promise<void>
}

export interface ObjectHarness {
  /** The objects of a class as the layers ask for them. */
  readonly namespace: (binding: Binding) => Objects
  readonly object: (binding: Binding, name: string) => ObjectUnderTest
  readonly set: (asked: Partial<Isolate>) => Promise<void>
  readonly see: () => Promise<Isolate>
  /** Throws every object out of memory that was asked for a step since the last time. */
  readonly evictAll: () => Promise<void>
  /** Ends the process and starts another over the same rows. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

const decodeAnswer = Schema.decodeUnknownSync(Schema.fromJsonString(StepAnswer))

export const startObjects = async (): Promise<ObjectHarness> => {
  const settled = options(await bundle())
  const miniflare = new Miniflare(settled)
  await miniflare.ready
  const asked = new Map<string, readonly [Binding, string]>()
  let settings: Partial<Isolate> = {}

  const post = async <K extends keyof Door>(path: K, body: Door[K]): Promise<unknown> => {
    const response = await miniflare.dispatchFetch(`http://objects/${path}`, {
      method: "POST",
      body: JSON.stringify(body)
    })
    const { answer, problem } = (await response.json()) as { answer?: unknown; problem?: { message?: string } }
    if (problem !== undefined) throw Object.assign(new Error(problem.message), problem)
    return answer
  }
  const run = (binding: Binding, name: string, step: string, request: string) => {
    asked.set(`${binding} ${name}`, [binding, name])
    return post("step", { binding, name, step, request })
  }
  const evict = async (binding: Binding, name: string) => {
    const evicted = miniflare.unsafeEvictDurableObject(worker, classes[binding], { name })
    // One that nobody asked for in a while is out of memory already.
    await evicted.catch((problem: Error) => {
      if (!problem.message.includes("not currently running")) throw problem
    })
  }
  const set = async (changed: Partial<Isolate>) => {
    settings = { ...settings, ...changed }
    await post("set", changed)
  }
  return {
    namespace: (binding) =>
      ({
        idFromName: (name: string) => name,
        get: (name: string) => ({ run: (step: string, request: string) => run(binding, name, step, request) })
      }) as unknown as Objects,
    object: (binding, name) => ({
      step: async (step, request) => decodeAnswer(await run(binding, name, step, JSON.stringify(request))),
      query: async (statement, ...rows) =>
        (await post("query", { binding, name, statement, rows: rows.length === 0 ? [[]] : rows })) as never,
      ring: async () => {
        await post("ring", { binding, name })
      },
      giveUp: async () => {
        await post("giveUp", { binding, name })
      },
      alarm: async () => (await post("alarm", { binding, name })) as number | null,
      evict: () => evict(binding, name)
    }),
    set,
    see: async () => (await post("see", {})) as Isolate,
    evictAll: async () => {
      for (const [binding, name] of asked.values()) await evict(binding, name)
      asked.clear()
    },
    restart: async () => {
      await miniflare.setOptions(settled)
      await set(settings)
    },
    close: () => miniflare.dispose()
  }
}
