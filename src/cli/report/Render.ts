/** The report as a page for its reviewer. Pure: the same facts are the same page. */
import { compare, type EntryPoint, type Facts } from "./Facts.ts"
import { renderFields } from "./RenderFields.ts"
import { type Fault, faults, type Finding } from "./Findings.ts"
import { anchors, code, item, linkTo, listed, plain, prose, reference, table } from "./Markdown.ts"
import { madeOf, renderOperations } from "./RenderOperations.ts"

export const render = (facts: Facts, findings: ReadonlyArray<Finding>): string => {
  const shown = facts.entryPoints.filter(({ needs }) => needs.uses.length > 0)
  const parts = [
    "# Consistency",
    "<!-- Made by `npx hapax report`, from the types; `npx hapax report --check` fails if they say otherwise. -->",
    ...introduction,
    ...renderFindings(findings),
    "## Entry points",
    summary(facts.entryPoints),
    ...sections(shown).flatMap((section) => renderSection(facts, section)),
    ...renderFields(facts),
    ...renderOperations(facts),
    ...renderClaims(facts)
  ]
  const page = parts.join("\n\n")
  const anchorOf = anchors(page)
  const define = (name: string, under: string) => `[${code(name)}]: #${anchorOf.get(under) ?? ""}`
  const definitions = [
    ...sections(shown).flatMap((section) => section.map(({ name }) => define(name, heading(section)))),
    ...facts.operations.map(({ operation }) => define(operation, code(operation)))
  ]
  return `${page}\n\n${definitions.join("\n")}\n`
}

const introduction = [
  prose(
    "Every storage operation is a service of its own: whoever calls it has its name and its level in its type. " +
      "This page asks the compiler for those types, so nobody keeps the lists below. " +
      "**Strong** means that every read sees every write acknowledged before it; a Strong operation compiles only on " +
      "storage that is claimed to be strong, and the claims stand at the end. " +
      "**Eventual** means that an answer may be as old as the bound its declaration gives, with the reason why that " +
      "does no harm."
  ),
  prose(
    "To check a row in an editor, hover over the handler or the flow: the third argument of its `Effect` is the row. " +
      "Kind, repeat, bound and reason are the declaration's own data; what an operation is made of is read from the " +
      "type of its implementation in the layer. A HEAD is answered as its GET; a command of the operator comes in by " +
      "a binding and never by a request."
  )
]

const renderFindings = (findings: ReadonlyArray<Finding>): ReadonlyArray<string> => {
  if (findings.length === 0) return []
  const kinds = [...new Set(findings.map(({ fault }) => fault))]
  const of = (fault: Fault) => findings.filter((finding) => finding.fault === fault)
  return [
    "## What fails this report",
    ...kinds.flatMap((fault) => [
      `### ${faults[fault]}`,
      of(fault)
        .map((one) => item(one.sentence))
        .join("\n")
    ])
  ]
}

const summary = (entryPoints: ReadonlyArray<EntryPoint>): string =>
  table(
    ["Entry point", "Handler", "Strong", "Eventual"],
    entryPoints.map(({ handler, name, needs }) => [
      needs.uses.length === 0 ? code(name) : reference(name),
      code(handler.name),
      needs.uses.filter(({ level }) => level === "Strong").length,
      needs.uses.filter(({ level }) => level === "Eventual").length
    ])
  )

type Section = ReadonlyArray<EntryPoint>

/** Entry points of one handler are one section. */
const sections = (entryPoints: ReadonlyArray<EntryPoint>): ReadonlyArray<Section> => {
  const keyOf = ({ handler, needs }: EntryPoint) => JSON.stringify([handler, needs])
  const byHandler = Map.groupBy(entryPoints, keyOf)
  return [...byHandler.values()]
}

const heading = (section: Section): string => listed(section.map(({ name }) => code(name)))

const renderSection = (facts: Facts, section: Section): ReadonlyArray<string> => {
  const [first] = section
  if (first === undefined) return []
  const rows = first.needs.uses.map((use) => {
    const declared = facts.operations.find(({ operation }) => operation === use.operation)
    const level = declared === undefined || declared.level === use.level ? use.level : `${use.level} (strongly)`
    return [reference(use.operation), level, declared?.kind ?? "", declared?.repeat ?? "", madeOf(facts, use)]
  })
  return [
    `### ${heading(section)}`,
    `${linkTo(first.handler)}`,
    table(["Operation", "Level here", "Kind", "Repeat", "Made of"], rows)
  ]
}

const renderClaims = ({ bindings, claims }: Facts): ReadonlyArray<string> => [
  "## Claims of trust",
  prose("Everything above rests on these: what each says of its backend, and what is made of it."),
  claims
    .map(({ backend, level, place, reason }) => {
      const made = bindings
        .filter(({ needs }) => needs.backends.some((one) => one.backend === backend && one.level === level))
        .map(({ operation }) => reference(operation))
        .toSorted(compare)
      const of = made.length === 0 ? "Nothing is made of it." : `Made of it: ${listed([...new Set(made)])}.`
      return item(`**${level}** ${code(backend)}, ${linkTo(place)}: ${plain(reason)} ${of}`)
    })
    .join("\n")
]
