/** What a page lists: applications and people, what is asked for, what there is, and where one can go. */

export const lists: string = `
.tile {
  display: flex;
  align-items: center;
  justify-content: center;
  width: 3.5rem;
  height: 3.5rem;
  margin-bottom: 1.5rem;
  border: 1px solid var(--edge);
  border-radius: 1rem;
  background: var(--tint);
  font-size: 1.5rem;
  font-weight: 600;
  object-fit: contain;
}
img.tile { padding: .5rem; background: #ffffff; }
.account { display: flex; align-items: center; gap: .75rem; margin-top: 1.25rem; color: var(--soft); }
.monogram {
  flex: none;
  display: grid;
  place-items: center;
  width: 2.25rem;
  height: 2.25rem;
  border-radius: 50%;
  background: var(--tint);
  color: var(--ink);
  font-size: .9375rem;
  font-weight: 600;
}
.compare { margin-top: 1.5rem; padding: 1rem; border-radius: .75rem; background: var(--tint); color: var(--soft); }
.compare code { display: block; color: var(--ink); font-size: 1.625rem; font-weight: 600; letter-spacing: .08em; }
.scopes { margin-top: .25rem; list-style: none; }
.scopes li { display: flex; gap: .875rem; padding-block: .875rem; border-bottom: 1px solid var(--edge); }
.scopes li:last-child { border-bottom: 0; padding-bottom: 0; }
.scopes p { color: var(--soft); font-size: .9375rem; line-height: 1.45; }
.choices { list-style: none; margin-bottom: 1.5rem; }
.choices li { border-bottom: 1px solid var(--edge); }
.choices label { display: flex; gap: .875rem; margin: 0; padding-block: .875rem; font-weight: 400; cursor: pointer; }
.choices input { flex: none; width: 1.5rem; height: 1.5rem; margin: 0; font-size: 1rem; accent-color: var(--accent); }
.choices span span { display: block; color: var(--soft); line-height: 1.45; }
.choices em { margin-inline-start: .375rem; color: var(--accent); font-style: normal; }
.entries { margin-top: 1.25rem; list-style: none; }
.entries li { padding-block: 1.25rem; border-top: 1px solid var(--edge); }
.entries h2 { margin-top: 0; font-size: 1.0625rem; }
.entries :is(.hint, form, .alert) { margin-top: .5rem; }
.tile .icon { width: 1.75rem; height: 1.75rem; }
.icon {
  flex: none;
  fill: none;
  stroke: var(--accent);
  stroke-width: 1.75;
  stroke-linecap: round;
  stroke-linejoin: round;
}
dl { margin-top: 1.5rem; padding: .375rem 1rem; border-radius: .75rem; background: var(--tint); }
dl div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding-block: .4375rem; align-items: baseline; }
dt { flex: 0 0 6rem; color: var(--soft); font-size: .9375rem; }
dd { flex: 1 1 10rem; }
.state { color: var(--soft); }
nav { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; }
nav a, footer p a, .content > p > a:only-child:not(.button) { display: inline-block; padding-block: .25rem; }
.languages { margin-top: .5rem; }
.languages span { display: inline-block; padding-block: .25rem; color: var(--ink); font-weight: 600; }
`
