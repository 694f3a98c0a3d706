/** Attack 20 on a provider as it is deployed: nothing on this machine, or in a private network, is ever asked. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { answerOf, callback } from "../clauses/RelyingParty.ts"
import { assertionClaims, asserting, makeKey, type SigningKey, sign } from "../clients/Signing.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
let key: SigningKey
let port: number
const heard: Array<string> = []
const inside = createServer((request, response) => {
  heard.push(request.url ?? "")
  response.end(JSON.stringify({ keys: [key.jwk] }))
})

beforeAll(async () => {
  provider = await startProvider()
  key = await makeKey("ES256")
  await new Promise<void>((resolve) => inside.listen(0, resolve))
  port = (inside.address() as AddressInfo).port
}, 60_000)
afterAll(async () => {
  inside.close()
  await provider?.close()
})

test("attack 20: a jwks_uri on this machine is not fetched, however it is written", async () => {
  const hosts = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0.0.0.0",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]"
  ]
  for (const [index, host] of hosts.entries()) {
    for (const scheme of ["http", "https"]) {
      const id = `${scheme}-${index}`
      const jwks_uri = `${scheme}://${host}:${port}/${index}`
      const metadata = { redirect_uris: [callback], token_endpoint_auth_method: "private_key_jwt", jwks_uri }
      await provider.run(makeClient(id, undefined, metadata))
      const form = asserting(await sign(key, assertionClaims(id, provider.issuer)))
      const body = new URLSearchParams({ ...form, token: "x" })
      const answer = await answerOf(await fetch(`${provider.issuer}/introspect`, { method: "POST", body }))
      expect([jwks_uri, answer]).toMatchObject([jwks_uri, { status: 401, body: { error: "invalid_client" } }])
    }
  }
  expect(heard).toEqual([])
})
