/** Fields of the operator's own: what each may hold, and in which form it is found. attacks.md row 41. */
import { describe, expect, it } from "vitest"
import { changedFields, type FieldDefinitions, searchableOf, searchForm } from "../../src/domain/CustomField.ts"

const definitions: FieldDefinitions = [
  { name: "team", type: "text", label: "Team", searchable: true },
  { name: "note", type: "text", label: "Note" },
  { name: "grade", type: "number", label: "Grade", searchable: false }
]

describe("attack 41: a field holds what its definition says", () => {
  it.each([
    ["half of a surrogate pair", { team: "a\ud800" }, "team"],
    ["a line separator", { team: "a\u2028b" }, "team"],
    ["a paragraph separator", { team: "a\u2029b" }, "team"],
    ["a control character", { team: "a\u0000" }, "team"],
    ["513 characters", { team: "x".repeat(513) }, "team"],
    ["no finite number", { grade: Number.NaN }, "grade"]
  ])("%s is refused", (_what, given, field) => {
    expect(changedFields({}, given, definitions)).toMatchObject({ _tag: "Failure", failure: { field } })
  })

  it("512 characters, and characters of any script, are taken", () => {
    for (const team of ["x".repeat(512), "発条 🙂"]) {
      expect(changedFields({}, { team }, definitions)).toMatchObject({ _tag: "Success", success: { team } })
    }
  })

  it("a field whose definition is gone keeps its value, which is changed no more and may go", () => {
    const before = { former: "x", team: "Engines" }
    expect(changedFields(before, { team: "Boilers" }, definitions)).toMatchObject({
      success: { former: "x", team: "Boilers" }
    })
    expect(changedFields(before, { former: "y" }, definitions)).toMatchObject({ failure: { field: "former" } })
    expect(changedFields(before, { former: null }, definitions)).toMatchObject({ success: { team: "Engines" } })
  })
})

describe("users are found by a field", () => {
  it("only by one that the operator said so of", () => {
    expect(searchableOf({ team: "Engines", note: "private", grade: 3, former: "x" }, definitions)).toEqual({
      team: "engines"
    })
  })

  it("UAX #15: however its characters are composed, whatever their case, without spaces around", () => {
    expect(searchForm(" \uff21DA e\u0301 ")).toBe(searchForm("ada \u00e9"))
  })
})
