/** The flows: every effect that a file of `src/services/flows/` exports, and what its type says it needs. */
import { SymbolFlags } from "typescript/unstable/sync"
import type { Flow } from "./Facts.ts"
import type { NeedsReader } from "./Needs.ts"
import type { Program } from "./Program.ts"

export const flowsFolder = "src/services/flows/"

export const readFlows = ({ checker, exportsOf, files }: Program, reader: NeedsReader): ReadonlyArray<Flow> =>
  files(flowsFolder).flatMap((file) =>
    exportsOf(file).flatMap(({ name, symbol }) => {
      // Types are no flows, and neither are errors, whose classes can be yielded.
      const type = (symbol.flags & values) === 0 ? undefined : checker.getTypeOfSymbol(symbol)
      if (type === undefined) return []
      const module = file.slice(flowsFolder.length, -".ts".length)
      const needs = reader.ofEffect(type)
      if (needs !== undefined) return [{ module, place: { file, name }, needs }]
      if (((type.getSymbol()?.flags ?? 0) & SymbolFlags.ObjectLiteral) === 0) return []
      // A table of flows, such as one grant a name.
      return checker.getPropertiesOfType(type).flatMap((member) => {
        const found = checker.getTypeOfSymbol(member)
        const memberNeeds = found === undefined ? undefined : reader.ofEffect(found)
        const place = { file, name: `${name}.${member.name}` }
        return memberNeeds === undefined ? [] : [{ module, place, needs: memberNeeds }]
      })
    })
  )

const values = SymbolFlags.Variable | SymbolFlags.Function
