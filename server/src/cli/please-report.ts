/** Owns the request that ends every report of a failure of the program itself. */

/** What to say after a failure of the program itself. */
export function pleaseReport(version: string): string {
  return `This is a defect of netpol-guard ${version}, not of your files. Please report it with the lines above.`;
}
