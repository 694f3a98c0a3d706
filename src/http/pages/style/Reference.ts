/** The reference of the admin API: sections of operations, each with what is sent and answered folded away. */

export const reference: string = `
.reference section { margin-top: 2.5rem; }
.reference h2 { font-size: 1.375rem; letter-spacing: -.015em; }
.reference h4 { margin: 1rem 0 0; font-size: .9375rem; font-weight: 600; }
.reference article { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--edge); }
.reference article .hint { margin-top: .25rem; }
.reference summary { padding-block: .6875rem; color: var(--accent); font-size: .9375rem; cursor: pointer; }
.members { padding-inline-start: 1rem; border-inline-start: 1px solid var(--edge); list-style: none; }
.members li { padding-block: .25rem; font-size: .9375rem; }
.members p { color: var(--soft); }
`
