// Scenarios of known cost.
import { defineSuite, micro, packageTarget } from 'flamegate'
import type * as Known from '../src/index.ts'

/** Scenarios of which it is known where the time goes: the profiles are what is tested. */
export default defineSuite<typeof Known>({
  name: 'known-costs',
  target: packageTarget(new URL('..', import.meta.url), 'src/index.ts'),
  scenarios: [
    micro({
      id: 'known/not-inlined.micro',
      setup: ({ notInlined }: typeof Known) => notInlined,
      op: (run, index) => run(index),
    }),
    micro({
      id: 'known/one-file.micro',
      setup: ({ inOneFile }: typeof Known) => inOneFile,
      op: (run, index) => run(index),
    }),
    micro({
      id: 'known/two-files.micro',
      setup: ({ acrossFiles }: typeof Known) => acrossFiles,
      op: (run, index) => run(index),
    }),
    micro({
      id: 'known/async.micro',
      setup: ({ asyncPrograms }: typeof Known) => asyncPrograms,
      op: (run) => run(),
    }),
  ],
})
