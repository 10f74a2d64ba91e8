// What is asked of a thread over the debugging protocol, to record what it does. Plain JavaScript, for any Node: it runs in
// processes of other people's, too, where it must answer at once, and over a wire, where it cannot.
'use strict'

/**
 * Steps that begin a recording: each yields a method with its parameters, and is given the answer.
 * @param {number} intervalUs between two stack samples
 */
function* beginRecording(intervalUs) {
  yield ['Profiler.enable']
  yield ['Profiler.setSamplingInterval', { interval: intervalUs }]
  // What V8 optimised before does not say what was inlined into it: that time would be its callers', Node's own among them. To count
  // calls V8 throws all optimised code away, and makes it anew while it is recorded.
  yield ['Profiler.startPreciseCoverage', { callCount: true, detailed: false }]
  yield ['Profiler.stopPreciseCoverage']
  yield ['Profiler.start']
}

/**
 * Steps that end a recording; their result is what was recorded. The scripts' texts are the process's own: what a loader made
 * of a file in memory, with its map, is on no disk.
 * @param {Map<string, object>} parsed where parameters of `Debugger.scriptParsed` arrive by script while these steps are taken
 */
function* finishRecording(parsed) {
  const { profile } = yield ['Profiler.stop']
  const { result = [] } = yield ['Profiler.getBestEffortCoverage']
  yield ['Profiler.disable']
  const seen = new Set(profile.nodes.map(({ callFrame }) => callFrame.scriptId))
  // What was inlined everywhere is in no stack.
  const ran = result.filter(({ url }) => url && !url.startsWith('node:')).map(withoutUncalled)
  const ids = new Set([...seen, ...ran.map(({ scriptId }) => scriptId)])
  yield ['Debugger.enable']
  const scripts = []
  for (const scriptId of ids) {
    const { url, sourceMapURL = '' } = parsed.get(scriptId) ?? {}
    const isFromMemory = sourceMapURL.startsWith('data:')
    if (!url || !(isFromMemory || (seen.has(scriptId) && sourceMapURL))) continue
    const { scriptSource } = yield ['Debugger.getScriptSource', { scriptId }]
    if (scriptSource) scripts.push({ url, sourceMapURL, text: scriptSource })
  }
  yield ['Debugger.disable']
  return { profile, scripts, coverage: ran.map(({ url, functions }) => ({ url, functions })) }
}

function withoutUncalled({ functions, ...script }) {
  return { ...script, functions: functions.filter(({ ranges }) => ranges[0].count > 0) }
}

module.exports = { beginRecording, finishRecording }
