/** What every page is told besides its own data: who this provider is, and the language to say it in. */
import { Effect } from "effect"
import { ProviderConfig } from "../services/ports/ProviderConfig.ts"
import type { Frame } from "./pages/Layout.ts"

/** The frame of the page that answers this request. */
export const pageFrame = ProviderConfig.use(({ name }) => Effect.succeed<Frame>({ providerName: name, language: "en" }))
