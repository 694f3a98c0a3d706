/** A binding for an operation that the group does not declare. */
// expect: 'redeam' does not exist in type 'Implementations<Group<"AuthorizationCode"
import { bind } from "../../../src/services/storage/Bind.ts"
import { AuthorizationCode, D1Primary, grant } from "../Declared.ts"

export const layer = bind(AuthorizationCode, {
  redeam: (_code: string) => D1Primary.use((d1) => d1.first("…", grant))
})
