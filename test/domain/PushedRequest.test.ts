/** What is decided of a pushed request. RFC 9126 §2.2, §4. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Option, Result, Schema } from "effect"
import { AttemptId, ClientId, PushedId } from "../../src/domain/Ids.ts"
import { complete, idOf, PushedRequest, requestUri, show } from "../../src/domain/PushedRequest.ts"
import { plainRequest } from "../../src/services/storage/Fresh.laws.ts"

const id = PushedId.make(`1-0.${"A".repeat(22)}`)
const clientId = ClientId.make("rp")
const other = ClientId.make("other")
const [first, second] = [AttemptId.make("first"), AttemptId.make("second")]

const row = (changes: Partial<PushedRequest> = {}) =>
  new PushedRequest({
    id,
    request: plainRequest(clientId, { pushed: id }),
    expiresAt: 100,
    keptUntil: 1_000,
    ...changes
  })

const used = row({ completedBy: first })

const shown = (found: PushedRequest | undefined, now: number, by = clientId) => {
  const result = show(found, { id, clientId: by }, now)
  return Result.isSuccess(result) ? "shown" : result.failure
}

const completed = (found: PushedRequest | undefined, now: number, by = clientId, attempt = second) => {
  const result = complete(found, { id, clientId: by, attempt }, now)
  return Result.isSuccess(result) ? `by ${result.success.completedBy}` : result.failure
}

describe("a pushed request", () => {
  it("is shown to its client in time, and to nobody else, and not once it is used up", () => {
    expect(shown(row(), 99)).toBe("shown")
    expect(shown(row(), 100)).toBe("expired")
    expect(shown(row(), 0, other)).toBe("client")
    expect(shown(used, 0)).toBe("completed")
    expect(shown(undefined, 0)).toBe("unknown")
  })

  it("is used up as long as its pages last, by one attempt", () => {
    expect(completed(row(), 999)).toBe("by second")
    expect(completed(row(), 1_000)).toBe("expired")
    expect(completed(row(), 0, other)).toBe("client")
    expect(completed(used, 0)).toBe("completed")
    expect(completed(used, 5_000, clientId, first)).toBe("by first")
    expect(completed(used, 0, other, first)).toBe("client")
    expect(completed(undefined, 0)).toBe("unknown")
  })

  it("another client hears the same whatever became of it", () => {
    for (const found of [row(), used]) {
      for (const now of [0, 500, 5_000])
        expect([shown(found, now, other), completed(found, now, other)]).toEqual(["client", "client"])
    }
  })

  it("RFC 9126 §2.2: has a request_uri from which its id is read", () => {
    expect(Option.getOrUndefined(idOf(requestUri(id)))).toBe(id)
    for (const uri of [id, requestUri(id).toUpperCase(), `${requestUri(id)}x`, "https://rp.example/r", ""]) {
      expect(Option.isNone(idOf(uri))).toBe(true)
    }
  })

  it.effect.prop("any text is a request_uri of ours or none; nothing throws", [Schema.String], ([text]) =>
    Effect.sync(() => {
      expect(Option.isNone(idOf(`urn:ietf:params:oauth:request_uri:${text}`))).toBe(!Schema.is(PushedId)(text))
    })
  )

  it("comes back out of its row as it went in", () => {
    const decode = Schema.decodeUnknownSync(Schema.fromJsonString(PushedRequest))
    for (const one of [row(), used]) expect(decode(JSON.stringify(one))).toEqual(one)
  })
})
