/** `hapax resource`, as a person types it. RFC 8707. */
import { afterAll, describe, expect, it } from "vitest"
import { makeTool } from "./Tool.ts"

const minute = 60_000
const tool = makeTool()
const id = "https://api.example/"

afterAll(() => tool.forget(), minute)

const resource = (...parameters: ReadonlyArray<string>) => tool.run(["resource", ...parameters])

describe("hapax resource", () => {
  it(
    "makes one known, changes it, lists it, deletes it",
    async () => {
      const made = await resource("create", id, "--name", "API", "--scope", "read write", "--scope", "admin", "--json")
      expect(made).toMatchObject({ code: 0, stderr: "" })
      const metadata = { name: "API", scopes: ["read", "write", "admin"], token_format: "jwt" }
      expect(JSON.parse(made.stdout)).toMatchObject({ resource: id, ...metadata, access_token_lifetime: 600 })

      const changed = await resource("update", id, "--token-format", "opaque", "--token-lifetime", "60")
      expect(changed).toMatchObject({ code: 0, stderr: "" })
      expect(changed.stdout).toContain("is changed, for new grants")
      expect((await resource("list")).stdout).toMatch(/https:\/\/api\.example\/ +API +opaque +read write admin/)
      expect((await resource("delete", id)).stdout).toContain("is deleted")
    },
    2 * minute
  )

  it(
    "says in a line what is wrong, and exits with 1",
    async () => {
      const wrong = [
        [["create", id, "--scope", "openid"], "hapax: scopes[0]: must not be one of this provider's own.\n"],
        [["show", id], `hapax: There is no resource server ${id}.\n`],
        [["update", id], `hapax: what is to change of ${id}? See: hapax resource update --help\n`]
      ] as const
      for (const [parameters, stderr] of wrong) {
        expect(await resource(...parameters)).toMatchObject({ code: 1, stderr })
      }
    },
    2 * minute
  )
})
