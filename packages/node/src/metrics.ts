type Kind = 'gauge' | 'counter';

/** One metric, without the common prefix of the names. */
export type Metric = readonly [name: string, kind: Kind, help: string, value: number | boolean | null];

/** Prometheus' text format. A metric of which nothing is known yet is left out. */
export function prometheus(metrics: readonly Metric[]): string {
  return metrics.map(describe).join('');
}

function describe([suffix, kind, help, value]: Metric): string {
  if (value === null) return '';
  const name = `beadle_verifier_${suffix}`;
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${name} ${Number(value)}\n`;
}
