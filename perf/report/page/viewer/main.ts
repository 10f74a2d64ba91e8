// The start of a run's page: the overview, or the scenario that the address names.
import { element } from '../../../../profile/flamegraph/viewer/dom.ts'
import { Graphs, readPageData } from '../../../../profile/flamegraph/viewer/loader.ts'
import { ProfileView } from '../../../../profile/flamegraph/viewer/profile-view.ts'
import { createTopBar, isShortcut, toggleTheme } from '../../../../profile/flamegraph/viewer/shell.ts'
import type { RunPageData } from '../data.ts'
import { linkTo, scenarioInAddress } from './address.ts'
import { Overview } from './overview/overview.ts'
import { renderScenario, showProfile } from './scenario/scenario.ts'

/** The page of a run, at what the address says. */
class RunPage {
  readonly #data: RunPageData
  readonly #main = element('main', { className: 'page' })
  readonly #overview: Overview
  #profileView: ProfileView | undefined
  /** The scenario that is shown; empty for the overview. */
  #shown: string | undefined
  #scrolled = 0

  constructor(data: RunPageData) {
    this.#data = data
    this.#overview = new Overview(data)
    const title = document.title.replace(/^flamegate /, '')
    document.body.append(
      createTopBar(title, () => this.#toggle()),
      this.#main,
    )
    addEventListener('hashchange', () => void this.open())
    addEventListener('keydown', (event) => {
      if (isShortcut(event) && this.#press(event)) event.preventDefault()
    })
  }

  /** Built for the first scenario: the overview is there sooner without it. */
  get #profile(): ProfileView {
    this.#profileView ??= new ProfileView(new Graphs(), {
      isEmbedded: true,
      toggleTheme: () => this.#toggle(),
    })
    return this.#profileView
  }

  async open(): Promise<void> {
    const named = scenarioInAddress(location.hash)
    const at = this.#data.scenarios.findIndex(({ id }) => id === named)
    const scenario = this.#data.scenarios[at]
    if (scenario === undefined) return this.#showOverview()
    if (this.#shown === '') this.#scrolled = scrollY
    if (this.#shown !== scenario.id) {
      this.#main.replaceChildren(
        renderScenario(scenario, this.#data, {
          previous: this.#data.scenarios[at - 1]?.id,
          next: this.#data.scenarios[at + 1]?.id,
          profile: this.#profile.element,
        }),
      )
      scrollTo(0, 0)
    }
    this.#shown = scenario.id
    if (scenario.hasGraph) await this.#profile.open()
  }

  #showOverview(): void {
    const isBack = this.#shown !== undefined && this.#shown !== ''
    this.#shown = ''
    this.#overview.open()
    this.#main.replaceChildren(this.#overview.element)
    if (isBack) scrollTo(0, this.#scrolled)
  }

  #press(event: KeyboardEvent): boolean {
    if (event.key === 'd' && !(event.target instanceof HTMLInputElement)) {
      this.#toggle()
      return true
    }
    if (this.#shown === '') return this.#overview.press(event)
    const at = this.#data.scenarios.findIndex(({ id }) => id === this.#shown)
    const neighbour = { '[': at - 1, ']': at + 1 }[event.key]
    const id = neighbour === undefined ? undefined : this.#data.scenarios[neighbour]?.id
    if (id !== undefined) {
      location.hash = linkTo(id)
      return true
    }
    if (event.key === 'f') {
      showProfile()
      return true
    }
    if (event.key === 'u') {
      location.hash = ''
      return true
    }
    // Arrows scroll the page, unless the graph has been chosen.
    const isOfPage = event.key.startsWith('Arrow') && !this.#profile.element.contains(document.activeElement)
    return this.#data.scenarios[at]?.hasGraph === true && !isOfPage && this.#profile.press(event)
  }

  #toggle(): void {
    toggleTheme()
    if (this.#shown !== '') void this.#profile.render()
  }
}

const page = new RunPage(await readPageData<RunPageData>())
await page.open()
// Drawn in the next frame; whoever waits for the page can wait for this.
requestAnimationFrame(() => performance.mark('flamegate-ready'))
