/** The scenarios and the mutants that there are: the project's own, or those of a module. */
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Entry } from "../Entry.ts"
import type { Mutant } from "../mutants/Mutant.ts"
import { Misused } from "./Options.ts"

export interface NotYet {
  /** Its number in the audit's table. */
  readonly of: string
  readonly name: string
  readonly waitsFor: string
}

/** A defect that no schedule shows, and what finds it. */
export interface Elsewhere {
  readonly of: string
  readonly name: string
  readonly killedBy: string
}

export interface Mutants {
  readonly mutants: ReadonlyArray<Mutant>
  readonly notYet: ReadonlyArray<NotYet>
  readonly elsewhere: ReadonlyArray<Elsewhere>
}

/** The scenarios by their names, which tell one from another. */
export const loadScenarios = async (from: string | undefined): Promise<ReadonlyMap<string, Entry>> => {
  const { scenarios } = (await import(moduleOf(from, "../Scenarios.ts"))) as { scenarios?: ReadonlyArray<Entry> }
  if (scenarios === undefined) throw new Misused(`${from} exports no scenarios`)
  const byName = new Map(scenarios.map((entry) => [entry.name, entry]))
  if (byName.size < scenarios.length) throw new Misused("two scenarios have the same name")
  return byName
}

export const loadMutants = async (from: string | undefined): Promise<Mutants> => {
  const found = (await import(moduleOf(from, "../mutants/Mutants.ts"))) as Partial<Mutants>
  return { mutants: found.mutants ?? [], notYet: found.notYet ?? [], elsewhere: found.elsewhere ?? [] }
}

/** The scenario of this name, or the one that a mutant of this name is searched in. */
export const findEntry = async (name: string, from: string | undefined): Promise<Entry> => {
  const scenarios = await loadScenarios(from)
  const found = scenarios.get(name)
  if (found !== undefined) return found
  const { mutants } = await loadMutants(from)
  const mutant = mutants.find((one) => one.name === name || one.entry.name === name)
  if (mutant !== undefined) return mutant.entry
  throw unknown(name, [...scenarios.keys(), ...mutants.map(({ entry }) => entry.name)])
}

export const unknown = (name: string, known: Iterable<string>): Misused =>
  new Misused(`there is no scenario "${name}"; there are\n${[...known].map((one) => `  ${one}`).join("\n")}`)

/** An URL, or what stands relative to this module. */
const moduleOf = (from: string | undefined, own: string): string =>
  from === undefined ? own : pathToFileURL(resolve(from)).href
