export type Say = (message: string, fields?: Record<string, unknown>) => void

/** Lines on stdout: sentences, or with `json` the lines of the library's own logger. */
export function speaker(json: boolean): Say {
  return (message, fields = {}) => {
    console.log(
      json ? JSON.stringify({ level: 'info', message, ...fields }) : `agentic: ${message}`,
    )
  }
}
