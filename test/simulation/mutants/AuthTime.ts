/** Grants that know the time of their login otherwise than from the login. */
import { Grant } from "../../../src/domain/Grant.ts"
import type { AccountTransaction } from "../../../src/layers/objects/AccountTables.ts"

const at = (grant: Grant, authTime: number) =>
  new Grant({ ...grant, authentication: { ...grant.authentication, authTime } })

/** Grants are written without it: 0 is what a row says that was never told. */
export const withoutAuthTime = (tx: AccountTransaction): AccountTransaction => ({
  ...tx,
  grants: { ...tx.grants, put: (row) => tx.grants.put(at(row, 0)) }
})

/** Grants are read with another one than they were written with. */
export const authTimeOf = (tx: AccountTransaction, change: (known: number) => number): AccountTransaction => ({
  ...tx,
  grants: {
    ...tx.grants,
    get: (...key) => {
      const found = tx.grants.get(...key)
      return found && at(found, change(found.authentication.authTime))
    }
  }
})
