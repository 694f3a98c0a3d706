/** `/admin/keys`: the keys that sign. RFC 7517, OIDC Core §10.1.1, docs/decisions/0032-keys.md. */
import { Schema } from "effect"
import { HttpApiEndpoint, OpenApi } from "effect/http-api"
import { SigningAlg } from "../../domain/ClientMetadata.ts"
import { NotFound } from "./Problems.ts"
import { section } from "./Section.ts"
import { Moment, tagged } from "./Wire.ts"

const KeyOnWire = Schema.Struct({
  kid: Schema.String,
  alg: SigningAlg,
  stage: Schema.Literals(["next", "signing", "retired", "gone", "withdrawn"]),
  publishedFrom: Moment,
  signsFrom: Moment,
  signsUntil: Schema.NullOr(Moment),
  publishedUntil: Schema.NullOr(Moment)
}).pipe(
  Schema.encodeKeys({
    publishedFrom: "published_from",
    signsFrom: "signs_from",
    signsUntil: "signs_until",
    publishedUntil: "published_until"
  })
)

const Keys = Schema.Struct({ version: Schema.Int, keys: Schema.Array(KeyOnWire) })

export const KeySection = section("keys", "Signing keys")
  .add(
    HttpApiEndpoint.get("listKeys", "/keys", { success: tagged(Keys) }).annotate(
      OpenApi.Summary,
      "Lists the keys, each with what it is now and until when"
    )
  )
  .add(
    HttpApiEndpoint.post("rotateKeys", "/keys/rotation", {
      payload: Schema.Struct({ alg: Schema.optionalKey(SigningAlg) }),
      success: tagged(Keys)
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Publishes successors of the keys now",
        description: "They sign when they have been published long enough. The upkeep does this by itself in time."
      })
    )
  )
  .add(
    HttpApiEndpoint.post("withdrawKeys", "/keys/emergency", {
      payload: Schema.Struct({ kid: Schema.optionalKey(Schema.String) }),
      success: tagged(
        Schema.Struct({
          ...Keys.fields,
          rememberedUntil: Moment.annotate({ description: "No isolate signs with them, or believes them, after this" }),
          cachedUntil: Moment.annotate({ description: "Clients that keep published keys as told drop them by then" })
        }).pipe(Schema.encodeKeys({ rememberedUntil: "remembered_until", cachedUntil: "cached_until" }))
      ),
      error: [NotFound]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Takes keys back at once",
        description: "One key, or without a name all of them. Sessions and refresh tokens stay."
      })
    )
  )
