/** What the endpoints of `/admin/keys` do. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { type State, tagOf } from "../../domain/EntityTag.ts"
import { listKeys, renewKeys, withdrawKeys } from "../../services/flows/operator/ManageKeys.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"
import { withTag } from "./Wire.ts"

export const KeyHandlers = HttpApiBuilder.group(AdminApi, "keys", (handlers) =>
  handlers.handleAll({
    listKeys: () => answered(Effect.map(listKeys(), shown)),
    rotateKeys: ({ payload }) => answered(Effect.map(renewKeys(payload), shown)),
    withdrawKeys: ({ payload }) => answered(Effect.map(withdrawKeys(payload), shown))
  })
)

const shown = <Keys extends State>(keys: Keys) => withTag(keys, tagOf(keys))
