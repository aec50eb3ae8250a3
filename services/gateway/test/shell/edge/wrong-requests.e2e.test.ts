import type { Problem } from '@evidence/contracts';
import { expect, test } from 'vitest';
import { GatewayUnderTest, seedRequest } from '../../gateway-under-test.js';

const ask = (gateway: GatewayUnderTest, more: object) =>
  gateway.call<Problem>('/api/v2/reports', { method: 'POST', json: { ...seedRequest, ...more } });

test('all violations are reported at once, with suggestions for misspelt names', async () => {
  const gateway = await GatewayUnderTest.open();
  const wrong = {
    ...{ strenght: 'primary', mapping: 'guessed' },
    system: {
      roles: ['vendor', 'provider', 'board'],
      ai_act_risk_class: 'high',
      general_purpose: true,
      asessment_date: '',
    },
  };
  const { status, json } = await ask(gateway, wrong);
  expect(status).toBe(400);
  const { field, detail, violations = [] } = json;
  expect(violations.map((each) => each.field).sort()).toEqual([
    '/mapping',
    '/strenght',
    '/system/ai_act_risk_class',
    '/system/asessment_date',
    '/system/general_purpose',
    '/system/roles/0',
    '/system/roles/2',
  ]);
  expect(field).toBe(violations[0]?.field);
  expect(detail).toBe(violations.map((each) => each.detail).join(' '));
  expect(detail).toContain('Did you mean "strength"?');
  expect(detail).toContain('Did you mean "assessment_date"?');
  const { json: one } = await ask(gateway, { scope: { endpointIds: ['a'] } });
  expect(one).toMatchObject({ field: '/scope/endpointIds', detail: expect.stringContaining('mean "endpoint_ids"?') });
  expect(one).not.toHaveProperty('violations');
  const { json: query } = await gateway.call('/api/v2/reports?stauts=ready');
  expect(query).toMatchObject({ field: 'stauts', detail: expect.stringContaining('Did you mean "status"?') });
});
