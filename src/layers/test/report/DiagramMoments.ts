/** One moment of a run as a part of a picture. */
import type { Fault } from "../kernel/Fault.ts"
import type { Moment } from "../kernel/History.ts"
import { characterWidth, type Lane, lineHeight, noteLength } from "./DiagramLanes.ts"
import { arrow, cross, label, late, type Line, lost, note, noteHeight, work } from "./DiagramMarks.ts"
import { wrap } from "./TextTable.ts"

/** A part of a picture, and how high it is. */
export interface Part {
  readonly marks: string
  /** What lies under the marks of all moments, because it crosses others. */
  readonly under?: string
  readonly height: number
  /** Where something is left on its way, for whoever draws its arrival. */
  readonly leaves?: { readonly x: number; readonly y: number }
}

const above = 8
const below = 8
const gap = 8

/** What becomes of a call that a fault befell. What is not here goes its way. */
const fates: { readonly [F in Fault]?: "request lost" | "reply lost" | "late" | "refused" | "undone" } = {
  "fail before": "refused",
  overload: "refused",
  "version skew": "refused",
  "brown-out": "refused",
  "write refused": "refused",
  "lost request": "request lost",
  "lost reply": "reply lost",
  "late execution": "late",
  "commit failure": "undone"
}

/** Words in a box on somebody's own lane. */
export const noted = (words: string, lane: Lane, y: number, isBad: boolean): Part => {
  const look = isBad ? "bad" : ""
  const lines = wrap(words, noteLength).map((text): Line => ({ text: text.trim(), look }))
  return { marks: note(lines, lane.x, y + above), height: above + noteHeight(lines.length) + below }
}

/** A call: there and back, or only there, or only back, as far as it comes. */
export const called = (moment: Moment, who: Lane, place: Lane, y: number): Part => {
  const { fault, operation, outcome, what } = moment
  const fate = fateOf(moment)
  const struck: ReadonlyArray<Line> = fault === undefined ? [] : [{ text: `✗ ${fault}`, look: "bad" }]
  const middle = (who.x + place.x) / 2
  const isOneWay = what === "executes"
  const isLostOnItsWayBack = fate === "reply lost" && !isOneWay
  const room = (Math.abs(place.x - who.x) - 24) / characterWidth
  const linesOf = (text: string, look: Line["look"]) =>
    wrap(text, room).map((line): Line => ({ text: line.trim(), look }))
  const outward = [...linesOf(operation, ""), ...(isLostOnItsWayBack ? [] : struck)]
  const homeward = [...(isLostOnItsWayBack ? struck : []), ...linesOf(outcome, fate === undefined ? "quiet" : "bad")]

  const sentAt = y + above + outward.length * lineHeight
  const sent = what === "hears" ? "" : sending(fate, who, place, sentAt) + label(outward, middle, y + above + 10)
  const top = what === "hears" ? y : sentAt + gap
  const heardAt = top + above / 2 + homeward.length * lineHeight
  const heard = isOneWay ? "" : hearing(fate, who, place, heardAt) + label(homeward, middle, top + above / 2 + 10)
  const end = isOneWay ? sentAt : heardAt
  const look = fate === "refused" || fate === "undone" ? fate : ""
  const isExecuted = fate !== "request lost" && fate !== "late" && what !== "hears"
  return {
    marks: (isExecuted ? work(place.x, sentAt, end, look) : "") + sent + heard,
    height: end - y + below,
    leaves: { x: who.x + (place.x - who.x) * lostAt, y: sentAt }
  }
}

/** An answer that comes apart from its call no longer knows what befell it, only that nobody does. */
const fateOf = ({ fault, outcome, what }: Moment): Fate => {
  if (what === "hears" && outcome.startsWith("OutcomeUnknown")) return "request lost"
  return fault === undefined ? undefined : fates[fault]
}

type Fate = (typeof fates)[Fault]

/** So far a call comes that is lost on its way: beyond what its label says. */
const lostAt = 0.8

const sending = (fate: Fate, { x: from }: Lane, { x: to }: Lane, y: number): string => {
  const end = from + (to - from) * lostAt
  if (fate === "request lost") return lost({ from, to: end, y, look: "broken" })
  return fate === "late"
    ? arrow({ from, to: end, y, look: "reply" })
    : arrow({ from, to: to - 4 * Math.sign(to - from), y, look: "" })
}

const hearing = (fate: Fate, { x: to }: Lane, { x: place }: Lane, y: number): string => {
  const end = to + (place - to) * lostAt
  if (fate === "request lost" || fate === "late") return arrow({ from: end, to, y, look: "reply broken" })
  const from = place - 4 * Math.sign(place - to)
  if (fate !== "reply lost") return arrow({ from, to, y, look: fate === undefined ? "reply" : "reply broken" })
  const near = end - 10 * Math.sign(place - to)
  return lost({ from, to: end, y, look: "reply" }) + arrow({ from: near, to, y, look: "reply broken" })
}

/** A call that comes when nobody waits for it any more. */
export const arrived = (
  { operation, outcome }: Moment,
  from: { readonly x: number; readonly y: number },
  place: Lane,
  y: number
): Part => {
  const lines: ReadonlyArray<Line> = [
    { text: "arrives late", look: "quiet" },
    ...wrap(operation, noteLength).map((text): Line => ({ text: text.trim(), look: "" })),
    ...wrap(outcome, noteLength).map((text): Line => ({ text: text.trim(), look: "quiet" }))
  ]
  const at = y + above + lines.length * lineHeight + 4
  const x = place.x - 12 - (Math.max(...lines.map(({ text }) => text.length)) * characterWidth) / 2
  return {
    marks: work(place.x, at - 6, at + 6, "") + label(lines, x, y + above + 10),
    under: late(from.x, from.y, place.x - 4, at),
    height: at - y + 6 + below
  }
}

/** Whoever is gone. */
export const hungUp = (words: string, lane: Lane, y: number): Part => {
  const part = noted(words, lane, y, true)
  return { ...part, marks: part.marks + cross(lane.x, y + part.height + 4), height: part.height + 14 }
}
