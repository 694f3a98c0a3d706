/** What access tokens say. RFC 9068 §2.2. */
import { describe, expect, it } from "@effect/vitest"
import { Result } from "effect"
import { provider } from "../../src/domain/AccessTarget.ts"
import { issue } from "../../src/domain/AuthorizationCode.ts"
import { AccessTokenId } from "../../src/domain/Ids.ts"
import { accessToken } from "../../src/domain/Tokens.ts"
import { around, changed, issuance, start } from "./Grants.ts"

const issuer = "https://id.example"
const grant = changed(Result.getOrThrow(issue(issuance, around, start)), { expiresAt: start + 90_000 })

describe("an access token", () => {
  const exp = (lifetime: number) =>
    accessToken(grant, {
      issuer,
      subject: grant.userId,
      jti: AccessTokenId.make(`${grant.id}.${"C".repeat(16)}`),
      target: provider(issuer, lifetime),
      scopes: grant.scopes,
      jkt: undefined,
      now: start
    }).exp

  it("RFC 9068 §2.2: ends with its grant, for those who never ask whether it still stands", () => {
    expect(exp(60_000)).toBe(start / 1000 + 60)
    expect(exp(600_000)).toBe(start / 1000 + 90)
  })
})
