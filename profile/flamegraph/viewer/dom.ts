// Making elements of the page.
/** An element with properties and children; strings become text, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<Omit<HTMLElementTagNameMap[Name], 'style'>> & { readonly role?: string } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  Object.assign(made, properties)
  made.append(...children)
  return made
}

/** A button that says what it does to those who hover it, too. */
export function button(text: string, title: string, onclick: () => void): HTMLButtonElement {
  return element('button', { type: 'button', textContent: text, title, onclick })
}
