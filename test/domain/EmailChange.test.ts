/** What the link of a letter changes, and when it does not any more. docs/decisions/0025-account.md. */
import { describe, expect, it } from "@effect/vitest"
import { judge, withEmail } from "../../src/domain/EmailChange.ts"
import { Profile } from "../../src/domain/User.ts"

const there = { to: "new@example.com", addressChanges: 2 }
const at = (email: string | undefined, email_verified: boolean, addressChanges?: number) => ({
  profile: new Profile({ ...(email !== undefined && { email }), email_verified }),
  ...(addressChanges !== undefined && { addressChanges })
})

describe("OWASP ASVS 5.0 §6.3.7: what the link of a letter changes", () => {
  it("the address that the account had when it was asked for, verified or not", () => {
    expect(judge(at("old@example.com", true, 2), there)).toBe("go")
    expect(judge(at("old@example.com", false, 2), there)).toBe("go")
    expect(judge(at("new@example.com", false, 2), there)).toBe("go")
    expect(judge(at(undefined, false), { ...there, addressChanges: 0 })).toBe("go")
  })

  it("nothing where it is so already", () => {
    expect(judge(at("new@example.com", true, 2), there)).toBe("done")
    expect(judge(at("new@example.com", true, 3), there)).toBe("done")
  })

  it("nothing after the address became another, also where it is the former one again", () => {
    expect(judge(at("other@example.com", true, 3), there)).toBe("stale")
    expect(judge(at("old@example.com", true, 4), there)).toBe("stale")
  })

  it("the new address is known to be theirs, and nothing else of the profile changes", () => {
    const before = new Profile({ name: "Alice", email: "old@example.com", email_verified: false })
    expect(withEmail(before, "new@example.com")).toEqual(
      new Profile({ name: "Alice", email: "new@example.com", email_verified: true })
    )
  })
})
