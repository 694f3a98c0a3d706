/**
 * What somebody has to look at: which alerts there are, when one is raised and when it is over, and who was told.
 *
 * An alert is a state, not an event: whoever is told of it every five minutes reads none of it. It is told when it is
 * raised, once a day while it lasts, and when it is over. docs/operating.md has a section for each.
 */
import { Schema } from "effect"

export const alertNames = [
  "storage.given_up",
  "outbox.waiting",
  "token.reused",
  "audit.dead_letter",
  "logout.dead_letter",
  "letter.dead_letter",
  "limit.account",
  "keys.rotation_overdue",
  "object.size",
  "database.size",
  "errors.rate",
  "object.latency",
  "upkeep.failed"
] as const

export const AlertName = Schema.Literals(alertNames)
export type AlertName = typeof AlertName.Type

/** Ids, names and numbers, never secrets. */
export const AlertDetail = Schema.Record(Schema.String, Schema.String)
export type AlertDetail = typeof AlertDetail.Type

/** Something is wrong now. */
export interface Finding {
  readonly name: AlertName
  readonly detail: AlertDetail
}

export const Channel = Schema.Literals(["webhook", "email"])
export type Channel = typeof Channel.Type

/** An alert that is raised, or is over and not everybody was told. Times are in milliseconds. */
export class RaisedAlert extends Schema.Class<RaisedAlert>("RaisedAlert")({
  name: AlertName,
  since: Schema.Int,
  /** When it was last found. */
  seenAt: Schema.Int,
  /** Null while it lasts. */
  overAt: Schema.NullOr(Schema.Int),
  /** How many days it has lasted when it was last told of. */
  day: Schema.Int,
  detail: AlertDetail,
  /** Who was told of it as it is. */
  told: Schema.Array(Channel)
}) {}

/** All alerts there are, as one record: whoever changes it says which version they have read. */
export class AlertBook extends Schema.Class<AlertBook>("AlertBook")({
  version: Schema.Int,
  /** Who wrote this version, so that a writer whose answer was lost knows its own. */
  writer: Schema.String,
  alerts: Schema.Array(RaisedAlert)
}) {}

export const emptyBook = new AlertBook({ version: 0, writer: "", alerts: [] })

/** An alert that was not found for so long is over, in milliseconds: what comes and goes is told of once. */
export const calm = 15 * 60_000

const day = 24 * 60 * 60_000

/** What was found out: what is wrong, and what could not be looked at. */
export interface Looked {
  readonly findings: ReadonlyArray<Finding>
  /** What is not known to be wrong or right stays as it was. */
  readonly unknown: ReadonlyArray<AlertName>
}

/** The alerts after a look. */
export const judge = (
  alerts: ReadonlyArray<RaisedAlert>,
  { findings, unknown }: Looked,
  now: number
): ReadonlyArray<RaisedAlert> => {
  const found = new Map(findings.map((finding) => [finding.name, finding]))
  return alertNames.flatMap((name) => {
    const before = alerts.find((alert) => alert.name === name)
    const finding = found.get(name)
    if (finding !== undefined) return [lasting(before, finding, now)]
    if (before === undefined) return []
    const isOver = before.overAt === null && !unknown.includes(name) && now - before.seenAt >= calm
    return [isOver ? new RaisedAlert({ ...before, overAt: now, told: [] }) : before]
  })
}

/** One that comes again after it was over is another one. */
const lasting = (before: RaisedAlert | undefined, { detail, name }: Finding, now: number): RaisedAlert => {
  if (before === undefined || before.overAt !== null) {
    return new RaisedAlert({ name, since: now, seenAt: now, overAt: null, day: 0, detail, told: [] })
  }
  const days = Math.max(before.day, Math.floor((now - before.since) / day))
  return new RaisedAlert({ ...before, detail, seenAt: now, day: days, told: days > before.day ? [] : before.told })
}

/** What one channel is to be told of. */
export interface Message {
  /** The same one if it is sent again. */
  readonly id: string
  readonly channel: Channel
  readonly alert: RaisedAlert
}

/** What is still to be told, over the channels that there are. */
export const untold = (alerts: ReadonlyArray<RaisedAlert>, channels: ReadonlyArray<Channel>): ReadonlyArray<Message> =>
  alerts.flatMap((alert) =>
    channels
      .filter((channel) => !alert.told.includes(channel))
      .map((channel) => ({ id: `${alert.name}-${alert.since}-${stateOf(alert)}${alert.day}`, channel, alert }))
  )

export const stateOf = ({ overAt }: RaisedAlert): "raised" | "over" => (overAt === null ? "raised" : "over")

/** The alerts after these messages arrived. One that is over, and told of everywhere, is forgotten. */
export const told = (
  alerts: ReadonlyArray<RaisedAlert>,
  arrived: ReadonlyArray<Message>,
  channels: ReadonlyArray<Channel>
): ReadonlyArray<RaisedAlert> =>
  alerts.flatMap((alert) => {
    // Of the alert as it was told, and not as somebody else has changed it meanwhile.
    const reached = arrived.filter((message) => isSame(message.alert, alert)).map(({ channel }) => channel)
    const all = [...new Set([...alert.told, ...reached])]
    const isDone = alert.overAt !== null && channels.every((channel) => all.includes(channel))
    return isDone ? [] : [new RaisedAlert({ ...alert, told: all })]
  })

const isSame = (one: RaisedAlert, other: RaisedAlert): boolean =>
  one.name === other.name && one.since === other.since && one.day === other.day && one.overAt === other.overAt
