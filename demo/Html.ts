/**
 * HTML with automatic escaping: whatever is put into the template `html` is text, unless it is `Html` itself.
 *
 * Everything a provider sends (a name, an error description) is written by someone else, so escaping is not left to
 * the pages. Attribute values must stand in double quotes in the template.
 */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

export type Content = Html | string | number | undefined | false | ReadonlyArray<Content>

export const html = (template: TemplateStringsArray, ...values: ReadonlyArray<Content>): Html =>
  new Html(template.reduce((markup, text, index) => markup + render(values[index - 1]) + text))

const render = (content: Content): string => {
  if (content === undefined || content === false) return ""
  if (content instanceof Html) return content.markup
  if (Array.isArray(content)) return content.map(render).join("")
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
