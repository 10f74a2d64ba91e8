// What two versions are called, and what may become of a function between them.
/** Which of two versions. */
export type Version = 'baseline' | 'candidate'

/** What became of a function from one version of a program to the next. */
export type FunctionChange = 'same' | 'changed' | 'renamed' | 'moved' | 'new' | 'gone'
