// The start of a page of profiles.
import { Graphs } from './loader.ts'
import { ProfileView } from './profile-view.ts'
import { createTopBar, isShortcut, toggleTheme } from './shell.ts'

const toggle = () => {
  toggleTheme()
  void view.render()
}
const view = new ProfileView(new Graphs(), { isEmbedded: false, toggleTheme: toggle })

document.body.classList.add('profiles')
document.body.append(createTopBar(document.title, toggle), view.element)
addEventListener('keydown', (event) => {
  if (isShortcut(event) && view.press(event)) event.preventDefault()
})
addEventListener('hashchange', () => void view.open())
// Drawn in the next frame; whoever waits for the page can wait for this.
void view.open().then(() => requestAnimationFrame(() => performance.mark('flamegate-ready')))
