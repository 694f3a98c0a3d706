/** Traffic of five minutes, in a row that a later day's window takes over. docs/decisions/0036-observability.md. */
import { describe, expect, test } from "vitest"
import { added, noTraffic, slotOf, slots, TrafficWindow, windowLength, windowOf } from "../../src/domain/Traffic.ts"

const window = (began: number, requests: number) => new TrafficWindow({ began, traffic: { ...noTraffic, requests } })

describe("traffic that is added to a row", () => {
  const today = window(10 * windowLength, 3)

  test("of the same window is summed, whoever counted it", () => {
    expect(added(today, window(today.began, 4))).toEqual(window(today.began, 7))
    expect(added(undefined, today)).toEqual(today)
  })

  test("of a new day begins it anew; what comes a day late is left out", () => {
    const tomorrow = window(today.began + slots * windowLength, 5)
    expect(slotOf(tomorrow.began)).toBe(slotOf(today.began))
    expect(added(today, tomorrow)).toEqual(tomorrow)
    expect(added(tomorrow, today)).toEqual(tomorrow)
  })

  test("a moment is in the window that began before it", () => {
    expect([0, windowLength - 1, windowLength].map(windowOf)).toEqual([0, 0, windowLength])
  })
})
