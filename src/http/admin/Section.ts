/** A section of the admin API: a group of endpoints behind one pair of scopes. */
import { HttpApiGroup, OpenApi } from "effect/http-api"
import type { AdminSection } from "../../domain/AdminScope.ts"

/** `admin.<name>.read` lets one GET, `admin.<name>.write` do the rest. */
export const section = <const Name extends AdminSection>(name: Name, title: string) =>
  HttpApiGroup.make(name).annotate(OpenApi.Title, title)
