/** The sentences of the pages on which people look after their account. */

export interface AccountTexts {
  readonly accountFrame: {
    readonly navigation: string
    readonly sections: Record<
      "profile" | "picture" | "email" | "passkeys" | "password" | "sessions" | "applications",
      string
    >
    readonly signOut: string
  }
}
