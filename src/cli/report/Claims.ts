/** The claims of trust: every `storage.strong(…)` and `storage.eventual(…)` of the layers, with its reason. */
import { isCallExpression, isPropertyAccessExpression } from "typescript/unstable/ast/is"
import { layerFolders } from "./Bindings.ts"
import { type Claim, compare } from "./Facts.ts"
import { isFrom, type Program, variableAround, walk } from "./Program.ts"
import { literal } from "./Types.ts"

export const readClaims = ({ checker, files, meaningOf, source }: Program): ReadonlyArray<Claim> =>
  files(...layerFolders)
    .flatMap((file) => {
      const found: Array<Claim> = []
      walk(source(file), (node) => {
        if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return
        const claimed = meaningOf(node.expression.name)
        if (claimed === undefined || !isFrom(claimed, "services/storage/Storage.ts")) return
        const [argument] = node.arguments
        const backend = literal(argument === undefined ? undefined : checker.getTypeAtLocation(argument))
        if (backend === undefined) return
        const variable = variableAround(node)
        const symbol = variable === undefined ? undefined : checker.getSymbolAtLocation(variable)
        found.push({
          backend,
          level: claimed.name === "strong" ? "Strong" : "Eventual",
          place: { file, name: variable?.getText() ?? "a claim without a name" },
          reason: symbol === undefined ? "" : oneLine(checker.getDocumentationCommentOfSymbol(symbol))
        })
      })
      return found
    })
    .toSorted((a, b) => compare(a.backend, b.backend))

/** A comment as running text. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim()
