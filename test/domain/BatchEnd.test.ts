/** Which sessions and grants an end of many means. OWASP ASVS 5.0 §7.4.5. */
import { Result } from "effect"
import { describe, expect, it } from "vitest"
import { issue } from "../../src/domain/AuthorizationCode.ts"
import { BatchEnd, isGrantMeant, isSessionMeant } from "../../src/domain/BatchEnd.ts"
import { ClientId } from "../../src/domain/Ids.ts"
import { around, changed, issuance, other, session, start } from "./Grants.ts"

const grant = Result.getOrThrow(issue(issuance, around, start))
const asked = (change: Partial<BatchEnd> = {}) =>
  new BatchEnd({ attempt: other.attempt, id: "1-0.", whose: "all", before: null, grants: true, from: null, ...change })

describe("what is over is not ended again, and is not counted", () => {
  it("a session, from the moment of its end on", () => {
    expect(isSessionMeant(session, asked(), start + session.idle - 1)).toBe(true)
    expect(isSessionMeant(session, asked(), start + session.idle)).toBe(false)
  })

  it("a grant, from the moment of its end on, or revoked", () => {
    expect(isGrantMeant(grant, asked(), grant.expiresAt - 1)).toBe(true)
    expect(isGrantMeant(grant, asked(), grant.expiresAt)).toBe(false)
    expect(isGrantMeant(changed(grant, { revokedAt: start }), asked(), start)).toBe(false)
  })
})

describe("only what began before the moment that is said", () => {
  it("a login or a grant of that very moment stays", () => {
    const { authTime } = session.authentication
    expect(isSessionMeant(session, asked({ before: authTime }), start)).toBe(false)
    expect(isSessionMeant(session, asked({ before: authTime + 1 }), start)).toBe(true)
    expect(isGrantMeant(grant, asked({ before: grant.issuedAt }), start)).toBe(false)
    expect(isGrantMeant(grant, asked({ before: grant.issuedAt + 1 }), start)).toBe(true)
  })
})

it("what another client was given stays", () => {
  expect(isGrantMeant(grant, asked({ whose: { client: ClientId.make("rp") } }), start)).toBe(true)
  expect(isGrantMeant(grant, asked({ whose: { client: other.client } }), start)).toBe(false)
})
