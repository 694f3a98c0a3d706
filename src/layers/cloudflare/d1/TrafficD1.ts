/** The counted traffic in D1. */
import { Effect, Schema } from "effect"
import { noTraffic, slotOf, Traffic } from "../../../domain/Traffic.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Traffics } from "../../../services/storage/Traffics.ts"
import { D1Primary, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"

const columns = ["requests", "failures", "given_up", "object_calls", "slow_object_calls"]

const add =
  `INSERT INTO traffic (slot, began, ${columns.join(", ")}) VALUES (?, ?, ?, ?, ?, ?, ?) ` +
  "ON CONFLICT (slot) DO UPDATE SET began = excluded.began, " +
  columns.map((name) => `${name} = excluded.${name} + iif(began = excluded.began, ${name}, 0)`).join(", ") +
  " WHERE began <= excluded.began"

const since =
  "SELECT json_object('requests', total(requests), 'failures', total(failures), 'givenUp', total(given_up), " +
  "'objectCalls', total(object_calls), 'slowObjectCalls', total(slow_object_calls)) AS json " +
  "FROM traffic WHERE began >= ?"

const read = rowsOf("Traffic.since", Schema.Struct({ json: Schema.fromJsonString(Traffic) }))

export const TrafficD1 = bind(Traffics, {
  add: ({ began, traffic }) => {
    const { failures, givenUp, objectCalls, requests, slowObjectCalls } = traffic
    const counts = [requests, failures, givenUp, objectCalls, slowObjectCalls]
    return D1Primary.use((d1) =>
      Effect.asVoid(d1.batch("Traffic.add", [statement(add, slotOf(began), began, ...counts)]))
    )
  },
  since: (began) =>
    D1Primary.use((d1) => d1.query("Traffic.since", statement(since, began))).pipe(
      Effect.flatMap(read),
      Effect.map(([row]) => row?.json ?? noTraffic)
    )
})
