/** The look in D1: one row, each change with its audit event in one batch. */
import { Effect, Schema } from "effect"
import { Branding, unbranded } from "../../domain/Branding.ts"
import { bind } from "../../services/storage/Bind.ts"
import { BrandingChanged, Brandings } from "../../services/storage/Brandings.ts"
import { auditIf, changing } from "./AuditStatements.ts"
import { D1Primary, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"

const read = rowsOf("Branding.find", Schema.Struct({ settings: Schema.fromJsonString(Branding) }))

const encode = Schema.encodeSync(Schema.fromJsonString(Branding))

export const BrandingsD1 = bind(Brandings, {
  find: () =>
    D1Primary.use((d1) => d1.query("Branding.find", statement("SELECT settings FROM branding_settings"))).pipe(
      Effect.flatMap(read),
      Effect.map(([row]) => row?.settings ?? unbranded)
    ),
  set: (branding, event) =>
    changing(
      "Branding.set",
      event,
      [
        statement(
          "INSERT INTO branding_settings (one, settings, version, event_id) SELECT 1, ?1, ?2, ?3 " +
            "WHERE NOT EXISTS (SELECT 1 FROM audit_log WHERE event_id = ?3) " +
            "AND (?2 = 1 OR EXISTS (SELECT 1 FROM branding_settings WHERE version = ?2 - 1)) " +
            "ON CONFLICT (one) DO UPDATE SET settings = excluded.settings, version = excluded.version, " +
            "event_id = excluded.event_id WHERE branding_settings.version = excluded.version - 1",
          encode(branding),
          branding.version,
          event.id
        ),
        auditIf(event, "EXISTS (SELECT 1 FROM branding_settings WHERE event_id = ?)", event.id)
      ],
      () => new BrandingChanged()
    )
})
