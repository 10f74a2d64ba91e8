import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  formatBytes,
  formatChange,
  formatCount,
  formatDuration,
  formatRatio,
  formatSpread,
  formatTime,
} from './format.ts'

describe('units', () => {
  for (const [format, value, expected] of [
    [formatTime, 0, '0'],
    [formatTime, 9.994, '9.99 ns'],
    [formatTime, 999.6, '1.00 µs'],
    [formatTime, 15_320, '15.3 µs'],
    [formatTime, 999_600, '1.00 ms'],
    [formatTime, 1.8447e9, '1.84 s'],
    [formatBytes, 0, '0'],
    [formatBytes, 0.004, '<0.01 B'],
    [formatBytes, 0.006, '0.01 B'],
    [formatBytes, 111, '111 B'],
    [formatBytes, 6196, '6.05 kB'],
    [formatBytes, 51_295, '50.1 kB'],
    [formatBytes, 3.5 * 1024 ** 2, '3.50 MB'],
    [formatCount, 65_341, '65,300'],
    [formatCount, 0.3449, '0.345'],
    [formatChange, 0, '+0.0 %'],
    [formatChange, -0.0004, '+0.0 %'],
    [formatChange, -0.31, '−31 %'],
    [formatChange, 0.0124, '+1.2 %'],
    [formatDuration, 48_400, '48 s'],
    [formatDuration, 200_000, '3 min 20 s'],
  ] as const) {
    test(`${value} is ${expected}`, () => assert.equal(format(value), expected))
  }

  test('intervals', () => {
    assert.equal(formatSpread({ low: 98, value: 100, high: 102 }), '±2.0 %')
    assert.equal(formatSpread({ low: 5, value: 5, high: 5 }), '–')
    assert.equal(formatSpread({ low: -200, value: 100, high: 400 }), '±>99 %')
    assert.equal(formatRatio({ low: 0.936, value: 0.988, high: 1.044 }), '−1.2 % [−6.4 %, +4.4 %]')
  })
})
