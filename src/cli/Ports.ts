/** Whether a port can be listened on: asked before workerd is, whose own answer is a stack trace. */
import { createServer } from "node:net"
import { setTimeout as wait } from "node:timers/promises"
import { CliFailure } from "./CliFailure.ts"

/** What came of listening for a moment: nothing, or the system's code of the error. */
const tryListen = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once("error", (problem: NodeJS.ErrnoException) => resolve(problem.code ?? problem.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })

const problemOf = (name: string, port: number, host: string, code: string): string => {
  if (code === "EADDRINUSE") {
    return `${name} ${port} is taken by another program: stop it, or choose another port (${name}=${port + 10})`
  }
  if (code === "EACCES") return `${name} ${port} may only be used by the administrator: choose one above 1023`
  return `nothing can listen on ${host} port ${port}: ${code}`
}

export interface PortOptions {
  /** The variable that chose the port. */
  readonly name: string
  readonly port: number
  readonly hosts: ReadonlyArray<string>
  /** Milliseconds to wait for a port to become free. */
  readonly patience: number
}

/** Those of the addresses that this machine has; fails if one of them is taken. */
export const usableHosts = async ({ hosts, name, patience, port }: PortOptions): Promise<ReadonlyArray<string>> => {
  const usable: Array<string> = []
  for (const host of hosts) {
    let code = await tryListen(host, port)
    for (const began = Date.now(); code === "EADDRINUSE" && Date.now() - began < patience;) {
      await wait(100)
      code = await tryListen(host, port)
    }
    if (code === undefined) usable.push(host)
    // A machine without IPv6 has no ::1, and localhost is then the other address alone.
    else if (!(isMissing(code) && hosts.length > 1)) {
      throw new CliFailure({ message: problemOf(name, port, host, code) })
    }
  }
  if (usable.length > 0) return usable
  throw new CliFailure({ message: `nothing can listen on port ${port}: this machine has none of ${hosts.join(", ")}` })
}

const isMissing = (code: string): boolean => code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT"
