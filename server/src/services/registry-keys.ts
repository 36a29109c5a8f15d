/**
 * The signing keys of domains, certified by the root of the mesh.
 *
 * Not where keys are kept (the keyring). Invariant: a domain's key is certified before anything that it signs is stored.
 */
import { certifyDomainKey } from '@weft/core/contract/keys';
import { readDomainKeys } from '../store/control-registry.ts';
import { json } from '../store/control-rows.ts';
import type { ControlContext, ControlUnit } from './control-context.ts';

/** Key ids of the mesh root and of a domain. */
export interface PublishKeys {
  rootKeyId: string;
  domainKeyId(domain: string): string;
}

/** The domain's signing key, made and certified by the root at its first use. */
export async function ensureDomainKey(
  unit: ControlUnit,
  context: ControlContext & { publishKeys: PublishKeys },
  domain: string,
): Promise<string> {
  const keyId = context.publishKeys.domainKeyId(domain);
  const known = await readDomainKeys(unit.tx, domain);
  if (known.some((key) => key.keyId === keyId)) return keyId;
  const publicKey = context.keys.ensureKey(keyId);
  const certificate = certifyDomainKey(
    { domain, keyId, publicKey, notBefore: unit.now, notAfter: null },
    { rootKeyId: context.publishKeys.rootKeyId, crypto: context.keys },
  );
  await unit.tx
    .insertInto('domain_keys')
    .values({
      key_id: keyId,
      domain,
      public_key: publicKey,
      certificate: json(certificate),
      created_at: unit.now,
    })
    .execute();
  unit.record({ action: 'key.certify', subject: domain, details: { keyId, publicKey } });
  return keyId;
}
