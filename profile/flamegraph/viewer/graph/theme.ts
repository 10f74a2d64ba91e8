// Colours, light and dark.
import type { Category } from '../../../model/category.ts'
import type { PageFrame } from '../../data.ts'

/** Colours of everything that is drawn on a canvas. */
export interface Palette {
  readonly background: string
  readonly boxText: string
  readonly fadedText: string
  /** Of a box that a search did not find. */
  readonly faded: string
  /** Around the boxes of the chosen function. */
  readonly outline: string
  category(frame: PageFrame, id: number, isLit: boolean): string
  /** @param strength from −1, the largest saving, to 1, the largest addition; 0 inside the noise */
  change(strength: number, isLit: boolean): string
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
  return {
    background: dark ? '#121316' : '#ffffff',
    boxText: dark ? '#f2f2f2' : '#1c1c1c',
    fadedText: dark ? '#6c7078' : '#b4b4b4',
    faded: dark ? '#2b2e34' : '#ececec',
    outline: dark ? '#ffffff' : '#000000',
    category({ category }, id, isLit) {
      return categoryColour(category, dark, isLit ? 14 : ((id * 7919) % 9) - 4)
    },
    change: (strength, isLit) => changeColour(strength, dark, isLit ? 8 : 0),
  }
}

/** A category's colour; `shade` makes it lighter or, where the page is dark, darker by so many points. */
export function categoryColour(category: Category, dark: boolean, shade = 0): string {
  const [hue, saturation] = HUES[category]
  const lightness = dark ? 36 + shade : 74 - shade
  return `hsl(${hue} ${dark ? saturation * 0.75 : saturation}% ${lightness}%)`
}

/**
 * Red for more, blue for less, the stronger the deeper, grey for 0: hues that no common colour blindness confuses, and
 * never so dark, or light where the page is dark, that text on them could not be read.
 */
export function changeColour(strength: number, dark: boolean, shade = 0): string {
  if (strength === 0) return `hsl(220 ${dark ? 5 : 8}% ${dark ? 30 + shade : 86 - shade}%)`
  const hue = strength > 0 ? 6 : 212
  const depth = Math.abs(strength)
  return dark
    ? `hsl(${hue} ${28 + 38 * depth}% ${33 + 9 * depth + shade}%)`
    : `hsl(${hue} ${68 + 12 * depth}% ${88 - 24 * depth - shade}%)`
}
