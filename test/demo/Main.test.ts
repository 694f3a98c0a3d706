/** Starting the demo: from the environment, and with addresses that cannot be right. */
import { execFile } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import process from "node:process"
import { describe, expect, it } from "vitest"
import { startRelyingParty } from "../../demo/RelyingParty.ts"

const COMPLETE = { ISSUER: "https://op.example", CLIENT_ID: "demo", CLIENT_SECRET: "secret", DEMO_PORT: "0" }

describe("demo/main.ts", () => {
  it.each([
    ["ISSUER", "", "the environment variable ISSUER is not set"],
    ["CLIENT_ID", "", "the environment variable CLIENT_ID is not set"],
    ["CLIENT_SECRET", "", "the environment variable CLIENT_SECRET is not set"],
    ["ISSUER", "op.example", "The issuer must be a URL: op.example"],
    [
      "ISSUER",
      "http://op.example",
      "The issuer must begin with https:// (http:// only on localhost): http://op.example"
    ],
    ["DEMO_PORT", "99999", "DEMO_PORT must be a number from 0 to 65535: 99999"],
    [
      "DEMO_URL",
      "https://demo.example/path",
      "The address of the demo must be an http or https origin without a path: https://demo.example/path"
    ]
  ])("%s=%s is one clear line of error", async (name, value, message) => {
    expect(await runMain({ ...COMPLETE, [name]: value })).toEqual({ code: 1, stdout: "", stderr: `demo: ${message}\n` })
  })

  it("a port that is taken is one clear line of error", async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await runMain({ ...COMPLETE, DEMO_PORT: String(port) })
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(`demo: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`)
  })
})

describe("startRelyingParty", () => {
  it("takes a free port, and behind https its cookie is Secure and bound to the host", async () => {
    const demo = await startRelyingParty({
      issuer: "https://op.example",
      clientId: "demo",
      clientSecret: "secret",
      port: 0,
      baseUrl: "https://demo.example"
    })
    await demo.close()
    expect(demo.url).toBe("https://demo.example")
  })
})

const runMain = (env: Record<string, string>): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [`${import.meta.dirname}/../../demo/main.ts`], { env }, (failure, stdout, stderr) =>
      resolve({ code: failure?.code ?? 0, stdout, stderr })
    )
  })
