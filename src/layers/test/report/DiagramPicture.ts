/** The picture of a schedule: lanes from the top to the bottom, moments under one another. */
import type { History, Moment } from "../kernel/History.ts"
import { headLines, type Lane, type Lanes, lineHeight } from "./DiagramLanes.ts"
import { arrived, called, hungUp, noted, type Part } from "./DiagramMoments.ts"
import { answersWith, timeOf, wordsOf } from "./HistoryTable.ts"
import { element, escaped } from "./Markup.ts"
import type { Shown } from "./PrintFailure.ts"

/** The whole picture; the steps in `offending` are highlighted. */
export const pictureOf = (shown: Shown, lanes: Lanes, offending: ReadonlySet<number>): string => {
  const headHeight = Math.max(...lanes.all.map((lane) => headLines(lane).length)) * lineHeight + 14
  const top = 16 + headHeight + 14
  const drawn = drawAll(shown, lanes, offending, { top, headHeight })
  const foot = drawn.end + 14
  const height = foot + headHeight + 16
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      role: "group",
      "aria-labelledby": "picture-title picture-text",
      width: lanes.width,
      height,
      // It may be made a little smaller to fit, but not so small that nobody can read it.
      style: `min-width: ${Math.round(lanes.width * 0.86)}px`,
      viewBox: `0 0 ${Math.round(lanes.width * 10) / 10} ${Math.round(height * 10) / 10}`
    },
    `<title id="picture-title">${escaped(shown.scenario)}</title>`,
    `<desc id="picture-text">${escaped(description(shown, lanes))}</desc>`,
    drawn.bands.join("\n"),
    lanes.all.map((lane) => laneLine(lane, 16 + headHeight, foot)).join("\n"),
    [...drawn.lives.values()].map((life) => lifeLine(life, foot)).join("\n"),
    drawn.under.join("\n"),
    drawn.moments.join("\n"),
    [16, ...drawn.heads, foot].flatMap((y) => lanes.all.map((lane) => headAt(lane, y, headHeight))).join("\n")
  )
}

const description = ({ ended, violation }: Shown, { all }: Lanes): string => {
  const named = (kinds: ReadonlyArray<Lane["kind"]>) =>
    all
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ name }) => name)
      .join(", ")
  return (
    `${ended.recorder.moments.length} moments, from the first to the last, of ${named(["client", "platform"])}; ` +
    `they call ${named(["place"]) || "nothing"}. ${violation?.sentence ?? ""}`
  )
}

interface Drawn {
  readonly moments: Array<string>
  readonly bands: Array<string>
  readonly under: Array<string>
  /** Where the heads of the lanes stand once more. */
  readonly heads: Array<number>
  readonly lives: Map<string, Life>
  end: number
}

interface Frame {
  readonly top: number
  readonly headHeight: number
}

/** A screen further down nobody remembers whose lane is whose. */
const screen = 800

/** From where to where a client's program runs. */
interface Life {
  readonly lane: Lane
  readonly from: number
  to: number | undefined
}

/** All moments under one another; those that begin together stand in one row. */
const drawAll = ({ ended }: Shown, lanes: Lanes, offending: ReadonlySet<number>, { headHeight, top }: Frame): Drawn => {
  const history = ended.recorder
  const drawn: Drawn = { moments: [], bands: [], under: [], heads: [], lives: new Map(), end: top }
  const underWay = new Map<string, Array<{ readonly x: number; readonly y: number }>>()
  let previous: Moment | undefined
  let row = top
  for (const moment of history.moments) {
    const who = lanes.of(moment)
    if (who === undefined) continue
    const words = wordsIn(moment, history, who)
    if (previous !== undefined && previous.step !== moment.step && drawn.end - (drawn.heads.at(-1) ?? 0) > screen) {
      drawn.heads.push(drawn.end + 8)
      drawn.end += headHeight + 16
    }
    const isTogether = moment.what === "starts" && previous?.what === "starts" && previous.step === moment.step
    const y = isTogether ? row : drawn.end
    row = y
    const parts = [partOf(moment, words, who, lanes, y, underWay)]
    let end = y + (parts[0]?.height ?? 0)
    for (const answer of answersWith(moment, history)) {
      const part = noted(answer, who, end, false)
      parts.push(part)
      end += part.height
    }
    const isOffending = offending.has(moment.step) && (moment.place !== undefined || moment.fault !== undefined)
    for (const { under } of parts) if (under !== undefined) drawn.under.push(`<g class="hue${who.hue}">${under}</g>`)
    drawn.bands.push(bandOf(y, end, lanes.width, isOffending))
    drawn.moments.push(
      groupOf({ moment, who, parts, y, isOffending, isNumbered: previous?.step !== moment.step }, words)
    )
    if (moment.what === "starts") drawn.lives.set(moment.who, { lane: who, from: y, to: undefined })
    const life = drawn.lives.get(moment.who)
    if (life !== undefined && moment.what === "ends") life.to = y + 8
    drawn.end = Math.max(drawn.end, end)
    previous = moment
  }
  return drawn
}

/** The words of a note; on a lane that several processes have after each other they say whose. */
const wordsIn = (moment: Moment, history: History, { kind }: Lane): string => {
  const words = wordsOf(moment, history)
  return kind === "platform" && (moment.what === "starts" || moment.what === "ends") ? `${moment.who} ${words}` : words
}

const partOf = (
  moment: Moment,
  words: string,
  who: Lane,
  lanes: Lanes,
  y: number,
  underWay: Map<string, Array<{ readonly x: number; readonly y: number }>>
): Part => {
  const place = lanes.place(moment.place ?? "")
  const call = `${moment.who} ${moment.place} ${moment.operation}`
  if (moment.what === "hangs up") {
    const part = hungUp(words, who, y)
    underWay.set(moment.who, [{ x: who.x, y: y + part.height - 10 }])
    return part
  }
  if (place === undefined) return noted(words, who, y, moment.fault !== undefined)
  if (moment.what === "arrives late") {
    const from = underWay.get(call)?.shift() ?? underWay.get(moment.who)?.[0] ?? { x: who.x, y }
    return arrived(moment, from, place, y)
  }
  const part = called(moment, who, place, y)
  if (moment.fault === "late execution" && part.leaves) {
    underWay.set(call, [...(underWay.get(call) ?? []), part.leaves])
  }
  return part
}

interface Group {
  readonly moment: Moment
  readonly who: Lane
  readonly parts: ReadonlyArray<Part>
  readonly y: number
  readonly isOffending: boolean
  /** Whether its number and time are said. */
  readonly isNumbered: boolean
}

const groupOf = ({ isNumbered, isOffending, moment, parts, who, y }: Group, words: string): string => {
  const { place, step, time } = moment
  const where = place === undefined ? "" : ` at ${place}`
  const foot = y + 24
  const number = isNumbered
    ? element("text", { class: "step", x: 40, y: foot, "text-anchor": "end" }, String(step)) +
      element("text", { class: "time", x: 47, y: foot }, timeOf(time))
    : ""
  return element(
    "g",
    { class: `moment hue${who.hue}${isOffending ? " offending" : ""}`, "data-step": step, "data-who": moment.who },
    element("title", {}, escaped(`${step}: ${moment.who}: ${words}${where}`)),
    isOffending ? element("text", { class: "pointer", x: 10, y: foot }, "→") : "",
    number,
    ...parts.map(({ marks }) => marks)
  )
}

const bandOf = (from: number, to: number, width: number, isOffending: boolean): string =>
  isOffending
    ? element(
        "g",
        { class: "offending" },
        element("rect", { class: "band", x: 0, y: from, width, height: to - from }),
        element("rect", { class: "edge", x: 0, y: from, width: 3, height: to - from })
      )
    : ""

const headAt = (lane: Lane, y: number, height: number): string => {
  const lines = headLines(lane)
  const width = Math.max(...lines.map((line) => line.length)) * 7.4 + 24
  const isActor = lane.kind !== "place"
  const first = y + (height - lines.length * lineHeight) / 2 + 12
  return element(
    "g",
    { class: isActor ? `hue${lane.hue}` : "" },
    element("rect", { class: isActor ? "head actor" : "head", x: lane.x - width / 2, y, width, height, rx: 8 }),
    ...lines.map((line, index) =>
      element(
        "text",
        {
          class: isActor ? "head-text actor-text" : "head-text",
          x: lane.x,
          y: first + index * lineHeight,
          "text-anchor": "middle"
        },
        escaped(line)
      )
    )
  )
}

const laneLine = ({ kind, x }: Lane, from: number, to: number): string =>
  element("line", { class: kind === "place" ? "lane" : "lane gone", x1: x, x2: x, y1: from, y2: to })

const lifeLine = ({ from, lane: { hue, x }, to }: Life, end: number): string =>
  element("g", { class: `hue${hue}` }, element("line", { class: "life", x1: x, x2: x, y1: from + 14, y2: to ?? end }))
