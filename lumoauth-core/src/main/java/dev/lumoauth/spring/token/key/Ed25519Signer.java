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

package dev.lumoauth.spring.token.key;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Set;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;

/**
 * Signs with Ed25519 (RFC 8037), which the JDK supports since Java 15. Nimbus' own signer
 * needs Google's Tink.
 */
final class Ed25519Signer extends BaseJWSProvider implements JWSSigner {

	static final String ED25519 = "Ed25519";

	private final PrivateKey key;

	Ed25519Signer(PrivateKey key) {
		super(Set.of(JWSAlgorithm.EdDSA));
		this.key = key;
	}

	@Override
	public Base64URL sign(JWSHeader header, byte[] signingInput) throws JOSEException {
		try {
			Signature signature = Signature.getInstance(ED25519);
			signature.initSign(this.key);
			signature.update(signingInput);
			return Base64URL.encode(signature.sign());
		}
		catch (NoSuchAlgorithmException | InvalidKeyException | SignatureException ex) {
			throw new JOSEException("The key can't sign with Ed25519", ex);
		}
	}

}
