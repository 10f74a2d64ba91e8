import type { Category } from '../../category.ts'
import type { PageFrame } from '../data.ts'

/** Colours of everything that is drawn on a canvas. */
export interface Palette {
  readonly background: string
  readonly boxText: string
  readonly fadedText: string
  box(frame: PageFrame, id: number, isFaded: boolean, isLit: boolean): string
}

/** Hue and saturation of each category; lightness varies a little from function to function. */
const HUES: Readonly<Record<Category, readonly [hue: number, saturation: number]>> = {
  app: [24, 88],
  dependency: [212, 62],
  node: [140, 38],
  native: [280, 34],
  gc: [350, 62],
  program: [0, 0],
  idle: [0, 0],
  harness: [48, 20],
}

/** Whether the page is dark: as asked for, else as the system has it. */
export function isDark(): boolean {
  const { theme } = document.documentElement.dataset
  return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark'
}

export function readPalette(): Palette {
  const dark = isDark()
  const faded = dark ? '#2b2e34' : '#ececec'
  return {
    background: dark ? '#17191d' : '#ffffff',
    boxText: dark ? '#f2f2f2' : '#1c1c1c',
    fadedText: dark ? '#6c7078' : '#b4b4b4',
    box({ category }, id, isFaded, isLit) {
      if (isFaded) return faded
      return categoryColour(category, dark, isLit ? 14 : ((id * 7919) % 9) - 4)
    },
  }
}

/** A category's colour; `shade` makes it lighter or, where the page is dark, darker by so many points. */
export function categoryColour(category: Category, dark: boolean, shade = 0): string {
  const [hue, saturation] = HUES[category]
  const lightness = dark ? 36 + shade : 74 - shade
  return `hsl(${hue} ${dark ? saturation * 0.75 : saturation}% ${lightness}%)`
}
