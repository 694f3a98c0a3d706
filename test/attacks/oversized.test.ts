/** Bodies that are larger than they say, and keys that are deeper than any: nothing of ours is held up by them. */
import { Effect, Result } from "effect"
import { HttpServerRequest } from "effect/http"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { readFormText } from "../../src/http/FormBody.ts"
import { readJsonText } from "../../src/http/JsonBody.ts"
import { manage, registerBy } from "../clauses/Registrant.ts"
import { type Answer, answerOf } from "../clauses/RelyingParty.ts"
import { makeKey } from "../clients/Signing.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
beforeAll(async () => {
  provider = await startProvider({ REGISTRATION: "open" })
}, 60_000)
afterAll(() => provider?.close())

const kilobyte = new TextEncoder().encode("a".repeat(1024))
const form = "application/x-www-form-urlencoded"
const json = "application/json"

/** A body of so many kilobytes that says nothing of its length, and counts how many of them were asked for. */
const streamed = (kilobytes: number) => {
  const counted = { read: 0 }
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (counted.read === kilobytes) return controller.close()
      counted.read += 1
      controller.enqueue(kilobyte)
    }
  })
  return { body, counted }
}

const init = (body: ReadableStream<Uint8Array>, type: string) =>
  ({ method: "POST", body, duplex: "half", headers: { "content-type": type } }) as RequestInit

describe("attack: a body without a length, to fill the memory that others' requests need", () => {
  test.each<
    [string, string, Effect.Effect<string, { error_description: string }, HttpServerRequest.HttpServerRequest>]
  >([
    ["a form", form, readFormText()],
    ["JSON", json, readJsonText()]
  ])("%s is read no further than its bound", async (_name, type, read) => {
    const { body, counted } = streamed(10_000)
    const request = HttpServerRequest.fromWeb(new Request("https://op.example/", init(body, type)))
    const answer = await Effect.runPromise(
      Effect.result(Effect.provideService(read, HttpServerRequest.HttpServerRequest, request))
    )
    expect(Result.isFailure(answer) && answer.failure.error_description).toContain("too large")
    expect(counted.read).toBeLessThan(70)
  })

  test.each([
    ["/token", form, "invalid_request"],
    ["/par", form, "invalid_request"],
    ["/device_authorization", form, "invalid_request"],
    ["/register", json, "invalid_client_metadata"]
  ])("%s answers 400, before anybody is looked up", async (path, type, error) => {
    const answer = await answerOf(await fetch(provider.issuer + path, init(streamed(200).body, type)))
    expect([answer.status, answer.body["error"]]).toEqual([400, error])
  })
})

describe("attack: a key whose members go deeper than the database reads", () => {
  const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth))
  const isRefused = ({ body, status }: Answer) => {
    expect([status, body["error"], body["error_description"]]).toEqual([
      400,
      "invalid_client_metadata",
      expect.stringContaining("jwks")
    ])
  }

  test("is refused when a client is registered, and when it is replaced", async () => {
    const { jwk } = await makeKey("ES256")
    const client = await registerBy(provider, { jwks: { keys: [jwk] } })
    expect(client.status).toBe(201)
    for (const depth of [2, 1_500, 2_500]) {
      const jwks = { keys: [{ ...jwk, deep: nested(depth) }] }
      isRefused(await registerBy(provider, { jwks }))
      isRefused(await manage(client, "PUT", { ...client.body, client_secret: undefined, jwks }))
    }
    expect((await manage(client, "GET")).body["jwks"]).toEqual({ keys: [jwk] })
  })

  test("what keys have by their standards is kept: texts and lists of texts (RFC 7517 §4)", async () => {
    const { jwk } = await makeKey("ES256")
    const key = { ...jwk, key_ops: ["verify"], x5c: ["MIIB"], exp: 1, ext: true }
    const answer = await registerBy(provider, { jwks: { keys: [key] } })
    expect(answer.body["jwks"]).toEqual({ keys: [key] })
  })
})
