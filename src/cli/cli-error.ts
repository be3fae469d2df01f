/** What a command says in one line before it ends: 2 for a wrong use of it, 1 for a failure. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: 1 | 2

  constructor(exitCode: 1 | 2, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.exitCode = exitCode
  }
}
