/** The audit log in D1, and its dead letters in R2. */
import { Effect } from "effect"
import { AuditLog } from "../../services/storage/AuditLog.ts"
import { bind } from "../../services/storage/Bind.ts"
import { auditAll } from "./AuditStatements.ts"
import { D1Primary } from "./D1Client.ts"
import { R2DeadLetters } from "./DeadLettersR2.ts"

export const AuditLogD1 = bind(AuditLog, {
  append: (events) =>
    D1Primary.use((d1) =>
      events.length === 0 ? Effect.void : Effect.asVoid(d1.batch("AuditLog.append", auditAll(events)))
    ),
  // A letter that is buried again lies where it lay: its name is the message's id.
  bury: (letter) => R2DeadLetters.use((box) => box.put(`dead-letters/${letter.id}`, letter))
})
