/** A defect of ours: logged under a reference, and told as nothing else. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { answerDefects } from "../../src/http/Defect.ts"
import { World } from "./World.ts"

const ask = (accept: string, app: Effect.Effect<HttpServerResponse.HttpServerResponse, unknown>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ cause, message }) => {
    lines.push(`${String(message)} ${JSON.stringify(cause)}`)
  })
  const request = HttpServerRequest.fromWeb(new Request("https://id.example/token", { headers: { accept } }))
  return answerDefects(app).pipe(
    Effect.provideService(HttpServerRequest.HttpServerRequest, request),
    Effect.map((response) => ({ response: HttpServerResponse.toWeb(response), lines })),
    Effect.provide(Layer.merge(World, Logger.layer([logger])))
  )
}

describe("a defect", () => {
  it.effect("is 500 server_error, not cached, and says nothing of itself to the client", () =>
    Effect.gen(function* () {
      const { lines, response } = yield* ask("application/json", Effect.die("the inside story"))
      expect(response.status).toBe(500)
      expect(response.headers.get("cache-control")).toBe("no-store")
      const body = yield* Effect.promise(() => response.text())
      expect(JSON.parse(body)).toMatchObject({ error: "server_error" })
      expect(body).not.toContain("inside story")
      expect(lines.join()).toContain("inside story")
    })
  )

  it.effect("is a page for a browser, with the reference", () =>
    Effect.gen(function* () {
      const { response } = yield* ask("text/html,*/*", Effect.fail("unexpected"))
      expect(response.status).toBe(500)
      expect(yield* Effect.promise(() => response.text())).toContain('id="error-reference"')
    })
  )

  it.effect("is not what an interruption is", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(ask("text/html", Effect.interrupt))
      expect(exit._tag).toBe("Failure")
    })
  )

  it.effect("is not what an answer is", () =>
    Effect.gen(function* () {
      const { lines, response } = yield* ask("text/html", Effect.succeed(HttpServerResponse.empty({ status: 204 })))
      expect(response.status).toBe(204)
      expect(lines).toEqual([])
    })
  )
})
