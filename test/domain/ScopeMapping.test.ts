/** What scopes of the operator's own tell of a user, and what they may be called. OIDC Core §5.1.2, §5.4. */
import { Option, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { MappedScope, MappingMetadata, mappedClaims, mappedOf, ScopeMapping } from "../../src/domain/ScopeMapping.ts"
import { User } from "../../src/domain/User.ts"
import { user } from "./Grants.ts"

const mapping = (scope: string, claim: string, custom: string) =>
  new ScopeMapping({
    scope: MappedScope.make(scope),
    metadata: { title: scope, claims: [{ claim, from: { custom } }] },
    version: 1,
    createdAt: 0,
    updatedAt: 0
  })

const team = mapping("team", "department", "team")
const rank = mapping("rank", "grade", "grade")
const ada = new User({ ...user, custom: { team: "Engines", grade: 3 } })

describe("claims of the operator's own", () => {
  it("a grant remembers what its own scopes tell, and of no other", () => {
    expect(mappedOf([team, rank], ["openid", "team"])).toEqual([{ scope: "team", claims: team.metadata.claims }])
  })

  it("RFC 6749 §6: a token of fewer scopes than its grant tells what these tell", () => {
    const mapped = mappedOf([team, rank], ["openid", "team", "rank"])
    expect(mappedClaims(mapped, ["openid", "team", "rank"], ada)).toEqual({ department: "Engines", grade: 3 })
    expect(mappedClaims(mapped, ["openid", "rank"], ada)).toEqual({ grade: 3 })
  })

  it("OIDC Core §5.3.2: a value that is not there is no claim, whatever its field is called", () => {
    const mapped = mappedOf([mapping("odd", "maker", "constructor"), team], ["odd", "team"])
    expect(Object.keys(mappedClaims(mapped, ["odd", "team"], user))).toEqual([])
  })

  it("OIDC Core §5.4: a scope that means something already is not made", () => {
    for (const scope of ["openid", "offline_access", "admin.users.read", "admin.what.ever", "a b"]) {
      expect([scope, Option.isSome(Schema.decodeUnknownOption(MappedScope)(scope))]).toEqual([scope, false])
    }
  })

  it.each(["sub", "cnf", "act", "azp", "at_hash", "__proto__", "email"])(
    "RFC 7519 §4.1: %s is no claim of its",
    (claim) => {
      const metadata = { title: "x", claims: [{ claim, from: { roles: true } }] }
      expect(Option.isNone(Schema.decodeUnknownOption(MappingMetadata)(metadata))).toBe(true)
    }
  )
})
