/**
 * Whether metadata describe a client that can work, and that harms nobody: for the operator and for whoever registers a
 * client by themselves, by the same rules. RFC 7591 §2 and §5, OIDC Dynamic Registration §2.
 *
 * What one member may be is in its schema (`ClientMetadata.ts`); here is what members must be together.
 */
import { all } from "./ClientFault.ts"
import { judgeAddresses } from "./JudgeAddresses.ts"
import { judgeGrants } from "./JudgeGrants.ts"
import { judgeKeys } from "./JudgeKeys.ts"
import { judgeProfile } from "./JudgeProfile.ts"

export const judgeClient = all(judgeGrants, judgeProfile, judgeKeys, judgeAddresses)
