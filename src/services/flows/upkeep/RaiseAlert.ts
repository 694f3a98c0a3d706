/** Code that meets a problem which somebody has to look at says so here: a line in the log, and a sign for the cron. */
import { Clock, Effect } from "effect"
import type { AlertDetail, AlertName } from "../../../domain/Alert.ts"
import { AlertSign } from "../../../domain/AlertFacts.ts"
import { Alerts } from "../../storage/Alerts.ts"
import { retried } from "../../storage/Retry.ts"

/**
 * Ids, names and numbers only, in the details. It never fails: whoever raises an alert has trouble enough, and the log
 * has it in any case.
 */
export const raiseAlert = Effect.fn("RaiseAlert")(function* (name: AlertName, detail: AlertDetail = {}) {
  yield* Effect.logError("alert").pipe(Effect.annotateLogs({ ...detail, alert: name }))
  const at = yield* Clock.currentTimeMillis
  yield* retried(Alerts.sign)(new AlertSign({ name, detail, at })).pipe(
    Effect.catch((error) =>
      Effect.logError("an alert could not be left for the cron").pipe(
        Effect.annotateLogs({ alert: name, known: error._tag })
      )
    )
  )
})
