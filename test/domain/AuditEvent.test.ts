/** "Security events reach D1 before the answer does": which those are. docs/decisions/0028-audit.md. */
import { describe, expect, test } from "vitest"
import { askedBy, AuditType, isSecurity } from "../../src/domain/AuditEvent.ts"

describe("security events reach D1 before the answer does", () => {
  test("reuse, a clone, a limit, what opens an account and who may use it, and every change of a key", () => {
    expect(AuditType.literals.filter((type) => isSecurity({ type })).toSorted()).toEqual([
      "code.reused",
      "key.activated",
      "key.added",
      "key.announced",
      "key.ending",
      "key.removed",
      "key.retired",
      "key.withdrawn",
      "limit.reached",
      "passkey.added",
      "passkey.possible_clone",
      "passkey.removed",
      "password.changed",
      "password.reset",
      "password.set",
      "refresh.reused",
      "user.deleted",
      "user.disabled",
      "user.enabled"
    ])
  })

  test("whatever an administrator does is one, and names who did it, whatever a step says besides", () => {
    const entry = askedBy("1-0.admin", { type: "user.updated", detail: { changed: "name" } })
    expect(entry).toEqual({ type: "user.updated", detail: { by: "1-0.admin", changed: "name" } })
    expect(isSecurity(entry)).toBe(true)
    expect(isSecurity(askedBy(undefined, { type: "user.updated", detail: { changed: "name" } }))).toBe(false)
  })
})
