/** Attacks on the pages of an account, over the whole HTTP surface with storage in memory. OWASP ASVS 5.0 §7.5. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { holders, hidden } from "../clauses/AccountHolder.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"

let provider: NodeProvider
let somebody: ReturnType<typeof holders>

beforeAll(async () => {
  provider = await startNodeProvider()
  somebody = holders(provider)
})
afterAll(() => provider?.close())

describe("OWASP ASVS 5.0 §7.5.2: ending sessions", () => {
  test("a form that names more than there may be is none of ours, and ends nothing", async () => {
    const { page, visitor } = await somebody("/account/sessions")
    const sids = Array.from({ length: 1_001 }, (_, index): [string, string] => ["sid", String(index).padStart(22, "s")])
    const form: Array<[string, string]> = [...Object.entries(hidden(page)), ["which", "chosen"], ...sids]
    const answer = await visitor.visit("/account/sessions", form)
    expect(answer.status).toBe(400)
    expect((await visitor.visit("/account/sessions")).status).toBe(200)
  })
})
