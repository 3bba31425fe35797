import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { topologyOf } from '@wardstream/deploy/topology';
import { routeTable, serviceFor } from '@wardstream/service-directory';
import { services } from '@wardstream/standalone/services';
import { parse } from 'yaml';
import { controllerRoutes } from './controller-routes.js';
import { describeService, faultsOf } from './description.js';
import { topologyFiles, urlOf } from './files.js';
import { referenceFiles } from './references.mjs';
import { replaceLine, replaceRegion } from './region.js';
import { toy } from './toy.fixture.js';

const described = services.map(describeService);
const read = (path: string): string => readFileSync(urlOf(path), 'utf8');

describe('what follows from how services describe themselves', () => {
  it('is written down as they say it now (npm run topology writes it)', async () => {
    const files = await topologyFiles(described);
    expect(files.size).toBeGreaterThan(services.length + 5);
    const stale = [...files].filter(([path, text]) => read(path) !== text).map(([path]) => path);
    expect(stale).toEqual([]);
  });

  it('is what each project is built from: what it imports (npm run topology writes it)', async () => {
    const stale = [...(await referenceFiles())].filter(([path, text]) => read(path) !== text).map(([path]) => path);
    expect(stale).toEqual([]);
  });

  it('lets them run beside each other', () => {
    expect(faultsOf(described)).toEqual([]);
  });

  it.each(services.map((service) => [service.name, service] as const))(
    'sends every route of %s to it',
    (name, { module }) => {
      const routes = controllerRoutes(module);
      expect(routes.length).toBeGreaterThan(0);
      expect(routes.filter((route) => serviceFor(route) !== name)).toEqual([]);
    },
  );
});

describe('one service more', () => {
  it('is started, reached, watched and scaled without a word elsewhere', async () => {
    const files = await topologyFiles([toy, ...described]);
    const yaml = (path: string) => parse(files.get(path)!, { merge: true }) as Record<string, unknown>;
    expect(files.get('libs/service-directory/src/services.generated.ts')).toContain(`name: 'toy'`);
    expect(JSON.parse(files.get('deploy/services.json')!)).toContainEqual(
      expect.objectContaining({ name: 'toy', database: 'toy', httpPort: 8099 }),
    );
    const compose = yaml('docker-compose.yml')['services'] as Record<string, Record<string, Record<string, unknown>>>;
    expect(compose['toy']).toMatchObject({
      image: 'wardstream/toy:${WARDSTREAM_VERSION:-local}',
      environment: { WARDSTREAM_HTTP_PORT: 8099, KAFKA_BROKERS: 'kafka:9092' },
    });
    expect(compose['board']!['environment']!['WARDSTREAM_UPSTREAMS']).toContain('toy=http://toy:8099');
    expect(compose['board']!['depends_on']).toHaveProperty('toy');
    expect(files.get('k8s/base/toy.yaml')).toContain('consumerGroup: toy');
    expect(yaml('k8s/base/kustomization.yaml')['resources']).toContain('toy.yaml');
    expect(files.get('k8s/base/board.yaml')).toContain('toy=http://toy:8099');
    expect(files.get('k8s/overlays/production/kustomization.yaml')).toContain('wardstream/toy,');
    expect(files.get('deploy/observability/prometheus.yaml')).toContain('- toy:8099');
    expect(files.get('deploy/compose/create-databases.sql')).toContain('CREATE DATABASE toy;');
    expect(files.get('deploy/Dockerfile')).toMatch(/^EXPOSE .*8099/m);
    expect(files.get('docs/architecture.md')).toMatch(/^\| toy +\| nothing/m);
    const owner = routeTable([toy, ...described]);
    expect(['/api/v1/toys/1', '/api/v1/facilities/NGH/toys', '/api/v1/dead-letters/toy', '/toys'].map(owner)).toEqual([
      ...['toy', 'toy', 'toy', 'board'],
    ]);
  });

  it.each([
    ['takes another port', { httpPort: 8083 }, 'department-coordination and toy both have port 8083'],
    ['takes the port of HL7', { httpPort: 2575 }, 'admissions and toy both have port 2575'],
    ['takes another database', { database: 'board' }, 'board and toy both have the database board'],
    ['takes another name', { name: 'board' }, 'board and board both have the name board'],
    ['is an origin, too', { origin: true }, 'one service is the origin and answers /, not board and toy'],
    ['answers what another answers', { routes: ['/api/v1/alerts'] }, 'alerting and toy both answer /api/v1/alerts'],
    [
      'answers what another answers, by any name',
      { routes: ['/api/v1/facilities/{id}/stream'] },
      'board and toy both answer /api/v1/facilities/{facility}/stream',
    ],
  ])('is refused where it %s', (_what, change, fault) => {
    expect(faultsOf([...described, { ...toy, ...change }])).toContain(fault);
  });

  it('is refused where it asks for a variable that nothing gives', () => {
    expect(() => topologyOf([{ ...toy, variables: ['WARDSTREAM_TOYS'] }])).toThrow(/toy asks for WARDSTREAM_TOYS/);
  });
});

describe('a text that is written in part', () => {
  const marked = 'a\n# written by npm run topology: begin\nold\n# written by npm run topology: end\nz\n';
  it('keeps what is outside', () => {
    expect(replaceRegion(marked, 'new')).toBe(marked.replace('old', 'new'));
    expect(replaceLine('a\nEXPOSE 1\nz', /^EXPOSE /, 'EXPOSE 2')).toBe('a\nEXPOSE 2\nz');
  });
  it('is refused without the one place to write to', () => {
    expect(() => replaceRegion('a\n', 'new')).toThrow(/one line with/);
    expect(() => replaceRegion(marked + marked, 'new')).toThrow(/one line with/);
    expect(() => replaceLine('a\n', /^EXPOSE /, 'EXPOSE 2')).toThrow(/in 0 lines/);
  });
});
