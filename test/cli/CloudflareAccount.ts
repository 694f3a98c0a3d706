/** A Cloudflare account as far as wrangler's commands show it, in memory; it can stop answering after so many. */
import { readFileSync } from "node:fs"
import type { RunWrangler } from "../../src/cli/deploy/Account.ts"

export class CloudflareAccount {
  readonly databases = new Map<string, string>()
  readonly namespaces = new Map<string, string>()
  readonly buckets = new Set<string>()
  readonly queues = new Set<string>()
  /** Null as long as there is no Worker. */
  secrets: Map<string, string> | null = null
  /** Every command that was run, as it was typed. */
  readonly commands: Array<string> = []
  private left = Infinity
  private isDoneBefore = false

  /** After so many commands the process that asks is ended: before the next one is done, or after. */
  endAfter(commands: number, isDone: boolean): void {
    this.left = commands
    this.isDoneBefore = isDone
  }

  readonly wrangler: RunWrangler = async (parameters) => {
    if (this.left <= 0) {
      if (this.isDoneBefore && this.left === 0) this.run(parameters)
      this.left = -1
      throw new Error("the process was ended")
    }
    this.left -= 1
    return this.run(parameters)
  }

  /** All that a deployment may have made. */
  get state() {
    return {
      databases: [...this.databases.keys()].toSorted(),
      namespaces: [...this.namespaces.keys()].toSorted(),
      buckets: [...this.buckets].toSorted(),
      queues: [...this.queues].toSorted(),
      secrets: [...(this.secrets?.keys() ?? [])]
    }
  }

  private run(parameters: ReadonlyArray<string>) {
    this.commands.push(parameters.join(" "))
    const [first, second, third, fourth] = parameters
    switch (`${first} ${second}`) {
      case "d1 list":
        return told(JSON.stringify([...this.databases].map(([name, uuid]) => ({ name, uuid, version: "production" }))))
      case "d1 create":
        return this.made(this.databases, third)
      case "kv namespace":
        return third === "list"
          ? told(JSON.stringify([...this.namespaces].map(([title, id]) => ({ title, id }))))
          : this.made(this.namespaces, fourth)
      case "r2 bucket":
        return third === "info"
          ? this.buckets.has(fourth ?? "")
            ? told("name: it")
            : refused("The specified bucket does not exist. [code: 10006]")
          : told(`Created ${[...this.buckets.add(fourth ?? "")].length}`)
      case "queues info":
        return this.queues.has(third ?? "") ? told("Queue Name: it") : refused(`Queue "${third}" does not exist.`)
      case "queues create":
        return told(`Created ${[...this.queues.add(third ?? "")].length}`)
      case "secret list":
        return this.secrets === null
          ? refused("This Worker does not exist on your account. [code: 10007]")
          : told(JSON.stringify([...this.secrets.keys()].map((name) => ({ name, type: "secret_text" }))))
      case "deploy --config":
        return this.deployed(parameters)
      default:
        throw new Error(`the account knows no ${parameters.join(" ")}`)
    }
  }

  private made(things: Map<string, string>, name = "") {
    if (things.has(name)) return refused(`${name} already exists`)
    things.set(name, `${name}-id`)
    return told(`Created ${name}`)
  }

  private deployed(parameters: ReadonlyArray<string>) {
    const file = parameters[parameters.indexOf("--secrets-file") + 1]
    const sent = parameters.includes("--secrets-file") ? JSON.parse(readFileSync(file ?? "", "utf8")) : {}
    this.secrets = new Map([...(this.secrets ?? []), ...Object.entries(sent as Record<string, string>)])
    return told("Uploaded")
  }
}

const told = (stdout: string) => ({ code: 0, stdout, output: stdout })
const refused = (output: string) => ({ code: 1, stdout: "", output })
