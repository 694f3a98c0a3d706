/** The admin API described: for programs as OpenAPI, for people as a page, both made of the same declarations. */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { pageResponse } from "../PageResponse.ts"
import { adminDocument } from "./AdminDocument.ts"
import { adminReferencePage } from "./AdminReference.ts"

export const documentRoute = Effect.map(adminDocument, (document) => HttpServerResponse.jsonUnsafe(document))

export const referenceRoute = Effect.flatMap(adminDocument, (document) =>
  pageResponse((frame) => adminReferencePage({ ...frame, document }))
)
