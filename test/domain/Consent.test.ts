/** What a user has allowed a client, as it grows. OIDC Core §3.1.2.4, RFC 8707 §3. */
import { expect, it } from "@effect/vitest"
import { Consent, extended, isEnough } from "../../src/domain/Consent.ts"
import { consent, issuance } from "./Grants.ts"

const api = "https://api.example"
const vault = "https://vault.example"
const to = (resource: string, ...scopes: ReadonlyArray<string>) =>
  new Consent({ ...consent, scopes, resources: [{ resource, scopes }] })

it("what is allowed later is added to what was allowed before, at each resource server by itself", () => {
  const before = extended(to(api, "read"), to(vault, "open"), issuance.grantId)
  const allowed = extended(before, to(api, "write"), issuance.grantId)
  const isAllowed = (resource: string, ...scopes: ReadonlyArray<string>) =>
    isEnough(allowed, { scopes, claims: [], resources: [{ resource, scopes }] })
  expect([isAllowed(api, "read", "write"), isAllowed(vault, "open")]).toEqual([true, true])
  expect([isAllowed(api, "open"), isAllowed(vault, "read"), isAllowed("https://c.example", "read")]).toEqual([
    false,
    false,
    false
  ])
})
