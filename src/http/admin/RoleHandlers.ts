/** What the endpoints of `/admin/roles` do. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { tagOf } from "../../domain/EntityTag.ts"
import type { Role } from "../../domain/Role.ts"
import { listRoles, removeRole, saveRole, showRole } from "../../services/flows/operator/ManageRoles.ts"
import { setRoles } from "../../services/flows/operator/SetRoles.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"
import { onWire } from "./UserWire.ts"
import { expectedIn, withTag } from "./Wire.ts"

export const RoleHandlers = HttpApiBuilder.group(AdminApi, "roles", (handlers) =>
  handlers.handleAll({
    listRoles: ({ query }) => answered(listRoles(query)),
    createRole: ({ payload }) => answered(Effect.map(saveRole(payload, null), shown)),
    showRole: ({ params }) => answered(Effect.map(showRole(params.name), shown)),
    updateRole: ({ headers, params, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(saveRole({ name: params.name, ...payload }, expected), shown))
      ),
    deleteRole: ({ headers, params }) =>
      Effect.flatMap(expectedIn(headers), (expected) => answered(Effect.asVoid(removeRole(params.name, expected)))),
    setRoles: ({ headers, params, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(setRoles(params.id, payload.roles, expected), (user) => withTag(onWire(user), tagOf(user))))
      )
  })
)

const shown = (role: Role) => withTag(role, tagOf(role))
