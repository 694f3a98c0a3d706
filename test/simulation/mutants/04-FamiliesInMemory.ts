/** Defect 4: refresh families are kept in the object's memory only. */
import { Effect } from "effect"
import type { Grant } from "../../../src/domain/Grant.ts"
import type { AccountTransaction } from "../../../src/layers/objects/AccountTables.ts"
import { accountTables } from "../../../src/layers/objects/AccountTables.ts"
import type { Rows } from "../../../src/layers/objects/Table.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { type Provider, redeem, relyingParty, withCode, type WithCode } from "../Scene.ts"
import { withModel } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

/** Once a grant has a family it goes to the table of families, and is looked for there first. */
const inFamilies = (tx: AccountTransaction): AccountTransaction => {
  const { families } = tx as AccountTransaction & { readonly families: Rows<Grant> }
  return {
    ...tx,
    grants: {
      ...tx.grants,
      get: (...key) => families.get(...key) ?? tx.grants.get(...key),
      put: (row) => (row.familyHash === null ? tx.grants.put(row) : families.put(row))
    }
  }
}

const layer = withModel(({ steps, tables }) => {
  const {
    "AuthorizationCode.redeem": redeemed,
    "RefreshToken.inspect": inspected,
    "RefreshToken.rotate": rotated
  } = steps
  return {
    tables: { ...tables, families: { ...accountTables.grants, name: "families" } },
    remembered: ["families"],
    steps: {
      ...steps,
      "AuthorizationCode.redeem": { ...redeemed, run: (tx, request) => redeemed.run(inFamilies(tx), request) },
      "RefreshToken.rotate": { ...rotated, run: (tx, request) => rotated.run(inFamilies(tx), request) },
      "RefreshToken.inspect": { ...inspected, run: (tx, request) => inspected.run(inFamilies(tx), request) }
    }
  }
})

const isLive = (token: string) => Effect.map(introspect(relyingParty, token), ({ active }) => active)

const scenario = {
  setup: withCode,
  clients: (scene: WithCode) => ({ client: act("redeem", redeem(scene)) }),
  oracles: [
    durability<WithCode, Provider>({
      kept: ({ history }) =>
        history.actions.flatMap((action) => {
          const token = (valueOf(action) as TokenResponse | undefined)?.refresh_token
          return token === undefined ? [] : [{ what: "the refresh token", question: isLive(token) }]
        })
    })
  ]
}

export const familiesInMemory = mutant(import.meta.url, {
  of: "4",
  name: "refresh families are in memory only",
  killedBy: "Durability",
  within: 10,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
