/** The queue of the local store: a message stays until its consumer has acknowledged it, whatever ends before. */
import { mkdtempSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { convertV4MiniflareOptions, Miniflare } from "miniflare"
import { afterAll, expect, it } from "vitest"
import { workerBundle } from "../../src/cli/WorkerBundle.ts"

const data = mkdtempSync(join(tmpdir(), "hapax-test-"))
afterAll(() => rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

/** A Worker that takes what its `ACCEPTS` names, refuses everything else, and tells what it took. */
const consumer = `
  const taken = []
  export default {
    fetch: () => Response.json(taken),
    queue(batch, env) {
      for (const message of batch.messages) {
        const accepts = env.ACCEPTS.includes(batch.queue) && message.body !== "poison"
        if (accepts || batch.queue === "dead") taken.push([batch.queue, message.body])
        if (accepts || batch.queue === "dead") message.ack()
        else message.retry(message.body.delaySeconds === undefined ? {} : { delaySeconds: message.body.delaySeconds })
      }
    }
  }`

const open = async (accepts: ReadonlyArray<string>, maxRetries: number) => {
  const { local } = await workerBundle()
  const consumers = { main: { maxBatchSize: 2, maxRetries, deadLetterQueue: "dead" }, dead: {} }
  const simulator = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      resourcePersistencePath: data,
      workers: [
        {
          name: "hapax",
          modules: true,
          script: consumer,
          compatibilityDate: "2026-11-01",
          bindings: { ACCEPTS: [...accepts] },
          serviceBindings: { OUTBOX: { name: "local", entrypoint: "LocalQueue", props: { queue: "main" } } }
        },
        {
          ...local.options,
          name: "local",
          modules: local.modules.map((module) => ({ ...module })),
          modulesRoot: join(local.modules[0]!.path, ".."),
          bindings: { CONSUMERS: consumers },
          serviceBindings: { WORKER: "hapax" }
        }
      ]
    })
  )
  interface Bound {
    readonly OUTBOX: { readonly sendBatch: (messages: ReadonlyArray<{ readonly body: unknown }>) => Promise<void> }
  }
  return {
    send: async (...bodies: ReadonlyArray<unknown>) => {
      const { OUTBOX } = await simulator.getBindings<Bound>("hapax")
      await OUTBOX.sendBatch(bodies.map((body) => ({ body })))
    },
    /** What was taken, once it is that many. */
    taken: async (many: number): Promise<ReadonlyArray<unknown>> => {
      for (;;) {
        const all = (await (await simulator.dispatchFetch("http://localhost/")).json()) as ReadonlyArray<unknown>
        if (all.length >= many) return all
        await wait(50)
      }
    },
    close: () => simulator.dispose()
  }
}

it("a message survives the end of the process, and comes again until it is acknowledged", async () => {
  const refusing = await open([], 100)
  await refusing.send({ n: 1 }, { n: 2 }, { n: 3 })
  // Time enough to be handed over, and to be refused.
  await wait(500)
  expect(await refusing.taken(0)).toEqual([])
  await refusing.close()
  const accepting = await open(["main"], 100)
  const bodies = (await accepting.taken(3)).map((one) => JSON.stringify(one))
  expect(bodies.toSorted()).toEqual(['["main",{"n":1}]', '["main",{"n":2}]', '["main",{"n":3}]'])
  await accepting.close()
})

it("what is refused too often goes to the dead-letter queue, alone", async () => {
  const queue = await open(["main"], 0)
  await queue.send("good", "poison")
  const taken = (await queue.taken(2)).map((one) => JSON.stringify(one))
  expect(taken.toSorted()).toEqual(['["dead","poison"]', '["main","good"]'])
  await queue.close()
})

it("a message waits as long as its consumer says before it comes again", async () => {
  const refusing = await open([], 100)
  await refusing.send({ delaySeconds: 3600 }, { delaySeconds: 1 })
  await wait(500)
  await refusing.close()
  const accepting = await open(["main"], 100)
  expect(await accepting.taken(1)).toEqual([["main", { delaySeconds: 1 }]])
  await accepting.close()
})
