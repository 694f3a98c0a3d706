/**
 * The admin API: its sections on one screen. What stands before each endpoint of theirs is `Administered`.
 *
 * A section is two files: its declaration (`ClientSection.ts`), named here, and its handlers (`ClientHandlers.ts`),
 * named in `AdminRoutes.ts`. docs/decisions/0029-admin-api.md.
 */
import { HttpApi, OpenApi } from "effect/http-api"
import { Administered } from "./Administration.ts"
import { AuditSection } from "./AuditSection.ts"
import { BrandingSection } from "./BrandingSection.ts"
import { ClientSection } from "./ClientSection.ts"
import { KeySection } from "./KeySection.ts"
import { RegistrationTokenSection } from "./RegistrationTokenSection.ts"
import { ResourceSection } from "./ResourceSection.ts"
import { RoleSection } from "./RoleSection.ts"
import { ScopeSection } from "./ScopeSection.ts"
import { SessionSection } from "./SessionSection.ts"
import { StatisticsSection } from "./StatisticsSection.ts"
import { UserSection } from "./UserSection.ts"
import { SettingsSection } from "./SettingsSection.ts"

export const AdminApi = HttpApi.make("admin")
  .add(ClientSection)
  .add(RegistrationTokenSection)
  .add(ResourceSection)
  .add(BrandingSection)
  .add(SettingsSection)
  .add(KeySection)
  .add(AuditSection)
  .add(UserSection)
  .add(SessionSection)
  .add(RoleSection)
  .add(ScopeSection)
  .add(StatisticsSection)
  .prefix("/admin")
  .middleware(Administered)
  .annotateMerge(
    OpenApi.annotations({
      title: "Hapax admin API",
      version: "1",
      description: "What an administrator does, by this provider's own access tokens."
    })
  )
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error" })
  .annotate(HttpApi.QueryParseOptions, { onExcessProperty: "error" })
