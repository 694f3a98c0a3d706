/** All facts of a repository, read. */
import { readAdminEndpoints } from "./AdminEndpoints.ts"
import { readBindings } from "./Bindings.ts"
import { readClaims } from "./Claims.ts"
import { readCommands, readDispatcher } from "./Commands.ts"
import { readDeclarations, withTexts } from "./Declarations.ts"
import { readEndpoints, readRouter } from "./Endpoints.ts"
import { type Facts, together } from "./Facts.ts"
import { readFlows } from "./Flows.ts"
import { readHandlers } from "./Handlers.ts"
import { needsReader } from "./Needs.ts"
import { withProgram } from "./Program.ts"

/** `root` is the folder with tsconfig.json and src/. */
export const readFacts = async (root: string): Promise<Facts> => {
  const { fields, laws, operations } = await readDeclarations(root)
  return withProgram(root, (program) => {
    const reader = needsReader(program.checker)
    return {
      operations: withTexts(operations, program),
      flows: readFlows(program, reader),
      entryPoints: [
        ...readEndpoints(program, reader),
        ...readAdminEndpoints(program, reader),
        ...readCommands(program, reader),
        ...readHandlers(program, reader)
      ],
      bindings: readBindings(program, reader),
      claims: readClaims(program),
      laws,
      fields,
      dispatched: together([readRouter(program, reader), readDispatcher(program, reader)])
    }
  })
}
