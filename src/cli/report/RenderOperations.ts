/** The part of the page about operations: a group a section, with its laws. */
import { compare, type DeclaredOperation, type Facts, type StatedLaw, type Use } from "./Facts.ts"
import { flowName } from "./Findings.ts"
import { code, item, linkTo, listed, plain, prose, reference } from "./Markdown.ts"

export const renderOperations = (facts: Facts): ReadonlyArray<string> => {
  const groups = Map.groupBy(facts.operations, ({ operation }) => groupOf(operation))
  const homes = homesOf(facts)
  return [
    "## Operations",
    ...[...groups]
      .toSorted(([a], [b]) => compare(a, b))
      .flatMap(([name, group]) => [
        `### ${name}`,
        `Declared in ${listed([...new Set(group.map(({ place }) => linkTo(place)))])}.`,
        ...group.flatMap((operation) => renderOperation(facts, homes, operation)),
        ...renderLaws(
          name,
          facts.laws.filter((law) => homes.get(law) === name)
        )
      ])
  ]
}

/** What an operation is made of at a level: backends, and operations that its layer asks in turn. */
export const madeOf = ({ bindings }: Facts, { level, operation }: Use): string => {
  const needs = bindings.filter((one) => one.operation === operation && one.level === level).map((one) => one.needs)
  const parts = [
    ...needs.flatMap(({ backends }) => backends.map((one) => `${one.level} ${code(one.backend)}`)),
    ...needs.flatMap(({ uses }) => uses.map((one) => `${one.level} ${reference(one.operation)}`))
  ]
  return parts.length === 0 ? "nothing" : listed([...new Set(parts)])
}

const groupOf = (operation: string): string => operation.slice(0, operation.lastIndexOf("."))

type Homes = ReadonlyMap<StatedLaw, string>

/** Each law stands once: with a group of the file that its own is called after, or else with its first operation's. */
const homesOf = ({ laws, operations }: Facts): Homes => {
  const fileOf = new Map(operations.map(({ operation, place }) => [groupOf(operation), place.file]))
  return new Map(
    laws.map((law) => {
      const groups = law.operations.map(groupOf)
      const file = law.file.replace(/\.laws\.ts$/, ".ts")
      return [law, groups.find((group) => fileOf.get(group) === file) ?? groups[0] ?? ""]
    })
  )
}

const renderOperation = (facts: Facts, homes: Homes, declared: DeclaredOperation): ReadonlyArray<string> => {
  const { because, bound, kind, level, operation, repeat, text } = declared
  const layers = facts.bindings.filter((binding) => binding.operation === operation)
  const made = [...new Set(layers.map((layer) => layer.level))].toSorted(compare).map((at) => {
    const of = madeOf(facts, { operation, level: at })
    const places = layers.filter((layer) => layer.level === at).map(({ layer }) => linkTo(layer))
    return `${at === level ? "Made of" : "Strongly made of"} ${of} in ${listed([...new Set(places)])}.`
  })
  return [
    `#### ${code(operation)}`,
    ...(text === "" ? [] : [prose(plain(text))]),
    [
      item([`**${level}** ${kind}, repeat ${repeat}.`, ...made].join(" ")),
      ...(bound === undefined ? [] : [item(`Bound: ${plain(bound)}.`)]),
      ...(because === undefined ? [] : [item(`Safe because ${plain(because)}.`)]),
      item(`Flows: ${users(facts, declared)}.`),
      item(`Entry points: ${runners(facts, declared)}.`),
      item(`Laws: ${lawsOf(facts, homes, operation)}.`)
    ].join("\n")
  ]
}

/** Says the level of a use where it is not the declared one. */
const atLevel = (name: string, uses: ReadonlyArray<Use>, { level, operation }: DeclaredOperation) =>
  uses
    .filter((use) => use.operation === operation)
    .map((use) => (use.level === level ? name : `${name} (${use.level})`))

const users = ({ flows }: Facts, declared: DeclaredOperation): string => {
  const found = flows.flatMap((flow) => atLevel(code(flowName(flow)), flow.needs.uses, declared))
  return found.length === 0 ? "none" : listed(found.toSorted(compare))
}

const runners = ({ bindings, entryPoints }: Facts, declared: DeclaredOperation): string => {
  const found = entryPoints.flatMap(({ name, needs }) => atLevel(reference(name), needs.uses, declared))
  const layers = bindings.filter(({ needs }) => needs.uses.some(({ operation }) => operation === declared.operation))
  const through = layers.map(({ operation }) => `through ${reference(operation)}`)
  const all = [...found, ...new Set(through)]
  return all.length === 0 ? "none" : listed(all)
}

/** How many laws name it, and under which headings they are. */
const lawsOf = ({ laws }: Facts, homes: Homes, operation: string): string => {
  const naming = laws.filter((law) => law.operations.includes(operation))
  const byHome = Map.groupBy(naming, (law) => homes.get(law) ?? "")
  const counts = [...byHome]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([home, there]) => (home === groupOf(operation) ? `${there.length} below` : `${there.length} under ${home}`))
  return counts.length === 0 ? "none" : listed(counts)
}

/** Laws, each with the operations it is about. */
const renderLaws = (group: string, laws: ReadonlyArray<StatedLaw>): ReadonlyArray<string> => {
  const short = (operation: string) => (groupOf(operation) === group ? operation.slice(group.length + 1) : operation)
  const files = [...new Set(laws.map(({ file }) => file))]
  return files.flatMap((file) => [
    `Laws, in [${file.slice(file.lastIndexOf("/") + 1)}](../${file}):`,
    laws
      .filter((law) => law.file === file)
      .map(({ operations, title }) => item(`${plain(title)} (${listed(operations.map((one) => code(short(one))))})`))
      .join("\n")
  ])
}
