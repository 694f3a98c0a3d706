/** Whether the provider's stores answer, for monitors: 200 if all do, 503 otherwise. RFC 9110 §15.6.4. */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { shown, statusOf } from "../../domain/Health.ts"
import { checkHealth } from "../../services/flows/CheckHealth.ts"
import { securityHeaders } from "../SecurityHeaders.ts"

export const healthRoute = Effect.map(checkHealth(), (report) => {
  const status = statusOf(report)
  return HttpServerResponse.jsonUnsafe(shown(report), {
    status: status === "pass" ? 200 : 503,
    headers: { ...securityHeaders, ...(status === "pass" ? {} : { "retry-after": status === "fail" ? "10" : "1" }) }
  })
})
