// Every renderer with every name that breaks whatever takes it for more than a name.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import { renderAgent } from '../perf/report/agent.ts'
import { renderAnnotations } from '../perf/report/annotations.ts'
import { renderInvestigation } from '../perf/report/investigation.ts'
import { githubLinks } from '../perf/report/markdown/links.ts'
import { renderMarkdown } from '../perf/report/markdown.ts'
import { renderText } from '../perf/report/text.ts'
import type { Report } from '../perf/results/report.ts'
import { exportProfile } from '../profile/export/index.ts'
import { toGraph } from '../profile/flamegraph/graph.ts'
import { renderPage } from '../profile/flamegraph/page.ts'
import { readGraphs } from '../profile/flamegraph/read-page.ts'
import { parseCpuProfile } from '../profile/import/document.ts'
import { openProfiles } from '../profile/import/open-profile.ts'
import { ProfileBuilder } from '../profile/model/builder.ts'
import type { CpuProfile } from '../profile/model/model.ts'
import { shownName, shownPath } from '../profile/model/text.ts'
import { Sources } from '../profile/source/sources.ts'
import { HOSTILE_NAMES } from './support/hostile-names.ts'
import { sampleReports } from './support/sample-reports.ts'
import { cleanAfterSuite } from './support/shared.ts'

const { reports } = sampleReports(cleanAfterSuite())
const GITHUB = {
  GITHUB_SERVER_URL: 'https://github.example',
  GITHUB_REPOSITORY: 'a/b',
  GITHUB_SHA: 'c'.repeat(40),
  GITHUB_WORKSPACE: '/repository',
}

/** A report whose functions and files are called like that. */
function renamed(report: Report, name: string): Report {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        if (key === 'functionName') return [key, name]
        if (key === 'file' && member !== '') return [key, `src/${name}.ts`]
        return [key, visit(member)]
      }),
    )
  }
  return visit(report) as Report
}

const measuredOf = ({ scenarios }: Report) =>
  scenarios.flatMap((result) => (result.status === 'measured' ? [result] : []))
const investigate = (report: Report) =>
  renderInvestigation(report, measuredOf(report), { kind: 'none', fact: 'there is none' })

/** What no text for people may have in it, but for its own line breaks. */
const UNSEEN = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u

function assertLikeTame(text: string, tame: string): void {
  assert.doesNotMatch(text, UNSEEN)
  assert.equal(text.split('\n').length, tame.split('\n').length)
  const widest = Math.max(...tame.split('\n').map((line) => line.length))
  // A line of blame names several functions, each with its file.
  for (const line of text.split('\n')) assert.ok(line.length < widest + 3_000, `${line.length}`)
}

/** Without code spans and escapes: what is left of marks means something. */
function marksOf(markdown: string): string {
  return markdown.replace(/`[^`]*`/g, '').replace(/\\[\\`*_[\]<>|#]/g, '')
}

/** A root, and one function called like that, in a file called so. */
function profileOf(name: string): CpuProfile {
  const builder = new ProfileBuilder()
  builder.addNode(1, builder.internFrame({ functionName: '(root)', url: '', line: 0, column: 0 }))
  const url = `http://x/${name}`
  builder.addNode(2, builder.internFrame({ functionName: name, url, line: 3, column: 1 }))
  builder.addEdge(0, 2)
  builder.addSample(2)
  builder.addDelta(0)
  return builder.build(0, 5000).profile
}

/** What UTF-8 makes of it. */
const wellFormed = (text: string) => Buffer.from(text).toString()

describe('names that break things', () => {
  for (const [kind, name] of Object.entries(HOSTILE_NAMES)) {
    test(`${kind}: text and investigation`, async () => {
      for (const make of [reports['lockstep-blamed']!, reports['stored-regressed']!]) {
        const report = await make()
        assertLikeTame(renderText(renamed(report, name)), renderText(renamed(report, 'tame')))
        assertLikeTame(investigate(renamed(report, name)), investigate(renamed(report, 'tame')))
      }
    })

    test(`${kind}: Markdown`, async () => {
      const report = await reports['lockstep-blamed']!()
      const render = (name: string) =>
        renderMarkdown(renamed(report, name), githubLinks('/repository', GITHUB))
      const [markdown, tame] = [render(name), render('tame')]
      assertLikeTame(markdown, tame)
      const marks = marksOf(markdown)
      for (const tag of marks.match(/<[a-z!/][^>]*>/gi) ?? [])
        assert.ok(marksOf(tame).includes(tag), `${tag} is of the name`)
      for (const [, target] of marks.matchAll(/\]\(([^)]*)\)?/g))
        assert.match(target!, /^https:\/\/github\.example\/a\/b\/blob\/\S*#L\d+$/)
      // The same rows with the same cells.
      const cells = (text: string) =>
        text
          .split('\n')
          .filter((line) => line.startsWith('|'))
          .map((line) => line.match(/(?<!\\)\|/g)!.length)
      assert.deepEqual(cells(markdown), cells(tame))
    })

    test(`${kind}: facts for programs`, async () => {
      const report = await reports['lockstep-blamed']!()
      const files = { json: 'report.json', page: `${name}.html` }
      const facts = renderAgent(renamed(report, name), files)
      assertLikeTame(facts, renderAgent(renamed(report, 'tame'), files))
      for (const line of facts.trimEnd().split('\n')) assert.match(line, /^[a-z-]+: /)
    })

    test(`${kind}: annotations`, async () => {
      const report = await reports['lockstep-blamed']!()
      const lines = renderAnnotations(renamed(report, name), '/repository').split('\n')
      const tame = renderAnnotations(renamed(report, 'tame'), '/repository').split('\n')
      assert.equal(lines.length, tame.length)
      for (const [i, line] of lines.entries()) {
        assert.ok(line === '' || /^::(error|warning) file=[^,:]*,line=\d+,title=[^,:]*::/.test(line), line)
        assert.equal(line === '', tame[i] === '')
      }
    })

    test(`${kind}: the page`, async () => {
      const profile = profileOf(name)
      const graph = toGraph([{ profile, places: [] }], {
        id: name,
        note: name,
        total: 1,
        unit: 'ns',
        shorten: (url) => url,
        mayEmbed: () => true,
        factsOf: () => ({ callsPerOp: null, bytesPerOp: null }),
        sources: new Sources([]),
      })
      const page = await renderPage({ title: name, graphs: [graph] })
      const tame = await renderPage({ title: 'tame', graphs: [{ ...graph, id: 'tame' }] })
      const tags = (html: string) =>
        html.replace(/<script type="module">[\s\S]*$/, '').match(/<[a-z!/]/gi)!.length
      assert.equal(tags(page), tags(tame))
      assert.doesNotMatch(page, /[\u{100}-\u{10ffff}]/u)
      const [read] = readGraphs(page)
      assert.deepEqual(read!.frames, graph.frames)
      assert.equal(read!.frames[1]!.name, name)
    })

    test(`${kind}: exports`, async () => {
      const profile = profileOf(name)
      const cpuprofile = (await exportProfile(profile, 'cpuprofile', name)) as string
      assert.equal(parseCpuProfile(Buffer.from(cpuprofile), 'x').frames[1]!.functionName, name)
      const speedscope = JSON.parse((await exportProfile(profile, 'speedscope', name)) as string)
      assert.equal(speedscope.shared.frames[1].name, name)
      const folded = (await exportProfile(profile, 'folded', name)) as string
      assert.match(folded, /^\(root\);[^;\n]* 5000\n$/)
      const pprof = Buffer.from((await exportProfile(profile, 'pprof', name)) as Uint8Array)
      const { strings } = Profile.decode(gunzipSync(pprof)).stringTable
      assert.ok(strings.includes(wellFormed(name)))
      const [opened] = await openProfiles(pprof, 'x')
      assert.ok(opened?.kind === 'cpu')
      const expected = name === '(root)' ? '(root)' : wellFormed(name)
      assert.ok(opened.profile.frames.some(({ functionName }) => functionName === expected))
    })

    test(`${kind}: one line of a console`, () => {
      for (const shown of [shownName(name), shownPath(name)]) {
        assert.doesNotMatch(shown, UNSEEN)
        assert.ok(shown.length <= 400 && !shown.includes('\n'))
      }
    })
  }
})
