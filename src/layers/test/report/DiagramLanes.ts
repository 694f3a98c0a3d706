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
  /** Where whoever moves stands. */
  readonly of: (moment: Moment) => Lane | undefined
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
  const { count, numbers } = platformLanes(clients, moments)
  const places = [...new Set(moments.flatMap(({ place }) => place ?? []))]
  const actors = [
    ...clients.map((name) => ({ name, kind: "client" as const })),
    ...Array.from({ length: count }, (_, number) => ({
      name: count === 1 ? "platform" : `platform ${number + 1}`,
      kind: "platform" as const
    }))
  ]
  const lastActor = gutter + margin + (actors.length - 1) * betweenActors
  const left = actors.map(({ kind, name }, number): Lane => {
    return { name, kind, x: gutter + margin + number * betweenActors, hue: number % hues }
  })
  const right = places.map((name, number): Lane => {
    return { name, kind: "place", x: lastActor + toPlaces + number * betweenPlaces, hue: -1 }
  })
  return {
    all: [...left, ...right],
    width: Math.max((right.at(-1)?.x ?? 0) + betweenPlaces / 2, lastActor + margin) + 12,
    of: (moment) =>
      left[numbers.has(moment) ? clients.length + (numbers.get(moment) ?? 0) : clients.indexOf(moment.who)],
    place: (name) => right.find((lane) => lane.name === name)
  }
}

/** A process of the platform takes a lane from its first moment to its last; then another may have it. */
const platformLanes = (clients: ReadonlyArray<string>, moments: ReadonlyArray<Moment>) => {
  const numbers = new Map<Moment, number>()
  const busyUntil: Array<number> = []
  moments.forEach((moment, index) => {
    if (clients.includes(moment.who) || numbers.has(moment)) return
    // What merely happens needs the lane for itself only at that moment.
    const own =
      moment.what === "happens" ? [moment] : moments.filter(({ what, who }) => who === moment.who && what !== "happens")
    const free = busyUntil.findIndex((until) => until < index)
    const number = free < 0 ? busyUntil.length : free
    for (const each of own) numbers.set(each, number)
    busyUntil[number] = moments.indexOf(own.at(-1) ?? moment)
  })
  return { numbers, count: busyUntil.length }
}

/** The lines of a lane's head. */
export const headLines = ({ kind, name }: Lane): ReadonlyArray<string> =>
  wrap(name, kind === "place" ? 13 : 24).map((line) => line.trim())
