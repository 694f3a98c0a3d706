/** What the endpoint of `/admin/audit` does. */
import { HttpApiBuilder } from "effect/http-api"
import { findEvents } from "../../services/flows/audit/FindEvents.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"

export const AuditHandlers = HttpApiBuilder.group(AdminApi, "audit", (handlers) =>
  handlers.handleAll({ findEvents: ({ query }) => answered(findEvents(query)) })
)
