export type * from './core/api.ts'
