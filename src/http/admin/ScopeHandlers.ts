/** What the endpoints of `/admin/scopes` do. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { tagOf } from "../../domain/EntityTag.ts"
import type { ScopeMapping } from "../../domain/ScopeMapping.ts"
import { listScopes, removeScope, saveScope, showScope } from "../../services/flows/operator/ManageScopes.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"
import { expectedIn, withTag } from "./Wire.ts"

export const ScopeHandlers = HttpApiBuilder.group(AdminApi, "scopes", (handlers) =>
  handlers.handleAll({
    listScopes: () => answered(listScopes()),
    createScope: ({ payload }) => answered(Effect.map(saveScope(payload, null), shown)),
    showScope: ({ params }) => answered(Effect.map(showScope(params.scope), shown)),
    updateScope: ({ headers, params, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(saveScope({ scope: params.scope, ...payload }, expected), shown))
      ),
    deleteScope: ({ headers, params }) =>
      Effect.flatMap(expectedIn(headers), (expected) => answered(Effect.asVoid(removeScope(params.scope, expected))))
  })
)

const shown = (mapping: ScopeMapping) => withTag(mapping, tagOf(mapping))
