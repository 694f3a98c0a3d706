/** Writes `docs/clauses.md` anew, and says which clauses no test quotes. */
import { writeFileSync } from "node:fs"
import { document, quotations, untested } from "./Table.ts"

const all = quotations()
writeFileSync("docs/clauses.md", document(all))
const missing = untested(all)
console.log(missing.length === 0 ? "every clause has a test" : `without a test: ${missing.join(", ")}`)
