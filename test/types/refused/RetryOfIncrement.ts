/** An increment asked again although it may have been executed. */
// expect: "AuthorizationCode.count" may have been executed: it may not be asked again,
//   because it is neither idempotent nor carries an attempt id
import { retried } from "../../../src/services/storage/Retry.ts"
import { AuthorizationCode } from "../Declared.ts"

export const count = retried(AuthorizationCode.count)
