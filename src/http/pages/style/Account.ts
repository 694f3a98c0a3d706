/** The pages of the account: wider than the others, with the ways between them beside what is looked at. */

export const account: string = `
.sections { margin-block: 1.5rem 2rem; padding-block: .5rem; border-block: 1px solid var(--edge); }
.sections ul { gap: 0 1.25rem; }
.sections a { padding-block: .5rem; color: var(--soft); text-decoration: none; }
.sections a:hover { color: var(--ink); text-decoration: underline; }
.sections [aria-current] { color: var(--ink); font-weight: 600; }
.beside .account { margin-top: 0; }
:is(.notice, .alert) + .lede { margin-top: 1.5rem; }
.lede + p { margin-top: .625rem; }
.portrait { width: 8rem; height: 8rem; margin-top: 1.5rem; border-radius: 50%; }
.portrait { object-fit: cover; background: var(--tint); }
.portrait + form + form { margin-top: 2.5rem; }
.application { margin-top: 2rem; padding-top: 2rem; border-top: 1px solid var(--edge); }
.application .tile { margin-bottom: 1rem; }
.application h2 { margin-top: 0; font-size: 1.25rem; line-height: 1.4; }
.application h2 ~ .hint { margin-top: .25rem; }
.application .scopes { margin-top: 1rem; }
@media (min-width: 60rem) {
  .wide :is(header, main, footer) { max-width: 60rem; }
  .wide main { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 3rem; }
  .wide .content { max-width: 36rem; }
  .wide .beside { border-inline-end: 1px solid var(--edge); padding-inline-end: 1.5rem; }
  .wide .sections { margin-block: 1.5rem 0; padding: 0; border: 0; }
  .wide .sections ul { display: block; flex: 1; }
  .wide .sections a { display: block; margin-inline-start: -.75rem; padding: .5rem .75rem; border-radius: .5rem; }
  .wide .sections [aria-current] { background: var(--tint); }
  .wide .content :is(button, .button) { width: auto; min-width: 12rem; padding-inline: 1.5rem; }
  .wide .content a.button { display: inline-block; }
}
`
