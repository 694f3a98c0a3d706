/** The specifications by hand: what D1's operations answer in their order, rows as values, answers without times. */
import { describe, expect, it } from "@effect/vitest"
import { Exit } from "effect"
import type { AuditEvent } from "../../../src/domain/AuditEvent.ts"
import { Client } from "../../../src/domain/Client.ts"
import { defaultMetadata } from "../../../src/domain/ClientMetadata.ts"
import { Identifier } from "../../../src/domain/Identifier.ts"
import { ClientId, UserId } from "../../../src/domain/Ids.ts"
import { errorOf } from "../../../src/layers/test/oracles/Answer.ts"
import { linearizable } from "../../../src/layers/test/oracles/Linearizable.ts"
import { askedOfProvider, providerSpecification } from "../../../src/layers/test/oracles/specs/ProviderSpecification.ts"
import { noRows, RowDraft, textOfRows } from "../../../src/layers/test/oracles/specs/Rows.ts"
import { withoutTimes } from "../../../src/layers/test/oracles/specs/WithoutTimes.ts"
import { ClientChanged, ClientExists } from "../../../src/services/storage/Clients.ts"
import { Holder, IdentifierTaken } from "../../../src/services/storage/Identifiers.ts"
import { NotExecuted } from "../../../src/services/storage/StorageError.ts"
import { asked, callOf, finished, unknown } from "./Histories.ts"

const now = 1_893_456_000_000

const clientOf = (id: string, version: number): Client =>
  new Client({
    id: ClientId.make(id),
    metadata: { ...defaultMetadata, client_name: `${id} ${version}` },
    secrets: [],
    version,
    createdAt: now,
    updatedAt: now
  })

const event = (id: string): AuditEvent => ({ id, at: now, type: "client.updated" })

/** What is answered if these calls come one after the other. */
const answers = (...calls: ReadonlyArray<readonly [operation: string, ...request: ReadonlyArray<unknown>]>) => {
  const spec = providerSpecification([])
  let state = noRows
  return calls.map(([operation, ...request]) => {
    const one = askedOfProvider(callOf(operation, request))
    if (one === undefined) throw new Error(`${operation} is not judged`)
    const [next, answer] = spec.apply(state, one.request, now)
    state = next
    return Exit.isSuccess(answer) ? answer.value : errorOf(answer)
  })
}

const user = UserId.make(`1-0.${"u".repeat(22)}`)
const other = UserId.make(`1-0.${"o".repeat(22)}`)
const name = Identifier.make("username:ada")
const second = Identifier.make("username:lovelace")
const reservation = (userId: UserId, ...identifiers: ReadonlyArray<Identifier>) => ({ userId, identifiers, now })
const held = (identifier: Identifier, userId: UserId) => new Holder({ identifier, userId, reservedAt: now })

describe("clients, one after the other", () => {
  it("a creation is made once by its event; another of the same id is refused", () => {
    const client = clientOf("a", 1)
    expect(
      answers(
        ["Client.find", client.id],
        ["Client.create", client, event("1")],
        ["Client.create", client, event("1")],
        ["Client.create", client, event("2")],
        ["Client.find", client.id]
      )
    ).toEqual([null, undefined, undefined, new ClientExists(), client])
  })

  it("a change replaces the version before it, and asked for again it is as it was", () => {
    expect(
      answers(
        ["Client.create", clientOf("a", 1), event("1")],
        ["Client.update", clientOf("a", 2), event("2")],
        ["Client.update", clientOf("a", 2), event("2")],
        ["Client.update", clientOf("a", 2), event("3")],
        ["Client.update", clientOf("b", 2), event("4")],
        ["Client.find", ClientId.make("a")]
      )
    ).toEqual([undefined, undefined, undefined, new ClientChanged(), new ClientChanged(), clientOf("a", 2)])
  })

  it("a removal likewise, and a client that is gone is not listed", () => {
    expect(
      answers(
        ["Client.create", clientOf("b", 1), event("1")],
        ["Client.create", clientOf("a", 1), event("2")],
        ["Client.list", { after: "", limit: 1 }],
        ["Client.list", { after: "a", limit: 5 }],
        ["Client.findAll", [ClientId.make("c"), ClientId.make("b"), ClientId.make("a"), ClientId.make("b")]],
        ["Client.remove", ClientId.make("a"), event("3")],
        ["Client.remove", ClientId.make("a"), event("3")],
        ["Client.remove", ClientId.make("a"), event("4")],
        ["Client.list", { after: "", limit: 5 }]
      ).slice(2)
    ).toEqual([
      [clientOf("a", 1)],
      [clientOf("b", 1)],
      [clientOf("a", 1), clientOf("b", 1)],
      undefined,
      undefined,
      new ClientChanged(),
      [clientOf("b", 1)]
    ])
  })
})

describe("names, one after the other", () => {
  it("all of the names are reserved or none, and one's own stay one's own", () => {
    expect(
      answers(
        ["Identifier.reserve", reservation(user, name), event("1")],
        ["Identifier.reserve", reservation(other, second, name), event("2")],
        ["Identifier.resolve", second],
        ["Identifier.reserve", reservation(user, name, second), event("3")],
        ["Identifier.resolve", second]
      )
    ).toEqual([undefined, new IdentifierTaken({ holder: held(name, user) }), null, undefined, user])
  })

  it("a reservation that was made stays made for whoever asks again, even where the name is another's by now", () => {
    expect(
      answers(
        ["Identifier.reserve", reservation(user, name), event("1")],
        ["Identifier.release", { userId: user, identifiers: [name], reservedBy: null }, event("2")],
        ["Identifier.reserve", reservation(other, name), event("3")],
        ["Identifier.reserve", reservation(user, name), event("1")],
        ["Identifier.release", { userId: user, identifiers: [name], reservedBy: null }, event("4")],
        ["Identifier.resolve", name]
      )
    ).toEqual([undefined, undefined, undefined, undefined, undefined, other])
  })

  it("two who reserve one name at once are not both told that it is theirs", () => {
    const { judge } = linearizable({ spec: providerSpecification([]), of: askedOfProvider })
    const both = (when: number, result?: Exit.Exit<unknown, unknown>) =>
      finished({
        operations: [
          asked("a", "Identifier.reserve", [reservation(user, name), event("1")], { began: 1, ended: 4 }),
          asked("b", "Identifier.reserve", [reservation(other, name), event("2")], { began: 2, ended: when }, result)
        ]
      })
    const taken = (holder: UserId) => Exit.fail(new IdentifierTaken({ holder: held(name, holder) }))
    expect(judge(both(3))).toContain("no order of what was asked of identifiers")
    expect(judge(both(3, taken(user)))).toBe(undefined)
    // Nobody's refusal names somebody who does not hold it.
    expect(judge(both(3, taken(other)))).toContain("no order")
    expect(judge(both(3, unknown))).toBe(undefined)
  })
})

describe("what is not judged", () => {
  it("is the directory and the audit log", () => {
    expect(askedOfProvider(callOf("Directory.mirror", [[]]))).toBe(undefined)
    expect(askedOfProvider(callOf("AuditLog.append", [[]]))).toBe(undefined)
  })
})

describe("rows as a value", () => {
  const spec = {
    name: "t",
    keys: ["a", "b"],
    keyOf: (row: unknown) => row as ReadonlyArray<string>,
    expiresAt: null,
    schema: undefined as never
  }

  it("a draft leaves what it was made of as it was", () => {
    const draft = new RowDraft(noRows)
    const { t } = draft.tables({ t: spec })
    expect(t?.delete("x", "1")).toBe(false)
    expect(draft.state).toBe(noRows)
    t?.put(["x", "1"])
    const between = draft.state
    const next = new RowDraft(between)
    expect(next.tables({ t: spec })["t"]?.delete("x", "1")).toBe(true)
    expect([noRows.size, between.size, next.state.size]).toEqual([0, 1, 0])
  })

  it("rows are found by whole columns of their key, in its order", () => {
    const { t } = new RowDraft(noRows).tables({ t: spec })
    for (const key of [
      ["xy", "1"],
      ["x", "2"],
      ["x", "10"]
    ])
      t?.put(key)
    expect(t?.under("x")).toEqual([
      ["x", "10"],
      ["x", "2"]
    ])
  })

  it("equal rows are equal in whatever order they came, and a row that is more than data is like no other", () => {
    const of = (...rows: ReadonlyArray<readonly [string, unknown]>) => textOfRows(new Map(rows))
    expect(of(["a", 1], ["b", 2])).toBe(of(["b", 2], ["a", 1]))
    expect(of(["a", 1], ["b", 2])).not.toBe(of(["a", 1], ["b", 3]))
    expect(of(["a", new Map()])).toBe(undefined)
  })
})

describe("an answer without its times", () => {
  it("two that differ only in when are the same; in whether, in a count, or in a name they are not", () => {
    const same = (a: unknown, b: unknown) => withoutTimes(a) === withoutTimes(b)
    expect(same({ at: now }, { at: now + 1 })).toBe(true)
    expect(same([{ at: now, id: 1 }], [{ at: now + 1, id: 1 }])).toBe(true)
    expect(same(now, now + 1)).toBe(true)
    expect(same({ at: now }, { at: null })).toBe(false)
    expect(same({ generation: 1 }, { generation: 2 })).toBe(false)
    expect(same({ id: "a" }, { id: "b" })).toBe(false)
    expect(same(null, undefined)).toBe(false)
  })

  it("errors are the same by their names and fields, wherever they were made", () => {
    const made = (reason: "overloaded" | "schema") => new NotExecuted({ operation: "x", reason, detail: "" })
    expect(withoutTimes(made("schema"))).toBe(withoutTimes(made("schema")))
    expect(withoutTimes(made("schema"))).not.toBe(withoutTimes(made("overloaded")))
    expect(withoutTimes(new ClientExists())).not.toBe(withoutTimes(new ClientChanged()))
  })
})
