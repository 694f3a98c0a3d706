/** The look in D1: one row, each change with its audit event in one batch. */
import { Effect, Schema } from "effect"
import { Branding, unbranded } from "../../../domain/Branding.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { BrandingChanged, Brandings } from "../../../services/storage/Brandings.ts"
import { D1Primary } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"
import { save, selectAll, theOne } from "./VersionedRowsD1.ts"

const table = "branding_settings"

const read = rowsOf("Branding.find", Schema.Struct({ json: Schema.fromJsonString(Branding) }))

const encode = Schema.encodeSync(Schema.fromJsonString(Branding))

export const BrandingsD1 = bind(Brandings, {
  find: () =>
    D1Primary.use((d1) => d1.query("Branding.find", selectAll(table))).pipe(
      Effect.flatMap(read),
      Effect.map(([row]) => row?.json ?? unbranded)
    ),
  set: (branding, event) =>
    save(
      { operation: "Branding.set", table, event, key: theOne, row: encode(branding), version: branding.version },
      () => new BrandingChanged()
    )
})
