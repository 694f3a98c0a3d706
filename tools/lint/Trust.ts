/**
 * `hapax/trust`: a claim that a backend is strong or eventual, made outside the layers.
 *
 * The claims are what a reviewer disputes with the platform's own words, so they must be few and found where the
 * platform is. Refused is the import of `storage` itself: without it nothing can be claimed. Whether each claim says
 * why is checked by `test/house/style.test.ts`.
 */
import { nameOf, pathOf, type Rule } from "./Rule.ts"

const mayClaim = /^(src\/layers|test)\//

export const trust: Rule = {
  create: (context) => {
    if (mayClaim.test(pathOf(context))) return {}
    return {
      ImportDeclaration: (node) => {
        if (!/(^|\/)Storage\.ts$/.test(node.source.value) || node.importKind === "type") return
        for (const specifier of node.specifiers) {
          if (specifier.type === "ImportSpecifier" && nameOf(specifier.imported) !== "storage") continue
          const message = "what is strong and what is eventual is claimed in src/layers/ and in tests only"
          context.report({ node: specifier, message })
        }
      }
    }
  }
}
