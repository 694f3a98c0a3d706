/** Migrations as files: names, checksums, statements, and which of them are to be applied. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import {
  type Applied,
  checksumOf,
  type Migration,
  parse,
  plan,
  statementsOf,
  states
} from "../../src/cli/MigrationFiles.ts"

const file = (name: string, text = "CREATE TABLE t (a);") => ({ file: name, text })

const refusal = <A, E extends { readonly message: string }>(result: Result.Result<A, E>) =>
  Result.isFailure(result) ? result.failure.message : undefined

const parsed = (files: Parameters<typeof parse>[0]): ReadonlyArray<Migration> => Result.getOrThrow(parse(files))

const appliedFrom = (migrations: ReadonlyArray<Migration>): ReadonlyArray<Applied> =>
  migrations.map(({ checksum, name, version }) => ({ version, name, checksum, applied_at: 1 }))

describe("the files", () => {
  it("are read in the order of their numbers", () => {
    const migrations = parsed([file("0002_b.sql"), file("0001_a_1.sql")])
    expect(migrations.map(({ name, version }) => [version, name])).toEqual([
      [1, "a_1"],
      [2, "b"]
    ])
  })

  it.each(["1_a.sql", "0001-a.sql", "0001_A.sql", "0001_.sql", "0001_a.txt", "a.sql", "0001_a b.sql", "00001_a.sql"])(
    "are not called %s",
    (name) => {
      expect(refusal(parse([file(name)]))).toBe(
        `${name} is not the name of a migration: it must be like 0001_audit_log.sql`
      )
    }
  )

  it("have numbers that are each there once", () => {
    expect(refusal(parse([file("0001_a.sql"), file("0001_b.sql")]))).toBe(
      "0001_a.sql and 0001_b.sql have the same number: give the younger one the next"
    )
  })

  it.each([
    [["0002_b.sql"], "0001_….sql is missing: after it comes 0002_b.sql"],
    [["0001_a.sql", "0003_c.sql"], "0002_….sql is missing: after it comes 0003_c.sql"],
    [["0000_a.sql"], "0001_….sql is missing: after it comes 0000_a.sql"]
  ])("leave no number out: %j", (names, message) => {
    expect(refusal(parse(names.map((name) => file(name))))).toBe(message)
  })

  it("have at least one statement", () => {
    expect(refusal(parse([file("0001_a.sql", "-- nothing; really\n/* ; */\n")]))).toBe("0001_a.sql has no statement")
  })
})

describe("the checksum", () => {
  it("is the SHA-256 of the text: sha256sum says the same", () => {
    expect(checksumOf("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  })

  it("does not depend on how a checkout ends its lines, and on everything else", () => {
    expect(checksumOf("a\r\nb\r\n")).toBe(checksumOf("a\nb\n"))
    expect(checksumOf("a\nb\n")).not.toBe(checksumOf("a\nb"))
  })
})

describe("the statements", () => {
  const pieces = [
    "CREATE TABLE t (a TEXT DEFAULT ';', b TEXT) STRICT",
    "INSERT INTO \"t;\" VALUES ('it''s; -- no comment')",
    "-- a comment; with a semicolon\nCREATE INDEX i ON t (a)",
    "/* another;\none */ DROP TABLE t",
    "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT ';'; DELETE FROM t WHERE a = CASE WHEN 1 THEN 2 END; END",
    "SELECT 1 -- the end"
  ] as const

  it.effect.prop(
    "end neither in a string nor in a comment nor in a trigger",
    [Schema.Array(Schema.Literals(pieces))],
    ([chosen]) =>
      Effect.sync(() => {
        expect(statementsOf(chosen.map((piece) => `${piece}\n;\n\n`).join(""))).toEqual(chosen)
      })
  )

  it("may lack the last semicolon, and are not made of comments alone", () => {
    expect(statementsOf("SELECT 1;\nSELECT 2\n-- the end")).toEqual(["SELECT 1", "SELECT 2\n-- the end"])
    expect(statementsOf("-- none\n;;\n/* at all */;")).toEqual([])
  })
})

describe("the plan", () => {
  const three = parsed([file("0001_a.sql"), file("0002_b.sql"), file("0003_c.sql")])

  it.each([0, 1, 2, 3])("is what is not applied yet, after %i", (done) => {
    const applied = appliedFrom(three.slice(0, done))
    expect(Result.getOrThrow(plan(three, applied)).map(({ version }) => version)).toEqual([1, 2, 3].slice(done))
    expect(states(three, applied).map(({ state }) => state)).toEqual(
      three.map((_, n) => (n < done ? "applied" : "pending"))
    )
  })

  it("is refused if an applied file was changed, by its name and both checksums", () => {
    const changed = parsed([file("0001_a.sql"), file("0002_b.sql", "DROP TABLE t;"), file("0003_c.sql")])
    const message = refusal(plan(changed, appliedFrom(three.slice(0, 2)))) ?? ""
    expect(message).toContain("0002_b.sql was changed after it was applied")
    expect(message).toContain(checksumOf("DROP TABLE t;"))
    expect(message).toContain(checksumOf("CREATE TABLE t (a);"))
  })

  it("is refused if an applied file was renamed", () => {
    const renamed = parsed([file("0001_z.sql")])
    expect(refusal(plan(renamed, appliedFrom(three.slice(0, 1))))).toContain("0001_a.sql")
  })

  it("is refused if the database knows more than the files", () => {
    expect(refusal(plan(three.slice(0, 2), appliedFrom(three)))).toContain("0003_c.sql was applied")
  })

  it("is refused if a later one was applied before", () => {
    expect(refusal(plan(three, appliedFrom(three.slice(1))))).toBe(
      "0001_a.sql was not applied, but a later one was: give it the next number"
    )
  })
})
