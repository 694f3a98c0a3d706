/** `npx hapax cost`: the arithmetic from counted flows to a month's bill, and the page that shows it. */
import { readFile, writeFile } from "node:fs/promises"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { billText } from "../../src/cli/cost/Bill.ts"
import { type CountedFlows, FlowName, readCounted } from "../../src/cli/cost/Counted.ts"
import { type Bill, billOf } from "../../src/cli/cost/Model.ts"
import { perMillion } from "../../src/cli/cost/Prices.ts"
import { type Usage, usual } from "../../src/cli/cost/Usage.ts"

const tenMillion: Usage = { users: 10_000_000, ...usual }
const counted = await readCounted()

const Share = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 50 })))
const Often = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 100 })))
const AnyUsage = Schema.Struct({
  users: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 50_000_000 }))),
  logins: Often,
  passkeyPercent: Share,
  letterPercent: Share,
  consents: Schema.Literal(1),
  silent: Often,
  refreshes: Often,
  introspections: Often,
  logouts: Often,
  peak: Often,
  auditDays: Often
})

const amounts = ({ operations, shards, storage }: Bill) => [
  ...Object.values(operations),
  ...Object.values(shards),
  storage.objects,
  storage.d1,
  storage.archiveAYear
]

describe("what a month costs", () => {
  it("is reckoned from every flow that was counted, and from no other", () => {
    expect(Object.keys(counted).toSorted()).toEqual([...FlowName.literals].toSorted())
  })

  it("is sums of counts: ten million people, by hand", () => {
    const bill = billOf(counted, tenMillion)
    expect(bill.runs["login.password"]).toBe(10_000_000 * 3 * 0.6)
    expect(bill.runs.code).toBe(10_000_000 * 13)
    const requests = Object.entries(bill.runs).reduce(
      (sum, [name, runs]) => sum + runs * counted[name as keyof CountedFlows].requests,
      0
    )
    expect(bill.operations.workerRequests).toBe(requests)
    expect(bill.dollars.workerRequests).toBeCloseTo(requests * 0.3e-6, 6)
    const { code } = counted
    const ofCode = [
      code.requests * perMillion.workerRequests,
      5 * perMillion.cpuMilliseconds,
      (code.objectCalls + code.alarms) * perMillion.objectRequests,
      2 * code.rowsWritten * perMillion.rowsWritten,
      (code.rowsRead + code.rowsWritten) * perMillion.rowsRead,
      3 * code.queueMessages * perMillion.queueOperations,
      (code.auditEvents / 1000) * perMillion.r2ClassA
    ]
    expect(bill.perMillionRuns.code).toBeCloseTo(
      ofCode.reduce((one, other) => one + other, 0),
      9
    )
  })

  it.effect.prop("grows with the people, and its parts are its sum", { usage: AnyUsage }, ({ usage }) =>
    Effect.sync(() => {
      const [one, two] = [billOf(counted, usage), billOf(counted, { ...usage, users: usage.users * 2 })]
      const sum = Object.values(one.dollars).reduce((left, right) => left + right, 0)
      expect(one.total).toBeCloseTo(sum, 6)
      const [fewer, more] = [amounts(one), amounts(two)]
      for (const [index, amount] of fewer.entries()) expect(more[index]).toBeGreaterThanOrEqual(amount)
      expect(two.storage.auditDaysAtMost).toBeLessThanOrEqual(one.storage.auditDaysAtMost)
      // What a million logins cost is no matter of how many people there are.
      expect(two.perMillionLogins).toBeCloseTo(one.perMillionLogins, 6)
    })
  )

  it.effect.prop("has shards enough for the busiest minute and for the homes", { usage: AnyUsage }, ({ usage }) =>
    Effect.sync(() => {
      const { operations, shards, storage } = billOf(counted, usage)
      expect(shards.account * 5_000_000_000).toBeGreaterThanOrEqual(storage.objects)
      const calls = operations.objectRequests / 2_629_800
      // Alarms are not at the peak, so half of all calls and alarms is certainly within.
      expect(shards.account * 200).toBeGreaterThanOrEqual((calls * usage.peak) / 2)
    })
  )
})

const page = new URL("../../docs/cost.md", import.meta.url)

it("docs/cost.md shows what the command prints for ten million people", async () => {
  const text = billText(counted, billOf(counted, tenMillion))
  const written = await readFile(page, "utf8")
  const made = written.replace(/(```text\n)[\s\S]*?(\n```)/, (_, before, after) => `${before}${text}${after}`)
  if (process.env["BUDGETS"] === "write") await writeFile(page, made)
  expect(await readFile(page, "utf8")).toContain(text)
})
