/**
 * Owns dates as people write them in a config or an annotation: a day, or a point in time as RFC 3339 has it. What day it is
 * comes from outside: there is no clock here.
 */

/** A day as the number of days since 1970-01-01, in UTC. */
export type Day = number;

const MS_PER_DAY = 86_400_000;
const WRITTEN = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?([Zz]|[-+]\d{2}:\d{2}))?$/;

/**
 * The last day on which something holds that ends with what is written: `2027-03-31` or `2027-03-31T18:00:00Z`. Null when it is
 * no date that there is.
 */
export function readDay(text: string): Day | null {
  const match = WRITTEN.exec(text);
  if (!match) return null;
  const [year, month, day] = [match[1], match[2], match[3]].map(Number) as [number, number, number];
  const midnight = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC takes the 30th of February for the 2nd of March.
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return null;
  if (match[4] === undefined) return midnight.getTime() / MS_PER_DAY;
  const time = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(time) ? null : Math.floor(time / MS_PER_DAY);
}

/** The day that a point in time, in milliseconds since 1970, is in. */
export function dayOf(time: number): Day {
  return Math.floor(time / MS_PER_DAY);
}

/** `2027-03-31`. */
export function writeDay(day: Day): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}
