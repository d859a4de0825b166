// A reporter for node:test that writes the final counts as JSON, so that nobody has to read them out of text.
interface Summary {
  type: string;
  data: {
    file?: string;
    counts?: { passed: number; failed: number; cancelled: number; skipped: number; todo: number };
  };
}

export default async function* countReporter(events: AsyncIterable<Summary>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    // Each file has a summary too; the one without a file is the whole run's.
    if (type !== 'test:summary' || data.file !== undefined || data.counts === undefined) continue;
    const { passed, failed, cancelled, skipped, todo } = data.counts;
    yield JSON.stringify({ passed, failed: failed + cancelled, skipped: skipped + todo });
  }
}
