/** The recordings that are kept next to this file, made by `RECORD=1 vitest run test/simulation/fidelity`. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { Schema } from "effect"
import { formatted, type Recording, RecordingText } from "./Recording.ts"

const folder = new URL("recordings/", import.meta.url)

const decode = Schema.decodeSync(RecordingText)

export const kept = (): ReadonlyArray<Recording> =>
  readdirSync(folder)
    .toSorted()
    .map((file) => decode(readFileSync(new URL(file, folder), "utf8")))

export const keep = (recording: Recording): void => {
  const name = recording.round.toLowerCase().replaceAll(/[^a-z]+/g, "-")
  writeFileSync(new URL(`${name}.json`, folder), formatted(recording))
}
