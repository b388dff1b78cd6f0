import type { Rule } from './rule.ts';

/** Names that Windows keeps for devices, in every folder and with every extension. */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/**
 * Names of deployments can be names of folders.
 *
 * Every deployment has a folder of scripts, which a Windows jump host must be able to copy.
 */
export const fileNames: Rule = ({ topology }, report) => {
  for (const { name, at } of topology.deployments.values()) {
    if (!DEVICES.test(name)) continue;
    report.add('deployment/reserved-name', {
      detail: `Windows keeps "${name}" for a device, so no folder can have that name`,
      help: `give the deployment another name, for example "${name}-server"`,
      at,
      part: 'key',
      address: `deployment/${name}`,
    });
  }
};
