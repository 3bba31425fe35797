import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Every metric of this process. Labels hold service, topic, outcome and the like; never an id of a person or a visit. */
export class Metrics {
  readonly registry = new Registry();
  readonly httpSeconds = new Histogram({
    name: 'wardstream_http_request_seconds',
    help: 'Time to answer, by service, method, route pattern and status.',
    labelNames: ['service', 'method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });
  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** The counter of that name, made on first use. */
  counter(name: string, help: string, labelNames: string[]): Counter {
    const existing = this.registry.getSingleMetric(name);
    return existing instanceof Counter ? existing : new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** The gauge of that name, made on first use. */
  gauge(name: string, help: string, labelNames: string[]): Gauge {
    const existing = this.registry.getSingleMetric(name);
    return existing instanceof Gauge ? existing : new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
