/** The sentences of the pages on which people look after their passkeys. English. */
import { html } from "../../html/Html.ts"
import type { PasskeyTexts } from "../PasskeyTexts.ts"

export const passkeys: PasskeyTexts = {
  passkeys: {
    lede: "A passkey signs you in with your fingerprint, face or screen lock. A fake page can’t use it.",
    none: "You have no passkeys yet.",
    created: (day) => html`Created ${day}`,
    used: (day) => html`Last used ${day}`,
    neverUsed: "Not used yet",
    synced: "Synced across your devices",
    oneDevice: "On one device",
    suspected: (day) =>
      html`On ${day} somebody tried to sign in with what may be a copy of this passkey. If that wasn’t you, remove it.`,
    name: "Name",
    nameHint: "So that you can tell it from others, such as “Phone”.",
    rename: "Save name",
    renameOf: (passkey) => html`Rename ${passkey}`,
    remove: "Remove",
    add: "Add a passkey",
    addTitle: "Add a passkey",
    addLede: "Your device will ask for your fingerprint, face or screen lock.",
    create: "Create passkey",
    back: "Back to your passkeys",
    unsupported: "This browser can’t make passkeys, or scripts are turned off in it.",
    problem: "No passkey was made. You can try again.",
    known: "This device already has a passkey for your account.",
    notices: {
      added: "Your passkey was added. You can sign in with it from now on.",
      renamed: "The name was saved.",
      removed: "The passkey was removed here. You may want to delete it on your device, too.",
      unverified: "That passkey could not be checked, so it was not added. Please try again.",
      many: "You have as many passkeys as an account can have. Remove one first.",
      last: "This is the only way to sign in to your account. Add another passkey or a password before you remove it.",
      name: "A name has 1 to 64 characters and does not begin or end with a space.",
      unknown: "There is no such passkey any more."
    },
    sessions: "See where you’re signed in"
  }
}
