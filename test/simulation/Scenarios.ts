/** All scenarios, by name: what the tests run, the command line offers and the mutants are made of. */
import type { Entry } from "./Entry.ts"
import { accounts } from "./scenarios/Accounts.ts"
import { assertions } from "./scenarios/Assertions.ts"
import { auditArchive } from "./scenarios/AuditArchive.ts"
import { auditPipeline } from "./scenarios/AuditPipeline.ts"
import { clientTokens } from "./scenarios/ClientTokens.ts"
import { avatars } from "./scenarios/Avatars.ts"
import { clientDisplays } from "./scenarios/ClientDisplays.ts"
import { clients } from "./scenarios/Clients.ts"
import { clocks } from "./scenarios/Clocks.ts"
import { codes } from "./scenarios/Codes.ts"
import { crowds } from "./scenarios/Crowds.ts"
import { consents } from "./scenarios/Consents.ts"
import { devices } from "./scenarios/Devices.ts"
import { families } from "./scenarios/Families.ts"
import { frontChannel } from "./scenarios/FrontChannel.ts"
import { generations } from "./scenarios/Generations.ts"
import { leases } from "./scenarios/Leases.ts"
import { migrating } from "./scenarios/Migrating.ts"
import { growth } from "./scenarios/Growth.ts"
import { limits } from "./scenarios/Limits.ts"
import { letterPipeline } from "./scenarios/LetterPipeline.ts"
import { logoutPipeline } from "./scenarios/LogoutPipeline.ts"
import { logouts } from "./scenarios/Logouts.ts"
import { keys } from "./scenarios/Keys.ts"
import { keyRotations } from "./scenarios/KeyRotation.ts"
import { ownSessions } from "./scenarios/OwnSessions.ts"
import { mailedLogins } from "./scenarios/MailedLogins.ts"
import { overHttp } from "./scenarios/OverHttp.ts"
import { passkeys } from "./scenarios/Passkeys.ts"
import { people } from "./scenarios/People.ts"
import { pushedRequests } from "./scenarios/Pushed.ts"
import { passwords } from "./scenarios/Passwords.ts"
import { proofs } from "./scenarios/Proofs.ts"
import { brandings } from "./scenarios/Brandings.ts"
import { settings } from "./scenarios/Settings.ts"
import { resourceServers } from "./scenarios/ResourceServers.ts"
import { registrations } from "./scenarios/Registrations.ts"
import { sessions } from "./scenarios/Sessions.ts"
import { swept } from "./scenarios/Swept.ts"
import { swarms } from "./scenarios/Swarm.ts"
import { users } from "./scenarios/Users.ts"

export const scenarios: ReadonlyArray<Entry> = [
  ...codes,
  ...frontChannel,
  ...families,
  ...generations,
  ...growth,
  ...migrating,
  ...sessions,
  ...mailedLogins,
  ...ownSessions,
  ...logouts,
  ...passkeys,
  ...consents,
  ...users,
  ...people,
  ...accounts,
  ...avatars,
  ...passwords,
  ...clients,
  ...clientDisplays,
  ...registrations,
  ...clientTokens,
  ...brandings,
  ...settings,
  ...resourceServers,
  ...assertions,
  ...keys,
  ...keyRotations,
  ...proofs,
  ...pushedRequests,
  ...devices,
  ...limits,
  ...leases,
  ...clocks,
  ...overHttp,
  ...auditPipeline,
  ...auditArchive,
  ...letterPipeline,
  ...logoutPipeline,
  ...swept,
  ...crowds,
  ...swarms
]
