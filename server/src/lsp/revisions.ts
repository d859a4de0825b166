/**
 * Owns the numbers by which it is told whether anything has changed since something was made from it.
 */
export class Revisions {
  private readonly byUri = new Map<string, number>();
  private allChangedAt = 0;
  private counter = 0;

  /** Grows with every change to anything. */
  get latest(): number {
    return this.counter;
  }

  /** Grows with every change that may change what is found in a file. */
  of(uri: string): number {
    return Math.max(this.allChangedAt, this.byUri.get(uri) ?? 0);
  }

  touch(uri: string): void {
    this.byUri.set(uri, ++this.counter);
  }

  touchAll(): void {
    this.allChangedAt = ++this.counter;
  }
}
