/** What the endpoint of `/admin/statistics` does. */
import { HttpApiBuilder } from "effect/http-api"
import { showStatistics } from "../../services/flows/operator/ShowStatistics.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"

export const StatisticsHandlers = HttpApiBuilder.group(AdminApi, "statistics", (handlers) =>
  handlers.handleAll({ showStatistics: ({ query }) => answered(showStatistics(query)) })
)
