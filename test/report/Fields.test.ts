/** Per field group of a client, what it is read with, as the report says it. docs/decisions/0031-client-cache.md. */
import { expect, test } from "vitest"
import { nothing, type Facts } from "../../src/cli/report/Facts.ts"
import { renderFields } from "../../src/cli/report/RenderFields.ts"
import { Client } from "../../src/domain/Client.ts"
import { ClientDisplay } from "../../src/domain/ClientDisplay.ts"
import { ClientMetadata } from "../../src/domain/ClientMetadata.ts"
import { clientFields } from "../../src/services/storage/ClientFields.ts"

const membersOf = (name: string) => clientFields.find((group) => group.name === name)?.members ?? []

test("every member of a client is in exactly one group, and what is only shown is what the type of it has", () => {
  const all = [...Object.keys(Client.fields), ...Object.keys(ClientMetadata.fields)].filter((one) => one !== "metadata")
  expect([...membersOf("security"), ...membersOf("display")].toSorted()).toEqual(all.toSorted())
  expect(["id", ...membersOf("display")]).toEqual(Object.keys(ClientDisplay.fields))
})

test("the issue: redirect URIs, secrets, keys, status and grant types are read Strong", () => {
  const decisive = ["id", "redirect_uris", "post_logout_redirect_uris", "secrets", "jwks", "jwks_uri", "grant_types"]
  expect(membersOf("security")).toEqual(expect.arrayContaining(decisive))
})

test("the page says for each group its level, its operations, why, and who reads it", () => {
  const operation = (name: string, level: "Strong" | "Eventual") =>
    ({ operation: name, level, kind: "read", repeat: "idempotent", place: { file: "", name: "" }, text: "" }) as const
  const facts: Facts = {
    operations: [
      { ...operation("Client.find", "Strong"), bound: undefined, because: undefined },
      { ...operation("Client.display", "Eventual"), bound: "an hour", because: "a reason" }
    ],
    flows: [],
    entryPoints: [
      {
        name: "GET /logout/confirm",
        handler: { file: "", name: "" },
        needs: { ...nothing, uses: [{ operation: "Client.display", level: "Eventual" }] }
      }
    ],
    bindings: [],
    claims: [],
    laws: [],
    fields: clientFields,
    dispatched: nothing
  }
  const page = renderFields(facts).join("\n").replaceAll(/\s+/g, " ")
  expect(page).toMatch(/\*\*security\*\* \(.*`redirect_uris`.*\): \*\*Strong\*\*, by \[`Client.find`\]/)
  expect(page).toMatch(/\*\*display\*\* \(`client_name`,.*\): \*\*Eventual\*\*, by \[`Client.display`\]/)
  expect(page).toContain("Read by [`GET /logout/confirm`].")
  expect(renderFields({ ...facts, fields: [] })).toEqual([])
})
