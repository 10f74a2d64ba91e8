import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileUrlOf } from '../model/file-url.ts'
import { discloseBelow } from './disclosure.ts'

describe('a page says of this machine', { skip: process.platform === 'win32' }, () => {
  const own = fileUrlOf('/home/me/app/src/a.js')
  const other = fileUrlOf('/home/me/elsewhere/b.js')

  test('files by what is below the project, others without a home folder and without their text', () => {
    const { shorten, mayEmbed } = discloseBelow('/home/me/app')
    assert.deepEqual([shorten(own), mayEmbed(own)], ['src/a.js', true])
    assert.deepEqual([shorten(other), mayEmbed(other)], ['~/elsewhere/b.js', false])
  })

  test('more, where it is asked to', () => {
    const { shorten, mayEmbed } = discloseBelow('/home/me/app', { absolutePaths: true, embedSources: true })
    assert.deepEqual([shorten(own), mayEmbed(own)], ['src/a.js', true])
    assert.deepEqual([shorten(other), mayEmbed(other)], ['/home/me/elsewhere/b.js', true])
  })
})
