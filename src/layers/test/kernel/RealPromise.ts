/**
 * Finding the promise that a client waits for: nothing in a simulation may wait for the host, whose order nobody chose.
 */
import { createHook } from "node:async_hooks"
import { relative } from "node:path"

/** Where the last promise was made while `run` ran: a file and a line of the project; undefined if none was made. */
export const lastPromise = (run: () => void): string | undefined => {
  let stack: string | undefined
  const hook = createHook({
    init: (_id, type) => {
      if (type !== "PROMISE") return
      const limit = Error.stackTraceLimit
      Error.stackTraceLimit = 50
      stack = new Error("a promise was made").stack
      Error.stackTraceLimit = limit
    }
  })
  hook.enable()
  try {
    run()
  } finally {
    hook.disable()
  }
  return stack === undefined ? undefined : placeOf(stack)
}

/** The innermost frame that is neither the runtime's nor Effect's nor this file's. */
const placeOf = (stack: string): string => {
  const frames = stack.split("\n").slice(1)
  const own = frames.find((frame) => frame.includes("/") && !/node_modules|node:|RealPromise\.ts/.test(frame))
  const [, path, line] = /(?:file:\/\/)?(\/[^():]+):(\d+):\d+\)?$/.exec(own ?? "") ?? []
  return path === undefined ? "a library" : `${relative(process.cwd(), path)}, line ${line}`
}
