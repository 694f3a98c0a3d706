/**
 * Finding the promise that a client waits for: nothing in a simulation may wait for the host, whose order nobody chose.
 */
import { createHook } from "node:async_hooks"
import { relative } from "node:path"

/** Where the last promise was made while `run` ran: a file and a line of the project; undefined if none was made. */
export const lastPromise = (run: () => void): string | undefined => {
  const stacks: Array<string> = []
  const hook = createHook({
    init: (_id, type) => {
      if (type !== "PROMISE") return
      const limit = Error.stackTraceLimit
      Error.stackTraceLimit = 50
      stacks.push(new Error("a promise was made").stack ?? "")
      Error.stackTraceLimit = limit
    }
  })
  hook.enable()
  try {
    run()
  } finally {
    hook.disable()
  }
  const places = stacks.flatMap((stack) => placeOf(stack) ?? [])
  return places.at(-1) ?? (stacks.length > 0 ? "a library" : undefined)
}

/** The innermost frame that is neither the runtime's nor Effect's nor the kernel's; undefined if all are. */
const placeOf = (stack: string): string | undefined => {
  const frames = stack.split("\n").slice(1)
  const own = frames.find((frame) => frame.includes("/") && !/node_modules|node:|layers\/test\/kernel\//.test(frame))
  const [, path, line] = /(?:file:\/\/)?(\/[^():]+):(\d+):\d+\)?$/.exec(own ?? "") ?? []
  // Frames below the simulation's own are those of whoever runs it.
  return path === undefined || path.endsWith("Simulate.ts")
    ? undefined
    : `${relative(process.cwd(), path)}, line ${line}`
}
