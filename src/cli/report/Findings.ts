/** What fails the report: operations that nothing reaches or no law checks, and types that do not say everything. */
import {
  type Binding,
  type EntryPoint,
  type Facts,
  type Flow,
  type Needs,
  type Place,
  together,
  type Use
} from "./Facts.ts"

export type Fault = "unreached" | "lawless" | "unbound" | "unclaimed" | "unknown" | "hidden"

export interface Finding {
  readonly fault: Fault
  /** Markdown, one sentence. */
  readonly sentence: string
}

/** What each fault is, as a heading says it. */
export const faults: Readonly<Record<Fault, string>> = {
  unreached: "Reached by no entry point",
  lawless: "Without a law",
  unbound: "Made of nothing in production",
  unclaimed: "Storage without a claim",
  unknown: "Not declared",
  hidden: "Hidden by a type"
}

export const findingsOf = (facts: Facts): ReadonlyArray<Finding> => [
  ...unreached(facts),
  ...lawless(facts),
  ...unbound(facts),
  ...unclaimed(facts),
  ...unknown(facts),
  ...hidden(facts)
]

const code = (text: string): string => `\`${text}\``

export const flowName = ({ module, place }: Flow): string => `${module}.${place.name}`

/** Of all uses of an operation the layers make for it to be answered, themselves included. */
export const reachedOperations = (entryPoints: ReadonlyArray<EntryPoint>, bindings: ReadonlyArray<Binding>) => {
  const reached = new Set(entryPoints.flatMap(({ needs }) => needs.uses.map(({ operation }) => operation)))
  // A set that grows while it is walked is walked to its new end.
  for (const operation of reached) {
    for (const binding of bindings) {
      if (binding.operation === operation) for (const use of binding.needs.uses) reached.add(use.operation)
    }
  }
  return reached
}

const unreached = ({ bindings, entryPoints, flows, operations }: Facts): ReadonlyArray<Finding> => {
  const reached = reachedOperations(entryPoints, bindings)
  return operations
    .filter(({ operation }) => !reached.has(operation))
    .map(({ operation }) => {
      const idle = flows.filter(({ needs }) => needs.uses.some((use) => use.operation === operation)).map(flowName)
      const why = idle.length === 0 ? "no flow uses it" : `no entry point runs ${idle.map(code).join(", ")}`
      return { fault: "unreached", sentence: `${code(operation)}: ${why}` }
    })
}

const lawless = ({ laws, operations }: Facts): ReadonlyArray<Finding> => {
  const lawful = new Set(laws.flatMap((law) => law.operations))
  return operations
    .filter(({ operation }) => !lawful.has(operation))
    .map(({ operation }) => ({ fault: "lawless", sentence: `${code(operation)}: no law names it` }))
}

/** Operations at the level of their declaration, and every use at the level at which it stands in a type. */
const unbound = ({ bindings, entryPoints, operations }: Facts): ReadonlyArray<Finding> => {
  const bound = new Set(bindings.map(({ level, operation }) => `${level} ${operation}`))
  const declared = operations.map(({ level, operation }): Use => ({ level, operation }))
  const asked = together([...entryPoints.map(({ needs }) => needs), { uses: declared, backends: [], hidden: [] }])
  return asked.uses
    .filter(({ level, operation }) => !bound.has(`${level} ${operation}`))
    .map(({ level, operation }) => ({
      fault: "unbound",
      sentence: `${code(operation)}: no layer of production makes it as ${level}`
    }))
}

const unclaimed = ({ bindings, claims }: Facts): ReadonlyArray<Finding> => {
  const claimed = new Set(claims.map(({ backend, level }) => `${level} ${backend}`))
  return together(bindings.map(({ needs }) => needs))
    .backends.filter(({ backend, level }) => !claimed.has(`${level} ${backend}`))
    .map(({ backend, level }) => ({
      fault: "unclaimed",
      sentence: `${level} ${code(backend)}: operations are made of it, but no claim was found`
    }))
}

const unknown = ({ entryPoints, flows, laws, operations }: Facts): ReadonlyArray<Finding> => {
  const known = new Set(operations.map(({ operation }) => operation))
  const named = [
    ...[...flows, ...entryPoints].flatMap((one) =>
      one.needs.uses.map(({ operation }) => ({ operation, by: "place" in one ? flowName(one) : one.name }))
    ),
    ...laws.flatMap((law) => law.operations.map((operation) => ({ operation, by: law.title })))
  ]
  return named
    .filter(({ operation }) => !known.has(operation))
    .map(({ by, operation }) => ({
      fault: "unknown",
      sentence: `${code(operation)}, which ${code(by)} names, is no operation of src/services/storage/`
    }))
}

const hidden = ({ bindings, dispatched, entryPoints }: Facts): ReadonlyArray<Finding> => {
  const say = (who: string, needs: Needs): ReadonlyArray<Finding> =>
    needs.hidden.map((why) => ({ fault: "hidden", sentence: `${who} ${why}` }))
  const at = ({ file, name }: Place): string => `${code(name)} in ${file}`
  const listed = new Set(entryPoints.flatMap(({ needs }) => needs.uses.map(keyOf)))
  return [
    ...entryPoints.flatMap(({ handler, name, needs }) => say(`${code(name)} (${at(handler)})`, needs)),
    ...bindings.flatMap(({ layer, needs, operation }) => say(`${code(operation)} of ${at(layer)}`, needs)),
    ...say("the router, or the operator's commands,", dispatched),
    ...dispatched.uses
      .filter((use) => !listed.has(keyOf(use)))
      .map(({ level, operation }): Finding => ({
        fault: "hidden",
        sentence: `${code(operation)} is needed as ${level}, but by no route or command that the report can read`
      }))
  ]
}

const keyOf = ({ level, operation }: Use): string => `${level} ${operation}`
