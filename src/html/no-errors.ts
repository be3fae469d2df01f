import { markup } from './markup.ts'

/**
 * For whatever asks with htmx 4, which would put an error page of a proxy in place of what it answers. Our own errors say
 * themselves where they belong.
 */
export const noErrors = markup` hx-status:4xx="swap:none" hx-status:5xx="swap:none"`
