/** What the model of the account objects is made of: the production code, unless a test puts something in its place. */
import { Context } from "effect"
import { accountSteps } from "../objects/AccountSteps.ts"
import { accountTables } from "../objects/AccountTables.ts"
import type { TableSpecs } from "../objects/Table.ts"

export interface AccountModelShape {
  readonly tables: TableSpecs
  readonly steps: typeof accountSteps
  /** The names of tables that an object only remembers: what stands in them is gone when it begins anew. */
  readonly remembered: ReadonlyArray<string>
}

/** A mutant replaces a step or a table here; everything else stays what production runs. */
export const AccountModel = Context.Reference<AccountModelShape>("hapax/test/AccountModel", {
  defaultValue: () => ({ tables: accountTables, steps: accountSteps, remembered: [] })
})
