/** Scopes of the operator's own in D1. */
import { Effect, Schema } from "effect"
import { ScopeMapping } from "../../../domain/ScopeMapping.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { MappingChanged, ScopeMappings } from "../../../services/storage/ScopeMappings.ts"
import { D1Primary } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"
import { remove, save, selectAll } from "./VersionedRowsD1.ts"

const read = rowsOf("ScopeMapping.all", Schema.Struct({ json: Schema.fromJsonString(ScopeMapping) }))

const encode = Schema.encodeSync(Schema.fromJsonString(ScopeMapping))

const table = "scope_mappings"

export const ScopeMappingsD1 = bind(ScopeMappings, {
  all: () =>
    D1Primary.use((d1) => d1.query("ScopeMapping.all", selectAll(table))).pipe(
      Effect.flatMap(read),
      Effect.map((rows) => rows.map(({ json }) => json))
    ),
  save: (mapping, event) =>
    save(
      {
        operation: "ScopeMapping.save",
        table,
        event,
        key: mapping.scope,
        row: encode(mapping),
        version: mapping.version
      },
      () => new MappingChanged()
    ),
  remove: ({ scope: key, version }, event) =>
    remove({ operation: "ScopeMapping.remove", table, event, key, version }, () => new MappingChanged())
})
