/** Alerts: raised once, told of until everybody knows, over when it is calm. */
import { describe, expect, it } from "vitest"
import {
  type AlertName,
  alertNames,
  calm,
  type Channel,
  judge,
  type Looked,
  type RaisedAlert,
  stateOf,
  told,
  untold
} from "../../src/domain/Alert.ts"

const minute = 60_000
const start = 1_800_000_000_000
const both: ReadonlyArray<Channel> = ["webhook", "email"]
const quiet: Looked = { findings: [], unknown: [] }

const found = (name: AlertName, detail: Readonly<Record<string, string>> = {}): Looked => ({
  findings: [{ name, detail }],
  unknown: []
})

/** Tells everybody of everything; answers with the ids of what was told. */
const tellAll = (alerts: ReadonlyArray<RaisedAlert>, channels = both) => {
  const messages = untold(alerts, channels)
  return { after: told(alerts, messages, channels), ids: messages.map(({ channel, id }) => `${channel} ${id}`) }
}

describe("Alert", () => {
  it("an alert once raised is not sent every five minutes", () => {
    let alerts = judge([], found("errors.rate", { share: "2 %" }), start)
    const first = tellAll(alerts)
    expect(first.ids).toEqual([`webhook errors.rate-${start}-raised0`, `email errors.rate-${start}-raised0`])
    alerts = first.after
    for (let run = 1; run < 288; run++) {
      alerts = judge(alerts, found("errors.rate", { share: `${run} %` }), start + run * 5 * minute)
      expect(untold(alerts, both)).toEqual([])
    }
    expect(alerts[0]?.detail).toEqual({ share: "287 %" })
    // After a day it is told again, as another message.
    alerts = judge(alerts, found("errors.rate"), start + 24 * 60 * minute)
    expect(tellAll(alerts).ids).toEqual([`webhook errors.rate-${start}-raised1`, `email errors.rate-${start}-raised1`])
  })

  it("webhook down: told again at the next run, under the same id; the e-mail still goes, and goes once", () => {
    const alerts = judge([], found("token.reused"), start)
    const mailed = told(
      alerts,
      untold(alerts, both).filter(({ channel }) => channel === "email"),
      both
    )
    const later = judge(mailed, found("token.reused"), start + 5 * minute)
    expect(untold(later, both).map(({ channel, id }) => [channel, id])).toEqual([
      ["webhook", `token.reused-${start}-raised0`]
    ])
  })

  it("what comes and goes within a quarter of an hour is one alert", () => {
    let { after } = tellAll(judge([], found("object.latency"), start))
    for (let run = 1; run < 20; run++) {
      const looked = run % 3 === 0 ? found("object.latency") : quiet
      after = judge(after, looked, start + run * 5 * minute)
      expect(untold(after, both)).toEqual([])
    }
  })

  it("one that is over is told of as over, and then forgotten", () => {
    const { after } = tellAll(judge([], found("database.size"), start))
    expect(judge(after, quiet, start + calm - 1).map(stateOf)).toEqual(["raised"])
    const over = judge(after, quiet, start + calm)
    expect(over.map(stateOf)).toEqual(["over"])
    const last = tellAll(over)
    expect(last.ids).toEqual([`webhook database.size-${start}-over0`, `email database.size-${start}-over0`])
    expect(last.after).toEqual([])
  })

  it("one that comes again after it was over is another one, with another id", () => {
    const over = judge(tellAll(judge([], found("object.size"), start)).after, quiet, start + calm)
    const again = judge(over, found("object.size"), start + 2 * calm)
    expect(untold(again, ["webhook"]).map(({ id }) => id)).toEqual([`object.size-${start + 2 * calm}-raised0`])
  })

  it("what could not be looked at is neither raised nor over", () => {
    const { after } = tellAll(judge([], found("limit.account"), start))
    const blind: Looked = { findings: [], unknown: alertNames }
    expect(judge(after, blind, start + 10 * calm).map(stateOf)).toEqual(["raised"])
    expect(judge([], blind, start)).toEqual([])
  })

  it("who was told of an alert before it changed was not told of the change", () => {
    const raised = judge([], found("audit.dead_letter"), start)
    const messages = untold(raised, both)
    const over = judge(raised, quiet, start + calm)
    expect(untold(told(over, messages, both), both).map(({ alert }) => stateOf(alert))).toEqual(["over", "over"])
  })

  it("where nobody is to be told, alerts are kept while they last and forgotten when they are over", () => {
    const raised = told(judge([], found("upkeep.failed"), start), [], [])
    expect(raised.map(stateOf)).toEqual(["raised"])
    expect(told(judge(raised, quiet, start + calm), [], [])).toEqual([])
  })
})
