// What a reviewer sees of a run in a comment: not too long, and nothing that a name can break.
import assert from 'node:assert/strict'
import { sep } from 'node:path'
import { describe, test } from 'node:test'
import { sampleReports } from '../../tests/support/sample-reports.ts'
import { cleanAfterSuite } from '../../tests/support/shared.ts'
import type { MeasuredResult, Report } from '../results/report.ts'
import { githubLinks, linkPlaces } from './markdown/links.ts'
import { renderMarkdown } from './markdown.ts'

const { reports } = sampleReports(cleanAfterSuite())

/** A report of as many scenarios as `ids`, all of them like the one that regressed. */
async function reportOf(ids: readonly string[], change: Partial<MeasuredResult> = {}): Promise<Report> {
  const report = await reports['lockstep-blamed']!()
  const [regressed] = report.scenarios.filter((result) => result.status === 'measured')
  const gate = { ...report.gate, reasons: ids.map((id) => `${id}: throughput −29 %`) }
  return { ...report, gate, scenarios: ids.map((id) => ({ ...regressed!, ...change, id })) }
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => `family-${i}/a-case-with-a-long-name.processor`)

describe('a comment', () => {
  test('has at most five lines of what changed before what is collapsed, and says how many more', async () => {
    const [head] = renderMarkdown(await reportOf(many(9))).split('<details>')
    const lines = head!.split('\n').filter((line) => line.startsWith('- '))
    assert.equal(lines.length, 5)
    assert.equal(lines.at(-1), '- … and 5 more, below')
  })

  test('of 200 scenarios is under 60 kB, with every scenario in its table', async () => {
    for (const change of [{}, { blame: null }]) {
      const text = renderMarkdown(await reportOf(many(200), change))
      assert.ok(Buffer.byteLength(text) < 60_000, `${Buffer.byteLength(text)} bytes`)
      const rows = text.split('\n').filter((line) => /^\| `family-\d+\//.test(line))
      assert.equal(new Set(rows.map((row) => row.split('`')[1])).size, 200)
    }
  })

  test('of more than it can hold says what is left out, and ends every part that it begins', async () => {
    const text = renderMarkdown(await reportOf(many(2_000)))
    assert.ok(Buffer.byteLength(text) < 60_000)
    assert.match(text, /… and \d+ more: report\.html and report\.json have all\./)
    assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length)
  })

  test('begins with the worst', async () => {
    const report = await reportOf(['a/mild.apply', 'a/bad.apply'])
    const [mild] = report.scenarios as readonly MeasuredResult[]
    const ratio = { low: 1.25, value: 1.26, high: 1.27 }
    const milder = { ...mild!, cost: { ...mild!.cost, ratio } }
    const text = renderMarkdown({ ...report, scenarios: [milder, report.scenarios[1]!] })
    assert.deepEqual(
      text.split('\n').flatMap((line) => /^- \*\*▲ `([^`]+)`/.exec(line)?.[1] ?? []),
      ['a/bad.apply', 'a/mild.apply'],
    )
  })
})

describe('links to lines', () => {
  const env = {
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'me/shop',
    GITHUB_SHA: 'abc',
    GITHUB_WORKSPACE: `${sep}work`,
  }
  const links = githubLinks(`${sep}work${sep}backend`, env)

  test('go to the measured commit, from the repository’s root', () => {
    assert.equal(links('src/a b.ts', 12), 'https://github.example/me/shop/blob/abc/backend/src/a%20b.ts#L12')
    assert.equal(links('../shared/x.ts', 0), 'https://github.example/me/shop/blob/abc/shared/x.ts')
  })

  test('are left out of what GitHub does not have', () => {
    for (const file of ['', 'node:fs', 'node_modules/qs/lib/parse.js', '../../elsewhere.ts'])
      assert.equal(links(file, 1), undefined, file)
    assert.equal(githubLinks('.', {})('src/a.ts', 1), undefined)
  })

  test('are set in a sentence where it names a line, the longer name first', () => {
    const at = (file: string, line: number) => ({ file, line, category: 'app' })
    const text = linkPlaces('f (a_b.ts:1) by g (a_b.ts:12)', [at('a_b.ts', 1), at('a_b.ts', 12)], links)
    const url = 'https://github.example/me/shop/blob/abc/backend/a_b.ts'
    assert.equal(text, `f ([a\\_b.ts:1](${url}#L1)) by g ([a\\_b.ts:12](${url}#L12))`)
  })

  test('stand in the first lines and in the tables', async () => {
    const text = renderMarkdown(await reports['lockstep-blamed']!(), links)
    assert.match(text, /^- .*by applyEvent \(\[src\/engine\.mjs:4\]\(https:[^)]*#L4\), changed\)$/m)
    assert.match(text, /^\| `deepClone` \| \[src\/state\.mjs:1\]\(https:/m)
  })
})

describe('a hostile name', () => {
  const names = {
    markup: `</details><img src=x onerror=alert(1)>`,
    links: '[click](javascript:alert(1)) ![x](y)',
    table: 'a | b\n| - |\n\n# title',
    code: '`` ` ```',
    turned: '\u202egnp.exe\u200b\u2066',
    endless: 'x'.repeat(10_000),
    called: '@everyone/package',
  }
  for (const [kind, name] of Object.entries(names)) {
    test(kind, async () => {
      const report = await reports['lockstep-blamed']!()
      const { blame, profile } = report.scenarios[0] as MeasuredResult
      const rename = <T extends object>(row: T) => ({ ...row, functionName: name, file: name })
      const text = renderMarkdown(
        await reportOf([name, 'a/two.apply'], {
          warnings: [{ code: 'trend', message: name, cure: name }],
          parameters: { [name]: name },
          profile: { ...profile!, functions: profile!.functions.map(rename), problems: [name] },
          blame: {
            ...blame!,
            suspects: blame!.suspects.map(rename),
            functions: blame!.functions.map(rename),
          },
        }),
      )
      const plain = text.replaceAll(/`[^`\n]*`|(?<=<code>).*?(?=<\/code>)/g, '').replaceAll(/\\./g, '')
      const tags = [...plain.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag)
      assert.deepEqual(new Set(tags), new Set(['details', 'summary', 'b', 'br']))
      assert.equal(text.match(/<details>/g)?.length, text.match(/^<\/details>$/gm)?.length)
      assert.doesNotMatch(plain, /\]\(|@e/)
      assert.doesNotMatch(text, /\p{Bidi_Control}|x{1000}|^# title/mu)
      // Every row of a table has as many cells as its head.
      for (const table of text.matchAll(/(?:^\|.*\|$\n)+/gm)) {
        const cells = table[0]
          .trimEnd()
          .split('\n')
          .map((row) => row.split(/(?<!\\)\|/).length)
        assert.equal(new Set(cells).size, 1, table[0].slice(0, 500))
      }
    })
  }
})
