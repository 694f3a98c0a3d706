/** The part of the page about records of which some members are read otherwise than others: which, by whom, and why. */
import { compare, type Facts, type FieldGroup } from "./Facts.ts"
import { code, item, listed, plain, prose, reference } from "./Markdown.ts"

export const renderFields = (facts: Facts): ReadonlyArray<string> => {
  if (facts.fields.length === 0) return []
  const records = Map.groupBy(facts.fields, ({ of }) => of)
  return [
    "## Fields",
    prose("A record may be read in more than one way: what each of its fields is read with, by whom, and why."),
    ...[...records].flatMap(([of, groups]) => [
      `### Fields of a ${of}`,
      groups.map((group) => item(groupOf(facts, group))).join("\n")
    ])
  ]
}

const groupOf = ({ entryPoints, operations }: Facts, { because, members, name, readBy }: FieldGroup): string => {
  const levels = new Set(operations.flatMap(({ level, operation }) => (readBy.includes(operation) ? [level] : [])))
  const readers = entryPoints.filter(({ needs }) => needs.uses.some(({ operation }) => readBy.includes(operation)))
  return (
    `**${name}** (${listed(members.map(code))}): **${[...levels].join(", ")}**, by ${listed(readBy.map(reference))}. ` +
    `${plain(because)} Read by ${listed(readers.map((one) => reference(one.name)).toSorted(compare))}.`
  )
}
