/** npm `oidc-provider` in a process of its own, with everything it keeps in one folder. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { discover, type Site } from "./Site.ts"

export const startReference = async (
  folder: string,
  users: ReadonlyArray<string>,
  hash: "native" | "module"
): Promise<Site> => {
  await mkdir(folder, { recursive: true })
  const child = fork(
    join(import.meta.dirname, "reference/Server.ts"),
    [join(folder, "provider.sqlite"), hash, ...users],
    {
      env: { ...process.env, NODE_ENV: "production" },
      // Its notices about development settings are not about this.
      stdio: ["ignore", "ignore", "inherit", "ipc"]
    }
  )
  const [first] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [unknown]
  if (typeof first !== "string") throw new Error(`oidc-provider did not start: ${String(first)}`)
  return {
    name: "oidc-provider",
    issuer: first,
    metadata: await discover(first),
    close: async () => {
      const gone = once(child, "exit")
      child.kill()
      await gone
    }
  }
}
