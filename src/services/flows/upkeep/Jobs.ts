/** Every job of the upkeep on one screen, in the order in which they run. */
import { archiveAudit } from "../audit/ArchiveAudit.ts"
import { keysDue } from "../keys/RotateKeys.ts"
import { countStatistics } from "./CountStatistics.ts"
import { cleanDatabase } from "./CleanDatabase.ts"
import { runJobs } from "./RunUpkeep.ts"
import { settleAvatars } from "./SettleAvatars.ts"
import { wakeShards } from "./WakeShards.ts"
import { tellAlerts } from "./TellAlerts.ts"

const jobs = [
  { name: "keys", run: keysDue() },
  { name: "statistics", run: countStatistics() },
  { name: "wake.shards", run: wakeShards() },
  { name: "clean.d1", run: cleanDatabase() },
  { name: "audit", run: archiveAudit() },
  { name: "avatars", run: settleAvatars() },
  // Last: they tell of what the others met.
  { name: "alerts", run: tellAlerts() }
] as const

/** What the cron and the operator run. */
export const upkeep = () => runJobs(jobs)
