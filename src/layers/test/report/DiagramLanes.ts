/** Where everybody stands in a picture: clients and processes of the platform to the left, places to the right. */
import type { Moment } from "../kernel/History.ts"
import { wrap } from "./TextTable.ts"

export interface Lane {
  readonly name: string
  readonly kind: "client" | "platform" | "place"
  readonly x: number
  /** The number of its colour; places have none. */
  readonly hue: number
}

export interface Lanes {
  readonly all: ReadonlyArray<Lane>
  readonly width: number
  readonly who: (name: string) => Lane | undefined
  readonly place: (name: string) => Lane | undefined
}

/** A character of the labels' font is so wide, and a line of them so high. */
export const characterWidth = 7.3
export const lineHeight = 16

/** The numbers and times of the moments stand left of this. */
export const gutter = 90

const hues = 6
/** A note stands in the middle of a lane, and is at most so many characters wide. */
export const noteLength = 26
const margin = (noteLength * characterWidth + 20) / 2
const betweenActors = 204
const toPlaces = 232
const betweenPlaces = 128

export const lanesOf = (clients: ReadonlyArray<string>, moments: ReadonlyArray<Moment>): Lanes => {
  const processes = [...new Set(moments.map(({ who }) => who))].filter((who) => !clients.includes(who))
  const places = [...new Set(moments.flatMap(({ place }) => place ?? []))]
  const actors = [...clients, ...processes]
  const lastActor = gutter + margin + (actors.length - 1) * betweenActors
  const all = [
    ...actors.map((name, number): Lane => {
      const kind = number < clients.length ? "client" : "platform"
      return { name, kind, x: gutter + margin + number * betweenActors, hue: number % hues }
    }),
    ...places.map((name, number): Lane => ({
      name,
      kind: "place",
      x: lastActor + toPlaces + number * betweenPlaces,
      hue: -1
    }))
  ]
  const right = all.at(-1)?.x ?? lastActor
  return {
    all,
    width: Math.max(right + betweenPlaces / 2, lastActor + margin) + 12,
    who: (name) => all.find((lane) => lane.kind !== "place" && lane.name === name),
    place: (name) => all.find((lane) => lane.kind === "place" && lane.name === name)
  }
}

/** The lines of a lane's head. */
export const headLines = ({ kind, name }: Lane): ReadonlyArray<string> =>
  wrap(name, kind === "place" ? 13 : 24).map((line) => line.trim())
