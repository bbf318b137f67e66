/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.aauth.agent;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;

import org.springframework.util.Assert;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * A public key as it is published (RFC 7517), with its id and its use.
 */
final class PublishedKey {

	private PublishedKey() {
	}

	static JWK of(SigningKey key) {
		JWK publicKey = key.publicKey();
		Assert.state(publicKey != null, "Only the private key is known");
		JWSAlgorithm algorithm = JWSAlgorithm.parse(key.algorithm());
		if (publicKey instanceof OctetKeyPair ed) {
			return new OctetKeyPair.Builder(ed.toPublicJWK()).keyID(key.keyId())
				.keyUse(KeyUse.SIGNATURE)
				.algorithm(algorithm)
				.build();
		}
		return new RSAKey.Builder(publicKey.toRSAKey().toPublicJWK()).keyID(key.keyId())
			.keyUse(KeyUse.SIGNATURE)
			.algorithm(algorithm)
			.build();
	}

}
