/**
 * The operator's commands of a deployed Worker: its entry point `Operator`, through a binding to the account.
 *
 * Nothing is opened to the internet for it. Whoever may deploy the Worker may bind to it, and nobody else.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { attempt } from "./CliFailure.ts"
import { accountD1 } from "./RemoteD1.ts"
import { deploymentConfig } from "./DeploymentConfig.ts"

interface OperatorBinding extends Record<string, unknown> {
  readonly OPERATOR: { readonly run: (request: string) => Promise<string> }
}

/** The store of the deployed Worker, for as long as the scope is open. */
export const openRemoteStore = Effect.gen(function* () {
  const proxy = yield* Effect.acquireRelease(
    attempt("the Worker in your account cannot be reached", openProxy),
    ({ close }) => Effect.promise(close)
  )
  return {
    operate: (request: string) => attempt("the operator does not answer", () => proxy.operator.run(request)),
    d1: accountD1()
  }
})

const openProxy = async () => {
  const { accountId, name } = await deploymentConfig()
  const folder = await mkdtemp(join(tmpdir(), "hapax-"))
  const configPath = join(folder, "wrangler.json")
  const services = [{ binding: "OPERATOR", service: name, entrypoint: "Operator", remote: true }]
  const account = accountId === undefined ? {} : { account_id: accountId }
  await writeFile(
    configPath,
    JSON.stringify({ name: `${name}-operator`, compatibility_date: "2026-11-01", ...account, services })
  )
  const { getPlatformProxy } = await import("wrangler")
  const forget = () => rm(folder, { recursive: true, force: true })
  const proxy = await getPlatformProxy<OperatorBinding>({ configPath, persist: false }).catch(async (problem) => {
    await forget()
    throw problem
  })
  return {
    operator: operatorOf(proxy.env),
    close: async () => {
      await proxy.dispose()
      await forget()
    }
  }
}

const operatorOf = ({ OPERATOR }: OperatorBinding) => OPERATOR
