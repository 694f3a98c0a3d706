/**
 * "After 90 days events go to R2 as compressed, checksummed JSON lines": which events go into which batch, and what a
 * batch is held against when it is read. docs/decisions/0028-audit.md.
 */
import { Result } from "effect"
import { describe, expect, test } from "vitest"
import { type AuditBatch, batchOf, eventsOf, linesOf, merged, plan } from "../../src/domain/AuditArchive.ts"
import type { KeptEvent } from "../../src/domain/AuditEvent.ts"
import { firstIdAt } from "../../src/domain/AuditEvent.ts"
import { idsOf } from "../../src/domain/AuditFilter.ts"

const event = (id: string, type = "code.issued"): KeptEvent => ({ id, at: 1_000, type })
const of = (...ids: ReadonlyArray<string>) => ids.map((id) => event(id))

const batch: AuditBatch = batchOf([event("d"), event("f"), event("h")], "sum")

describe("batches never overlap in the order of ids", () => {
  test("what falls into a batch, its first and its last event among it, is added to it", () => {
    for (const id of ["d", "e", "h"]) expect(plan({ events: of(id), batch })).toEqual({ into: batch, events: of(id) })
    expect(plan({ events: of("d", "g", "h", "i"), batch })).toEqual({ into: batch, events: of("d", "g", "h") })
  })

  test("what comes before a batch is another one, which ends before that begins", () => {
    expect(plan({ events: of("a", "c", "d", "e", "z"), batch })).toEqual({ into: null, events: of("a", "c") })
  })

  test("what comes after all batches is one, and of nothing there is none", () => {
    expect(plan({ events: of("x", "z"), batch: null })).toEqual({ into: null, events: of("x", "z") })
    expect(plan({ events: [], batch })).toBeUndefined()
  })

  test("a second delivery changes nothing: of two events with one id the first stands", () => {
    const archived = event("b", "as it was archived")
    expect(merged([archived, event("c")], [event("a"), event("b", "delivered again")])).toEqual([
      event("a"),
      archived,
      event("c")
    ])
  })
})

describe("a corrupted archive object is named, not passed over in silence", () => {
  const events = of("d", "f", "h")
  const read = (text: string, sha256 = "sum") => eventsOf(batch, text, sha256)

  test("as it was archived, it is read", () => {
    expect(read(linesOf(events))).toEqual(Result.succeed(events))
  })

  test("another checksum, another number of lines, a line that is none", () => {
    expect(read(linesOf(events), "another")).toEqual(Result.fail("checksum"))
    expect(read(linesOf(of("d", "f")))).toEqual(Result.fail("lines"))
    expect(read(linesOf(of("d", "f", "g", "h")))).toEqual(Result.fail("lines"))
    expect(read(`${linesOf(of("d", "f"))}{}\n`)).toEqual(Result.fail("unreadable"))
  })
})

describe("the ids outside of which nothing is asked for", () => {
  const day = 86_400_000

  test("an id may be made of a moment up to a day before its event", () => {
    expect(idsOf({ from: 3 * day }, null)).toEqual({ from: firstIdAt(2 * day), before: null })
    expect(idsOf({ from: 10 }, null)).toEqual({ from: firstIdAt(0), before: null })
  })

  test("the next page begins where the page before ended, or where the time ends that was asked for", () => {
    const [early, late] = [firstIdAt(day), firstIdAt(2 * day)]
    expect(idsOf({ to: 2 * day }, early)).toEqual({ from: "", before: early })
    expect(idsOf({ to: day }, late)).toEqual({ from: "", before: early })
    expect(idsOf({ to: day }, null)).toEqual({ from: "", before: early })
    expect(idsOf({}, early)).toEqual({ from: "", before: early })
  })
})
